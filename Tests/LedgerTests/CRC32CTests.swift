import Ledger
import TestSupport
import Testing

@Suite("CRC-32C") struct CRC32CTests {
    @Test(
        "A CRC-32C has the published check values",
        arguments: [
            (Array("123456789".utf8), 0xe306_9283),
            ([], 0),
            // RFC 3720 appendix B.4.
            ([UInt8](repeating: 0, count: 32), 0x8a91_36aa),
            ([UInt8](repeating: 0xff, count: 32), 0x62a8_ab43),
            ([UInt8](0..<32), 0x46dd_794e),
            ([UInt8]((0..<32).reversed()), 0x113f_db5c),
        ] as [([UInt8], UInt32)])
    func published(bytes: [UInt8], checksum: UInt32) {
        #expect(bytes.withUnsafeBytes { CRC32C.of($0) } == checksum)
    }

    @Test("A CRC-32C equals the bitwise one for every length and alignment")
    func naive() {
        var random = SeededGenerator(seed: 32)
        let bytes = (0..<120).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        for start in 0..<9 {
            for end in start...bytes.count {
                let piece = bytes[start..<end]
                let fast = bytes.withUnsafeBytes {
                    CRC32C.of(UnsafeRawBufferPointer(rebasing: $0[start..<end]))
                }
                let byTables = bytes.withUnsafeBytes {
                    CRC32C.byTables(UnsafeRawBufferPointer(rebasing: $0[start..<end]))
                }
                let expected = Self.bitwise(piece)
                #expect(fast == expected)
                #expect(byTables == expected)
            }
        }
    }

    private static func bitwise(_ bytes: some Sequence<UInt8>) -> UInt32 {
        var crc = UInt32.max
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ 0x82f6_3b78 : crc >> 1 }
        }
        return ~crc
    }
}
