import HTTP
import Testing

@Suite("Requests of webhooks") struct WebhookRequestTests {
    /// The secret, id, time, body and signature of the specification's reference libraries.
    private static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    private func message(payload: String?) -> WebhookRequest.Message {
        WebhookRequest.Message(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek", eventType: Array(#""a\"b""#.utf8),
            createdAt: "2026-01-01T00:00:00.000Z", payload: payload.map { Array($0.utf8) })
    }

    @Test("A request has the fields of the specification, in a fixed order, and signs its body")
    func bytes() throws {
        let bytes = WebhookRequest.bytes(
            to: try WebhookURL("https://h.example:8443/a?b=1"),
            message(payload: #"{"test": 2432232314}"#), as: .payload, timestamp: 1_614_265_330,
            secrets: [try WebhookSecret(parsing: Self.secret.utf8)], userAgent: "hookbatch/1")
        let expected = """
            POST /a?b=1 HTTP/1.1
            Host: h.example:8443
            Content-Type: application/json
            Accept: */*
            Accept-Encoding: identity
            User-Agent: hookbatch/1
            webhook-id: msg_p5jXN8AQM9LWM0D4loKWxJek
            webhook-timestamp: 1614265330
            webhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=
            Content-Length: 20

            {"test": 2432232314}
            """
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == expected.split(separator: "\n", omittingEmptySubsequences: false)
                .joined(separator: "\r\n"))
    }

    @Test(
        "The body is an envelope or the payload; without a payload its place has null",
        arguments: [
            (WebhookRequest.Body.payload, "[1]", "[1]"), (.payload, nil, "null"),
            (
                .envelope, "[1]",
                #"{"type":"a\"b","timestamp":"2026-01-01T00:00:00.000Z","data":[1]}"#
            ),
            (
                .envelope, nil,
                #"{"type":"a\"b","timestamp":"2026-01-01T00:00:00.000Z","data":null}"#
            ),
        ] as [(WebhookRequest.Body, String?, String)])
    func bodies(form: WebhookRequest.Body, payload: String?, expected: String) {
        let body = WebhookRequest.body(of: message(payload: payload), as: form)
        #expect(String(decoding: body, as: UTF8.self) == expected)
    }
}
