import TestSupport
import Testing

@Suite("Servers that are not the API", .ownThread)
struct MisconfiguredTests {
    @Test("A run stops early if the server is not the API", arguments: [404, 405, 302, 200])
    func misconfigured(status: Int) throws {
        let input = String(repeating: Sending.oneLine, count: 60)
        let server = try LoopbackServer { _ in .answer(status, body: "<html>") }
        let sent = try Sending().send(input, to: server.baseURL, ["--concurrency", "1"])
        #expect(sent.exitCode == 3, "\(sent)")
        #expect((20...40).contains(server.requestCount), "\(server.requestCount)")
    }
}
