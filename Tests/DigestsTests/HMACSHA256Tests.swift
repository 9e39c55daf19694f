import Digests
import Testing

@Suite("HMAC-SHA256") struct HMACSHA256Tests {
    struct Case: Sendable, CustomTestStringConvertible {
        var number: Int
        var key: [UInt8]
        var message: [UInt8]
        /// Hexadecimal; shorter than 64 digits if the vector is truncated.
        var code: String

        init(_ number: Int, key: [UInt8], message: some Sequence<UInt8>, code: String) {
            self.number = number
            self.key = key
            self.message = Array(message)
            self.code = code
        }

        var testDescription: String { "test case \(number)" }
    }

    private static func repeated(_ byte: UInt8, _ count: Int) -> [UInt8] {
        [UInt8](repeating: byte, count: count)
    }

    /// RFC 4231 §4.2 to §4.8.
    static let cases = [
        Case(
            1, key: repeated(0x0B, 20), message: "Hi There".utf8,
            code: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        Case(
            2, key: Array("Jefe".utf8), message: "what do ya want for nothing?".utf8,
            code: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        Case(
            3, key: repeated(0xAA, 20), message: repeated(0xDD, 50),
            code: "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
        Case(
            4, key: Array(1...25), message: repeated(0xCD, 50),
            code: "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
        Case(
            5, key: repeated(0x0C, 20), message: "Test With Truncation".utf8,
            code: "a3b6167473100ee06e0c796c2955552b"),
        Case(
            6, key: repeated(0xAA, 131),
            message: "Test Using Larger Than Block-Size Key - Hash Key First".utf8,
            code: "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
        Case(
            7, key: repeated(0xAA, 131),
            message: """
                This is a test using a larger than block-size key and a larger than block-size \
                data. The key needs to be hashed before being used by the HMAC algorithm.
                """.utf8,
            code: "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"),
    ]

    @Test("A code has the value of RFC 4231", arguments: cases) func published(vector: Case) {
        var code = HMACSHA256(key: vector.key)
        code.update(vector.message)
        #expect(code.finish().hexadecimal.hasPrefix(vector.code))
    }

    @Test("A copy of a value with a key authenticates another message") func template() {
        let template = HMACSHA256(key: Array("Jefe".utf8))
        var first = template
        first.update("another".utf8)
        _ = first.finish()
        var second = template
        Array("what do ya want ".utf8).withUnsafeBytes { second.update($0) }
        second.update("for nothing?".utf8)
        #expect(second.finish().hexadecimal == Self.cases[1].code)
    }
}
