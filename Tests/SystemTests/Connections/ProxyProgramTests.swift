import TestSupport
import Testing

@Suite("Proxies that are programs of others", .sideBySide)
struct ProxyProgramTests {
    /// A port that is free now.
    private func freePort() throws -> UInt16 {
        let server = try LoopbackServer()
        defer { server.stop() }
        return server.port
    }

    private func send(
        _ sending: Sending, through proxy: String, to port: UInt16, patience: String = "100s"
    ) throws -> Sent {
        try sending.send(
            String(repeating: Sending.oneLine, count: 200),
            to: "http://\(OwnHosts.name):\(port)/v1",
            ["--allow-plain-http", "--proxy", proxy, "--start-patience", patience])
    }

    /// Sends through a proxy with its password and with a wrong one; returns the end of the latter.
    ///
    /// - Parameter program: Returns the proxy that listens on a port.
    private func sendTwice(
        _ scheme: String, to server: LoopbackServer, _ hosts: OwnHosts,
        through program: (_ port: UInt16) throws -> Program
    ) throws -> Sent {
        let port = try freePort()
        let proxy = try hosts.program(program(port)).start()
        defer { proxy.kill(9) }
        let sent = try send(
            Sending(), through: "\(scheme)://user:s3cret@127.0.0.1:\(port)", to: server.port)
        #expect(sent.exitCode == 0, "\(sent)")
        #expect(server.acceptances.count == 200)
        let wrong = try send(
            Sending(), through: "\(scheme)://user:wr0ng@127.0.0.1:\(port)", to: server.port,
            patience: "1s")
        #expect(wrong.exitCode == 3, "\(wrong)")
        #expect(!wrong.result.errorOutput.contains("wr0ng"), "\(wrong)")
        #expect(server.requestCount == 200)
        return wrong
    }

    @Test("A SOCKS proxy with a user and a password", .needsMounts("unshare", "microsocks"))
    func socks() throws {
        let server = try LoopbackServer()
        _ = try sendTwice("socks5h", to: server, OwnHosts(["127.0.0.1"])) { port in
            Program(
                Tool.path("microsocks") ?? "microsocks",
                ["-i", "127.0.0.1", "-p", "\(port)", "-u", "user", "-P", "s3cret"])
        }
    }

    @Test("An HTTP proxy with a user and a password", .needsMounts("unshare", "tinyproxy"))
    func basic() throws {
        let server = try LoopbackServer()
        let hosts = try OwnHosts(["127.0.0.1"])
        let wrong = try sendTwice("http", to: server, hosts) { port in
            try hosts.folder.write(
                "Port \(port)\nListen 127.0.0.1\nTimeout 60\nMaxClients 100\n"
                    + "BasicAuth user s3cret\n", to: "tinyproxy.conf")
            return Program(
                Tool.path("tinyproxy") ?? "tinyproxy",
                ["-d", "-c", hosts.folder.path("tinyproxy.conf")])
        }
        #expect(
            // This proxy gives a 401 where 407 is the status for it.
            wrong.result.errorOutput.contains("the proxy refused to tunnel (401)")
                || wrong.result.errorOutput.contains("the proxy rejected the user"),
            "\(wrong)")
    }
}
