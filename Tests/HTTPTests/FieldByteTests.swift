import HTTP
import Testing

/// Which bytes may stand where in a field, tried one by one against the RFC's own lists.
@Suite("Header field bytes")
struct FieldByteTests {
    static let end = Array("\r\nContent-Length: 0\r\n\r\n".utf8)
    static let start = Array("HTTP/1.1 201 Created\r\n".utf8)

    static func takes(_ field: [UInt8]) -> Bool {
        ResponseReading(start + field + end).progress == .complete
    }

    @Test("A field name accepts only token bytes, at every position")
    func names() {
        let tokens = Set(
            Array("!#$%&'*+-.^_`|~0123456789".utf8) + Array(UInt8(0x41)...0x5A)
                + Array(UInt8(0x61)...0x7A))
        // A colon ends the name, and a line end the line.
        for byte in UInt8.min...UInt8.max where ![0x3A, 0x0A].contains(byte) {
            #expect(Self.takes([byte, 0x61, 0x3A]) == tokens.contains(byte), "\(byte) first")
            #expect(Self.takes([0x61, byte, 0x3A]) == tokens.contains(byte), "\(byte) last")
        }
    }

    @Test("A field value accepts tabs and all bytes but controls, at every position")
    func values() {
        for byte in UInt8.min...UInt8.max where byte != 0x0A {
            let isGood = byte == 0x09 || (byte >= 0x20 && byte != 0x7F)
            for offset in 0..<17 {
                // The neighbours are the bytes that borrows in 8-byte arithmetic would spoil.
                for neighbour: UInt8 in [0x20, 0x7E, 0x80, 0xFF] {
                    var value = [UInt8](repeating: neighbour, count: 17)
                    value[offset] = byte
                    #expect(
                        Self.takes([0x61, 0x3A] + value) == isGood,
                        "\(byte) at \(offset) beside \(neighbour)")
                }
            }
        }
    }

    @Test(
        "A name similar to a known field name is not recognized",
        arguments: [
            "Content-Lengt", "Content-Lengthh", "Content\u{7F}Length", "Content_Length",
            "Bontent-Length", "Content-Leng4h",
        ])
    func nearNames(_ name: String) {
        let reading = ResponseReading(
            Array("HTTP/1.1 201 Created\r\n\(name): 1\r\n\r\n".utf8), closes: true)
        #expect(reading.head?.keepsAlive != true)
    }
}
