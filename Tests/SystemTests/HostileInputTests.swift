import Foundation
import TestSupport
import Testing

@Suite("Hostile application ids and API keys", .sideBySide)
struct HostileInputTests {
    @Test("An appId that could change the URL is invalid and causes no request")
    func hostileApplications() throws {
        let server = try LoopbackServer()
        let ids = [
            "", ".", "..", "../admin", "a/b", "a%2Fb", "a%00", "a b", "a?x=1", "a#b", "a\\\\b",
            "a\\u0000b", "a\\r\\nX-Evil: 1", "a\\nb", "a\\tb", "\\u002e\\u002e", "a;b", "a:b", "ä",
            "a@b", "a&b", "a\\u202eb", String(repeating: "a", count: 129),
        ]
        let values = ids.map { "\"\($0)\"" } + ["null", "1", "true", "[]", "{}"]
        let input = values.map { "{\"appId\":\($0),\"event_type\":\"t\"}\n" }.joined()
        let sent = try Sending().send(input, to: server.baseURL)
        let rows = try sent.rows
        #expect(rows.count == values.count)
        #expect(rows.allSatisfy { $0.outcome == "invalid" && $0.attempts == 0 && $0.status == nil })
        #expect(rows.allSatisfy { ["invalid_app_id", "missing_app_id"].contains($0.error) })
        #expect(sent.exitCode == 1)
        #expect(server.connectionCount == 0)
        let auditor = Auditor([
            .init(file: "in.ndjson", count: rows.count, invalid: Set(1...rows.count))
        ])
        #expect(auditor.violations(rows: rows, server: server) == [])
    }

    @Test(
        "An API key that is empty or has a control character is refused before any request",
        arguments: ["k\r\nX-Evil: 1", "k\nx", "k\rx", "\nk", "k\u{7F}", "k\tx", "k\n\n", ""])
    func hostileKeys(key: String) throws {
        let server = try LoopbackServer()
        var sending = try Sending()
        sending.key = key
        let sent = try sending.send(to: server.baseURL)
        #expect(sent.exitCode == 2, "\(sent)")
        #expect(server.connectionCount == 0)
        #expect(!sent.hasReport)
    }

    @Test(
        "One line end after the key in a key file is dropped",
        arguments: ["\n", "\r\n"])
    func trailingLineEnd(ending: String) throws {
        let server = try LoopbackServer()
        var sending = try Sending()
        sending.key = nil
        try sending.folder.write(Sending.apiKey + ending, to: "key")
        let sent = try sending.send(to: server.baseURL, ["--api-key-file", "key"])
        #expect(sent.exitCode == 0, "\(sent)")
        #expect(
            server.requests.first?.values(of: "Authorization") == ["Bearer \(Sending.apiKey)"])
    }
}
