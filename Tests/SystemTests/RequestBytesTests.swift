import TestSupport
import Testing

@Suite("Bytes of a request", .sideBySide)
struct RequestBytesTests {
    @Test(
        "A request has exactly the expected bytes with each --auth",
        arguments: [
            ("bearer", "Authorization: Bearer "), ("x-api-key", "X-API-Key: "),
            ("cookie", "Cookie: better-auth.session_token="),
        ])
    func authentication(scheme: String, start: String) throws {
        let server = try LoopbackServer()
        let sent = try Sending().send(to: server.baseURL, ["--auth", scheme])
        #expect(sent.exitCode == 0, "\(sent)")
        let request = try #require(server.requests.first)
        let agent = try #require(request.values(of: "User-Agent").first)
        let key = try #require(request.idempotencyKey)
        #expect(agent.hasPrefix("hookbatch/"))
        #expect(key.wholeMatch(of: /hb-[0-9a-z]{16}-1-1/) != nil)
        let body = #"{"event_type":"user.created","payload":{"a":1}}"#
        let expected =
            "POST /v1/applications/app_1/messages HTTP/1.1\r\nHost: 127.0.0.1:\(server.port)\r\n"
            + "Content-Type: application/json\r\nAccept: application/json\r\n"
            + "Accept-Encoding: identity\r\n"
            + "User-Agent: \(agent)\r\n\(start)\(Sending.apiKey)\r\nIdempotency-Key: \(key)\r\n"
            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
        #expect(String(decoding: request.raw, as: UTF8.self) == expected)
    }

    @Test("A payload's bytes are sent as they are in the file, and an absent one stays absent")
    func payloads() throws {
        let server = try LoopbackServer()
        let long = String(repeating: "7", count: 69)
        let payloads = [
            #"{"b":1,"a":2,"b":3}"#, "{\"n\":\(long)}", #"{"e":"\u00e9\/\ud83e\udd8a"}"#,
            #"{ "space" : [ 1 , 2 ] }"#, #""text""#, "null", "{\"né\":\"🦊\"}", #"{"z":-0.0e-0}"#,
        ]
        var input = #"{"appId":"a","event_type":"t"}"# + "\n"
        for payload in payloads {
            input += "{\"appId\":\"a\",\"event_type\":\"t\",\"payload\":\(payload)}\r\n"
        }
        let sent = try Sending().send(input, to: server.baseURL, ["--concurrency", "1"])
        #expect(sent.exitCode == 0, "\(sent)")
        #expect(
            server.requests.map(\.bodyText)
                == [#"{"event_type":"t"}"#]
                + payloads.map { "{\"event_type\":\"t\",\"payload\":\($0)}" })
    }
}
