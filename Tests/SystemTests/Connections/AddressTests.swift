import TestSupport
import Testing

@Suite("The addresses of a name", .sideBySide)
struct AddressTests {
    private func flags(_ age: String) -> [String] {
        ["--allow-plain-http", "--max-connection-age", age]
    }

    private func baseURL(_ port: UInt16) -> String { "http://\(OwnHosts.name):\(port)/v1" }

    @Test(
        "A name that moves is followed within the age of the connections", .needsMounts("unshare"))
    func moved() throws {
        let old = try LoopbackServer()
        let new = try LoopbackServer(host: 2, port: old.port)
        let hosts = try OwnHosts(["127.0.0.1"])
        let sending = try Sending()
        let count = 3000
        try sending.folder.write(
            String(repeating: Sending.oneLine, count: count), to: "in.ndjson")
        let running = try hosts.program(
            sending.program(to: baseURL(old.port), flags("1s") + ["--rate", "500/s"])
        ).start()
        #expect(old.waitForAcceptances(500))
        try hosts.set(["127.0.0.2"])
        let sent = Sent(result: running.wait(), sending: sending)
        #expect(sent.exitCode == 0, "\(sent)")
        // 1.2 s and a request or two at 500/s; the rest of the run is longer.
        #expect(new.requestCount >= count / 2, "\(new.requestCount)")
        let acceptances = old.acceptances.merging(new.acceptances) { $0 + $1 }
        #expect(acceptances.count == count && acceptances.values.allSatisfy { $0 == 1 })
        let rows = try sent.rows
        #expect(rows.count == count && rows.allSatisfy { $0.attempts == 1 })
    }

    @Test("With an age of 0 the connections stay", .needsMounts("unshare"))
    func never() throws {
        let old = try LoopbackServer()
        let hosts = try OwnHosts(["127.0.0.1"])
        let sending = try Sending()
        let sent = Sent(
            result: try hosts.program(
                {
                    try sending.folder.write(
                        String(repeating: Sending.oneLine, count: 1500), to: "in.ndjson")
                    return sending.program(
                        to: baseURL(old.port),
                        flags("0") + ["--rate", "500/s", "--concurrency", "1"])
                }()
            ).run(), sending: sending)
        #expect(sent.exitCode == 0, "\(sent)")
        #expect(old.connectionCount == 1)
    }

    @Test("Connections use all addresses of a name", .needsMounts("unshare"))
    func several() throws {
        // Each request needs a connection; a hundred lookups in a second are not limited.
        let script: LoopbackServer.Script = { _ in
            let reply = Reply.bytes(
                201, headers: [("Connection", "close")], body: #"{"message":{"id":"msg_1"}}"#)
            return Reply([.write(reply)], accepts: true).thenClose
        }
        let first = try LoopbackServer(script)
        let servers =
            try [first] + (2...3).map { try LoopbackServer(host: $0, port: first.port, script) }
        let hosts = try OwnHosts((1...3).map { "127.0.0.\($0)" })
        let sending = try Sending()
        try sending.folder.write(String(repeating: Sending.oneLine, count: 90), to: "in.ndjson")
        let result = try hosts.program(
            sending.program(to: baseURL(first.port), flags("60s"))
        ).run()
        #expect(result.exitCode == 0, "\(result)")
        let connections = servers.map(\.connectionCount)
        // Of so many random choices each address gets a tenth with a probability of 1 − 10⁻⁵.
        #expect(connections.reduce(0, +) == 90)
        #expect(connections.allSatisfy { $0 >= 9 }, "\(connections)")
        #expect(servers.map(\.requestCount).reduce(0, +) == 90)
    }

    @Test("Requests in flight are not cut by the age of their connections")
    func inFlight() throws {
        let server = try LoopbackServer { request in
            Reply([.pause(.milliseconds(300))] + Reply.created(request).steps, accepts: true)
        }
        let sending = try Sending()
        let sent = try sending.send(
            String(repeating: Sending.oneLine, count: 40), to: server.baseURL,
            ["--max-connection-age", "50ms", "--concurrency", "10"])
        #expect(sent.exitCode == 0, "\(sent)")
        #expect(try sent.rows.allSatisfy { $0.attempts == 1 })
        #expect(server.connectionCount == 40)
    }

    @Test("IPv6 literals are addresses of the API")
    func literal() throws {
        let sent = try Sending().send(to: "http://[::1]:1/v1", ["--start-patience", "0s"])
        #expect(sent.exitCode == 3, "\(sent)")
        #expect(sent.result.errorOutput.contains("connection refused"), "\(sent)")
    }
}
