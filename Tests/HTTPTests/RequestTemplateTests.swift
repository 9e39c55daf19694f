import HTTP
import Testing

/// The POST of a message is exactly the documented one, and its size is known beforehand.
@Suite("Request template")
struct RequestTemplateTests {
    static let key = Array("k-123".utf8)

    static func write(
        _ authentication: Authentication, appID: String = "app_1",
        eventType: String = "\"user.created\"", payload: String? = "{\"a\":1}",
        key: String = "hb-run-1-2"
    ) -> String {
        let template = RequestTemplate(
            pathPrefix: "/v1", host: "hookstream.io", authentication: authentication,
            userAgent: "hookbatch/1.0")
        let size = template.byteCount(
            appID: appID.utf8.count, eventType: eventType.utf8.count,
            payload: payload?.utf8.count, key: key.utf8.count)
        var output = [UInt8](repeating: 0x21, count: size + 8)
        let written = output.withUnsafeMutableBytes { output in
            bytes(appID) { appID in
                bytes(eventType) { eventType in
                    bytes(key) { key in
                        guard let payload else {
                            return template.write(
                                appID: appID, eventType: eventType, payload: nil,
                                idempotencyKey: key, to: output)
                        }
                        return bytes(payload) {
                            template.write(
                                appID: appID, eventType: eventType, payload: $0,
                                idempotencyKey: key, to: output)
                        }
                    }
                }
            }
        }
        #expect(written == size)
        #expect(output[size...].allSatisfy { $0 == 0x21 }, "it wrote behind its end")
        return String(decoding: output[..<written], as: UTF8.self)
    }

    private static func bytes<R>(_ text: String, _ use: (UnsafeRawBufferPointer) -> R) -> R {
        Array(text.utf8).withUnsafeBytes(use)
    }

    @Test(
        "The template renders the documented POST for each authentication, byte for byte",
        arguments: [
            (Authentication.bearer(key: key), "Authorization: Bearer k-123"),
            (Authentication.apiKey(key: key), "X-API-Key: k-123"),
            (Authentication.cookie(key: key), "Cookie: better-auth.session_token=k-123"),
        ])
    func exactBytes(_ authentication: Authentication, _ field: String) {
        #expect(
            Self.write(authentication)
                == wire(
                    """
                    POST /v1/applications/app_1/messages HTTP/1.1
                    Host: hookstream.io
                    Content-Type: application/json
                    Accept: application/json
                    Accept-Encoding: identity
                    User-Agent: hookbatch/1.0
                    \(field)
                    Idempotency-Key: hb-run-1-2
                    Content-Length: 47

                    {"event_type":"user.created","payload":{"a":1}}
                    """))
    }

    @Test(
        "A request around a separate payload has the same bytes as a whole one",
        arguments: [1, 9, 70_000])
    func around(_ size: Int) {
        let payload = String(repeating: "7", count: size)
        let template = RequestTemplate(
            pathPrefix: "/v1", host: "hookstream.io", authentication: .bearer(key: Self.key),
            userAgent: "hookbatch/1.0")
        var output = [UInt8](repeating: 0x21, count: 1000)
        let (count, before) = output.withUnsafeMutableBytes { output in
            Self.bytes("app_1") { appID in
                Self.bytes("\"user.created\"") { eventType in
                    Self.bytes("hb-run-1-2") {
                        template.writeAround(
                            payload: size, appID: appID, eventType: eventType, idempotencyKey: $0,
                            to: output)
                    }
                }
            }
        }
        let text =
            String(decoding: output[..<before], as: UTF8.self) + payload
            + String(decoding: output[before..<count], as: UTF8.self)
        #expect(text == Self.write(.bearer(key: Self.key), payload: payload))
    }

    @Test("An absent payload is left out, and null is sent as null")
    func payload() {
        #expect(
            Self.write(.bearer(key: Self.key), payload: nil).hasSuffix(
                "Content-Length: 29\r\n\r\n{\"event_type\":\"user.created\"}"))
        #expect(
            Self.write(.bearer(key: Self.key), payload: "null").hasSuffix(
                "\r\n\r\n{\"event_type\":\"user.created\",\"payload\":null}"))
    }

    @Test(
        "Content-Length is the body's length for every number of digits",
        arguments: [
            0, 1, 9, 10, 57, 58, 59, 99, 100, 957, 958, 959, 9_999, 10_000, 99_999, 1_000_000,
        ])
    func length(_ size: Int) throws {
        let payload = String(repeating: "7", count: size)
        let text = Self.write(.apiKey(key: Self.key), payload: payload)
        let parts = text.split(separator: "\r\n\r\n", maxSplits: 1)
        let body = try #require(parts.last)
        #expect(parts[0].hasSuffix("\r\nContent-Length: \(body.utf8.count)"))
    }

    @Test("Printing an authentication or a template never reveals the key")
    func keyIsHidden() {
        let authentication = Authentication.bearer(key: Self.key)
        let template = RequestTemplate(
            pathPrefix: "/v1", host: "h", authentication: authentication, userAgent: "u")
        var dumped = ""
        dump(authentication, to: &dumped)
        dump(template, to: &dumped)
        let printed = [
            "\(authentication)", String(reflecting: authentication), "\(template)",
            String(reflecting: template), dumped,
        ]
        for text in printed {
            // 107 and 45 are the key's first two bytes as numbers.
            #expect(!text.contains("k-123") && !text.contains("107, 45"), "\(text)")
            #expect(!text.contains("107\n"), "\(text)")
        }
    }

    @Test(
        "Template parts that would change the request's meaning are refused",
        arguments: [
            ["/v1\r\n", "h", "k", "u"], ["/v 1", "h", "k", "u"], ["/v1", "h\nX: y", "k", "u"],
            ["/v1", "h h", "k", "u"], ["/v1", "h", "k\r", "u"], ["/v1", "h", "k\n", "u"],
            ["/v1", "h", "k\u{0}", "u"], ["/v1", "h", "k", "u\r\nX: y"],
        ])
    func refusesLineEnds(_ parts: [String]) async {
        await #expect(processExitsWith: .failure) { [parts] in
            _ = RequestTemplate(
                pathPrefix: parts[0], host: parts[1],
                authentication: .bearer(key: Array(parts[2].utf8)), userAgent: parts[3])
        }
    }

    @Test(
        "An ID or key with a line end or a space is never written",
        arguments: [
            ["a\r\nX: y", "k"], ["a b", "k"], ["a", "k\r\n"], ["a", "k k"], ["a\u{0}", "k"],
        ])
    func refusesToWrite(_ parts: [String]) async {
        await #expect(processExitsWith: .failure) { [parts] in
            _ = RequestTemplateTests.write(
                .apiKey(key: []), appID: parts[0], key: parts[1])
        }
    }

    @Test("Another key replaces the old one in the template and in written requests")
    func replacedKey() throws {
        let field = try HeaderField(parsing: "X-A: b".utf8, besides: "Authorization")
        let schemes: [([UInt8]) -> Authentication] = [
            Authentication.bearer(key:), Authentication.apiKey(key:), Authentication.cookie(key:),
        ]
        for scheme in schemes {
            func template(_ key: [UInt8]) -> RequestTemplate {
                RequestTemplate(
                    pathPrefix: "/v1", host: "h", authentication: scheme(key), userAgent: "u",
                    fields: [field])
            }
            func request(_ template: RequestTemplate) -> [UInt8] {
                var bytes = [UInt8](repeating: 0, count: 1024)
                let count = bytes.withUnsafeMutableBytes { output in
                    Self.bytes("a_k-123") { appID in
                        Self.bytes("\"k-123\"") { event in
                            Self.bytes("k-123") { key in
                                template.write(
                                    appID: appID, eventType: event, payload: event,
                                    idempotencyKey: key, to: output)
                            }
                        }
                    }
                }
                return Array(bytes[..<count])
            }
            for key in ["x", "another-and-longer-key"] {
                var changed = template(Self.key)
                var written = request(changed)
                let range = written.withUnsafeBytes { changed.secretRange(in: $0) }
                #expect(Array(written[range]) == Self.key)
                written.replaceSubrange(range, with: key.utf8)
                changed.replaceSecret(by: Array(key.utf8))
                #expect(written == request(template(Array(key.utf8))))
                #expect(request(changed) == written)
                changed.replaceSecret(by: Self.key)
                #expect(request(changed) == request(template(Self.key)))
            }
        }
    }
}
