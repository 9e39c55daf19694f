import TestSupport
import Testing

@Suite("Lines that stop a run", .sideBySide)
struct StoppedLineTests {
    @Test("A line that stopped the run several times still has all its retries")
    func retriesLeft() throws {
        // A scheduled job fails with a wrong key several times. After the key is fixed, the first
        // response is one that is retried.
        let server = try LoopbackServer { request in
            switch request.number {
            case 0...3: .answer(401)
            case 4: .answer(429, headers: [("Retry-After", "0")])
            default: .created(request)
            }
        }
        let sending = try Sending()
        let flags = ["--retries", "2"]
        #expect(try sending.send(to: server.baseURL, flags).exitCode == 3)
        for _ in 2...4 {
            #expect(try sending.sendAgain(to: server.baseURL, flags).exitCode == 3)
        }
        let sent = try sending.sendAgain(to: server.baseURL, flags)
        #expect(sent.exitCode == 0, "\(sent)")
        #expect(try sent.row.attempts == 6)
    }
}
