import Records
import Testing

@Suite("JSON strings, documents and hashes")
struct JSONUtilityTests {
    @Test("A decoded JSON string literal equals the original text")
    func roundTrip() {
        for scalar in [0...0x2FF, 0xD700...0xE010, 0xFFF0...0x1_0010].joined() {
            guard let character = Unicode.Scalar(scalar) else { continue }
            let text = Array("<\(Character(character))>".utf8)
            var literal: [UInt8] = []
            text.withUnsafeBytes { JSONString.appendLiteral(of: $0, to: &literal) }
            var decoded: [UInt8] = []
            #expect(literal.withUnsafeBytes { JSONString.decode($0, into: &decoded) })
            #expect(decoded == text)
            #expect(literal.withUnsafeBytes(JSONDocument.isValid))
        }
    }

    @Test(
        "A JSON string literal is decoded by RFC 8259, with U+FFFD for an unpaired surrogate",
        arguments: [
            (#""a\"\\\/\b\f\n\r\t""#, "a\"\\/\u{8}\u{C}\n\r\t"), (#""\u00e9\uD83D\uDE00""#, "é😀"),
            (#""\ud83dx\ude00""#, "\u{FFFD}x\u{FFFD}"), (#""\ud83d\ud83d\ude00""#, "\u{FFFD}😀"),
            (#""""#, ""), ("\"", nil), (#""a"b"#, nil), ("a", nil), ("", nil), (#""a" "#, nil),
            ("\"a\n\"", nil), (#""\u12""#, nil),
        ] as [(String, String?)])
    func decoding(literal: String, text: String?) {
        var decoded = Array("before ".utf8)
        let isLiteral = Array(literal.utf8).withUnsafeBytes {
            JSONString.decode($0, into: &decoded)
        }
        #expect(isLiteral == (text != nil))
        #expect(String(decoding: decoded, as: UTF8.self) == "before " + (text ?? ""))
    }

    @Test(
        "A JSON value is found by its path in valid documents only",
        arguments: [
            (["message", "id"], #"{"message":{"id":"m1"}}"#, #""m1""#),
            (["message", "id"], #"{"message":{"x":{"id":0},"\u0069d": 7 }}"#, "7"),
            (["message", "id"], #"{"message":{"id":"m1"}"#, nil),
            (["message", "id"], #"{"message":{"id":"m1"}} x"#, nil),
            (["message", "id"], #"{"message":"id"}"#, nil), (["id"], "[]", nil), (["id"], "", nil),
            (["message", "id"], #"{"message":{"id":1},"message":{}}"#, nil),
            (["a"], #"{"a":1,"a":2}"#, "2"), ([], " [1] ", "[1]"),
            (["1", "x"], #"[0,{"x":[true]},2]"#, "[true]"),
            (["1"], "[0]", nil), (["01"], "[0,1]", nil), (["-"], "[0]", nil),
            (["0"], #"{"0":1}"#, "1"),
            (["é/~"], #"{"é\/~":null}"#, "null"),
            (["a", "0", "b"], #"{"a":[{"b":"x"},9]}"#, #""x""#),
        ] as [([String], String, String?)])
    func lookups(path: [String], text: String, value: String?) {
        let bytes = Array(text.utf8)
        let found = bytes.withUnsafeBytes { JSONDocument.value(at: path, in: $0) }
        #expect(
            found.map { String(decoding: bytes[$0.start..<$0.start + $0.count], as: UTF8.self) }
                == value)
    }

    @Test(
        "A JSON Pointer is parsed from RFC 6901 syntax or a bare name",
        arguments: [
            ("/payload/id", ["payload", "id"]), ("/a~1b/m~0n/", ["a/b", "m~n", ""]),
            ("/~01", ["~1"]),
            ("id", ["id"]), ("a b", ["a b"]), ("/", [""]), ("", nil), ("/a~", nil), ("/a~2", nil),
        ] as [(String, [String]?)])
    func pointers(text: String, tokens: [String]?) {
        let pointer = JSONPointer(parsing: text)
        #expect(pointer == tokens.map { JSONPointer($0) })
        #expect(pointer.map { pointer in (0..<pointer.count).map { pointer[$0] } } == tokens)
    }

    @Test(
        "XXH64 hashes have their published values",
        arguments: [
            ("", 0xEF46_DB37_51D8_E999), ("a", 0xD24E_C4F1_A98C_6E5B),
            ("abc", 0x44BC_2CF5_AD77_0999),
            ("Nobody inspects the spammish repetition", 0xFBCE_A83C_8A37_8BF1),
        ] as [(String, UInt64)])
    func hashes(text: String, hash: UInt64) {
        #expect(Array(text.utf8).withUnsafeBytes { XXH64.hash($0) } == hash)
    }

    @Test("XXH64 hashes equal the reference implementation's self-test values for any seed")
    func hashSanity() {
        let prime32: UInt64 = 2_654_435_761
        var generator = prime32
        let bytes = (0..<222).map { _ in
            let byte = UInt8(truncatingIfNeeded: generator >> 56)
            generator = generator &* 11_400_714_785_074_694_797
            return byte
        }
        for (count, seed, hash) in [
            (1, 0, 0xE934_A84A_DB05_2768), (1, prime32, 0x5014_6076_43A9_B4C3),
            (4, 0, 0x9136_A0DC_A574_57EE), (14, 0, 0x8282_DCC4_994E_35C8),
            (14, prime32, 0xC3BD_6BF6_3DEB_6DF0), (222, 0, 0xB641_AE8C_B691_C174),
            (222, prime32, 0x20CB_8AB7_AE10_C14A),
        ] as [(Int, UInt64, UInt64)] {
            #expect(
                bytes.prefix(count).withUnsafeBytes { XXH64.hash($0, seed: seed) } == hash,
                "\(count) bytes")
        }
    }

    @Test("The XXH64 hash of a text in pieces equals that of the whole text", arguments: [0, 77])
    func hashInPieces(seed: UInt64) {
        let bytes = (0..<201).map { UInt8(truncatingIfNeeded: $0 * 151 + 7) }
        for count in 0...bytes.count {
            bytes.prefix(count).withUnsafeBytes { text in
                let whole = XXH64.hash(text, seed: seed)
                for cut in stride(from: 0, through: count, by: XXH64.stripe) {
                    var hash = XXH64(seed: seed)
                    for start in stride(from: 0, to: cut, by: XXH64.stripe) {
                        let end = start + XXH64.stripe
                        hash.update(UnsafeRawBufferPointer(rebasing: text[start..<end]))
                    }
                    let last = UnsafeRawBufferPointer(rebasing: text[cut...])
                    #expect(hash.finish(last) == whole, "\(count) bytes, last piece from \(cut)")
                }
            }
        }
    }

    @Test(
        "The elements of a JSON array are found in order, and another text has none",
        arguments: [
            ("[]", []), (" [ ] ", []), ("[1,{\"a\":[2]} ,\n\"]\"]", ["1", "{\"a\":[2]}", "\"]\""]),
            ("[[],null]", ["[]", "null"]), ("{}", nil), ("[1", nil), ("[1]x", nil), ("", nil),
            ("1", nil),
        ] as [(String, [String]?)])
    func elements(text: String, expected: [String]?) {
        let bytes = Array(text.utf8)
        let found = bytes.withUnsafeBytes { JSONDocument.elements(in: $0) }
        let texts = found?.map {
            String(decoding: bytes[$0.start..<$0.start + $0.count], as: UTF8.self)
        }
        #expect(texts == expected)
    }
}
