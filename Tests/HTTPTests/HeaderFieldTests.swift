import HTTP
import Testing

@Suite("Added header fields") struct HeaderFieldTests {
    @Test("A field is its name and its value without surrounding white space")
    func parse() throws {
        for line in ["X-A:b c", "X-A: b c", "X-A:  b c  "] {
            let field = try HeaderField(parsing: line.utf8, besides: "Authorization")
            #expect(field.name == "X-A" && field.value == Array("b c".utf8))
        }
        #expect(try HeaderField(parsing: "X-A:".utf8, besides: "Cookie").value.isEmpty)
        #expect(
            try HeaderField(parsing: "Cookie: a=b".utf8, besides: "Authorization").name == "Cookie")
    }

    @Test(
        "What would change the request is refused",
        arguments: [
            ("X-A", .notAField), ("", .notAField), (": b", .notAField), ("X A: b", .notAField),
            (" X-A: b", .notAField), ("X-A : b", .notAField), ("X-\u{e9}: b", .notAField),
            ("X-A: b\r\nHost: c", .control), ("X-A: b\u{0}", .control), ("X-A: b\tc", .control),
            ("X-A: b\u{7f}", .control),
            ("host: b", .reserved(name: "host")),
            ("Content-Length: 1", .reserved(name: "Content-Length")),
            ("TRANSFER-ENCODING: chunked", .reserved(name: "TRANSFER-ENCODING")),
            ("Connection: close", .reserved(name: "Connection")),
            ("Expect: 100-continue", .reserved(name: "Expect")),
            ("Idempotency-Key: 1", .reserved(name: "Idempotency-Key")),
            ("authorization: b", .reserved(name: "authorization")),
        ] as [(String, HeaderField.Problem)])
    func refused(line: String, problem: HeaderField.Problem) {
        #expect(throws: problem) {
            try HeaderField(parsing: line.utf8, besides: "Authorization")
        }
    }

    @Test("No way of printing a field shows its value")
    func redacted() throws {
        let field = try HeaderField(parsing: "X-A: S3CRET".utf8, besides: "Cookie")
        var dumped = ""
        dump(field, to: &dumped)
        for text in ["\(field)", String(reflecting: field), dumped, "\([field])"] {
            #expect(!text.contains("S3CRET") && !text.contains("83"), "\(text)")
        }
    }

    @Test("A token after its scheme and a cookie's value are secrets by themselves")
    func parts() throws {
        let token = try HeaderField(parsing: "X-A: Basic c2VjcmV0".utf8, besides: "Cookie")
        #expect(
            token.secretParts.map { String(decoding: $0, as: UTF8.self) } == [
                "Basic c2VjcmV0", "c2VjcmV0",
            ])
        let cookie = try HeaderField(parsing: "Cookie: s=0123456789; t=short".utf8, besides: "A")
        #expect(
            cookie.secretParts.map { String(decoding: $0, as: UTF8.self) } == [
                "s=0123456789; t=short", "0123456789",
            ])
    }
}
