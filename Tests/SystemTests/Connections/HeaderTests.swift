import Foundation
import TestSupport
import Testing

@Suite("Added header fields on the wire", .sideBySide)
struct HeaderTests {
    @Test("Fields of flags and of a file are in every request, byte for byte")
    func bytes() throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        try sending.folder.write("X-Gateway: s3cret token\nX-Empty:\n", to: "headers")
        let sent = try sending.send(
            String(repeating: Sending.oneLine, count: 3), to: server.baseURL,
            [
                "--header", "X-Tenant: acme é", "--header", "user-agent: mine/1",
                "--header-file", "headers",
            ])
        #expect(sent.exitCode == 0, "\(sent)")
        let key = try #require(server.requests.first?.idempotencyKey)
        let body = #"{"event_type":"user.created","payload":{"a":1}}"#
        let expected =
            "POST /v1/applications/app_1/messages HTTP/1.1\r\nHost: 127.0.0.1:\(server.port)\r\n"
            + "Content-Type: application/json\r\nAccept: application/json\r\n"
            + "Accept-Encoding: identity\r\nX-Tenant: acme é\r\nuser-agent: mine/1\r\n"
            + "X-Gateway: s3cret token\r\nX-Empty: \r\n"
            + "Authorization: Bearer \(Sending.apiKey)\r\nIdempotency-Key: \(key)\r\n"
            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
        #expect(server.requests.count == 3)
        #expect(server.requests.contains { String(decoding: $0.raw, as: UTF8.self) == expected })
    }

    @Test(
        "A value of the file that a response repeats is in no output and no file",
        arguments: ["Bearer gate-7Zq9Xw4LkP2v", "gate-7Zq9Xw4LkP2v", "gate%2D7Zq9Xw4LkP2v"])
    func secret(repeated: String) throws {
        let server = try LoopbackServer { request in
            .answer(
                request.number == 0 ? 400 : 500,
                body: "{\"error\":{\"message\":\"no \(repeated) here\"}}")
        }
        let sending = try Sending()
        try sending.folder.write("X-Gateway: Bearer gate-7Zq9Xw4LkP2v\n", to: "headers")
        let sent = try sending.send(
            String(repeating: Sending.oneLine, count: 2), to: server.baseURL,
            ["--retries", "0", "--header-file", "headers", "--concurrency", "1"])
        #expect(sent.result.errorOutput.isEmpty == false)
        #expect(!(sent.result.output + sent.result.errorOutput).contains("7Zq9Xw4LkP2v"))
        for file in try sending.folder.files() where !file.hasSuffix("headers") {
            let text = String(decoding: try sending.folder.read(file), as: UTF8.self)
            #expect(!text.contains("7Zq9Xw4LkP2v"), "the value is in \(file)")
        }
        #expect(
            try sent.rows.first?.detail
                == "the response repeats a value of --header-file; its text is left out")
    }

    @Test("A resume with other fields is refused, and the same fields resume")
    func resume() throws {
        let server = try LoopbackServer { $0.number < 2 ? .created($0) : .answer(401) }
        let sending = try Sending()
        try sending.folder.write("X-Gateway: one\n", to: "headers")
        let flags = ["--header-file", "headers", "--header", "X-Tenant: a", "--concurrency", "1"]
        let input = String(repeating: Sending.oneLine, count: 4)
        #expect(try sending.send(input, to: server.baseURL, flags).exitCode == 3)

        try sending.folder.write("X-Gateway: two\n", to: "headers")
        let changed = try sending.sendAgain(to: server.baseURL, flags)
        #expect(changed.exitCode == 2, "\(changed)")
        #expect(changed.result.errorOutput.contains("--header-file"), "\(changed)")
        try sending.folder.write("X-Gateway: one\n", to: "headers")
        let other = try sending.sendAgain(
            to: server.baseURL, ["--header-file", "headers", "--header", "X-Tenant: b"])
        #expect(other.exitCode == 2, "\(other)")
        let count = server.requestCount
        #expect(try sending.sendAgain(to: server.baseURL, flags).exitCode == 3)
        #expect(server.requestCount > count)
    }
}
