import TestSupport
import Testing

@Suite("Words about servers and proxies that can't be used", .sideBySide)
struct ConnectionWordsTests {
    private static let elsewhere = "https://hookstream.example/v1"

    /// Runs `send` with one line, without waiting for a server, and returns its end.
    private func send(
        to baseURL: String, _ flags: [String] = [], environment: [String: String] = [:]
    ) throws -> ProgramResult {
        let sending = try Sending()
        try sending.folder.write(Sending.oneLine, to: "in.ndjson")
        var program = sending.program(
            to: baseURL, ["--retries", "1"] + flags)
        program.environment["HOOKBATCH_START_PATIENCE"] = "0s"
        program.environment.merge(environment) { $1 }
        let result = try program.run()
        #expect(result.exitCode == 3, "\(result)")
        return result
    }

    private func address(of server: LoopbackServer) -> String {
        String(server.baseURL.dropLast("/v1".count))
    }

    /// An address of 127.0.0.1 on which no server listens.
    ///
    /// Its port is not one that the system chooses: no server of another test has it meanwhile.
    private let closedAddress = "http://127.0.0.1:9"

    // MARK: Proxies

    @Test("A proxy's name that does not resolve is not blamed on --to")
    func proxyName() throws {
        let result = try send(to: Self.elsewhere, ["--proxy", "http://proxy.invalid:3128"])
        #expect(result.errorOutput.contains("stopped: the proxy's name does not resolve"))
        #expect(result.errorOutput.contains("check the URL of --proxy"), "\(result)")
        #expect(!result.errorOutput.contains("check the URL of --to"), "\(result)")
    }

    @Test("A proxy that refuses the connection is not blamed on --to")
    func proxyDown() throws {
        let result = try send(to: Self.elsewhere, ["--proxy", closedAddress])
        let words = "stopped: the proxy can't be used: connection refused"
        #expect(result.errorOutput.contains(words), "\(result)")
        #expect(!result.errorOutput.contains("check the URL of --to"), "\(result)")
    }

    @Test("A proxy that closes the connection is not blamed on --to")
    func proxyCloses() throws {
        let proxy = try LoopbackServer { _ in .close }
        let result = try send(to: Self.elsewhere, ["--proxy", address(of: proxy)])
        #expect(result.errorOutput.contains("stopped: the proxy can't be used"), "\(result)")
        #expect(!result.errorOutput.contains("no connection"), "\(result)")
    }

    @Test("A proxy's first refusal stops the run and is named", arguments: [302, 403, 511])
    func refusal(status: Int) throws {
        let proxy = try LoopbackServer { _ in
            .answer(status, headers: [("Location", "http://login.example/")])
        }
        // It is not waited for.
        let result = try send(
            to: Self.elsewhere, ["--proxy", address(of: proxy), "--start-patience", "24h"])
        let words =
            "stopped: the proxy refused to tunnel (\(status)), 0 lines done; check the URL of --proxy"
        #expect(result.errorOutput.contains(words), "\(result)")
        #expect(proxy.connectionCount == 1)
    }

    @Test("A proxy that does not reach the server yet is asked again", arguments: [429, 502, 503])
    func unreached(status: Int) throws {
        let proxy = try LoopbackServer { request in
            if request.number < 2 { return .answer(status).thenClose }
            return request.method == "CONNECT" ? Self.tunnel : .created(request)
        }
        let sending = try Sending()
        let sent = try sending.send(
            to: "http://hookstream.example/v1",
            ["--allow-plain-http", "--proxy", address(of: proxy)])
        #expect(sent.exitCode == 0, "\(sent)")
        #expect(try sent.row.outcome == "accepted")
    }

    /// What a proxy does after the first accepted lines, and what the last line says.
    static let failingProxies: [(Reply?, [String])] = [
        (.answer(403), ["stopped: the proxy refused to tunnel (403), 2 lines done; check the URL"]),
        (
            .answer(503).thenClose,
            [
                "stopped: no connection for 1s: the proxy refused to tunnel (503), 2 lines done; ",
                "wait until the proxy works, or set another one with --proxy",
            ]
        ),
        (
            nil,
            [
                "stopped: no connection for 1s: the proxy can't be used: connection refused, ",
                "wait until the proxy works, or set another one with --proxy",
            ]
        ),
    ]

    @Test(
        "A proxy that fails after accepted lines is named, and the run resumes without losses",
        arguments: failingProxies)
    func failsLater(reply: Reply?, words: [String]) throws {
        let isMended = Monitor(false)
        let proxy = try LoopbackServer { request in
            if request.method == "CONNECT" {
                return request.number == 0 || isMended.read { $0 } ? Self.tunnel : reply ?? .close
            }
            let isLast = !isMended.read { $0 } && request.number == 2
            return isLast ? Reply.created(request).thenClose : .created(request)
        }
        let sending = try Sending()
        let flags = [
            "--allow-plain-http", "--proxy", address(of: proxy), "--concurrency", "1",
            "--outage-patience", "1s",
        ]
        try sending.folder.write(Sending.lines(9), to: "in.ndjson")
        let running = try sending.program(to: "http://hookstream.example/v1", flags).start()
        if reply == nil {
            #expect(proxy.waitForAcceptances(2))
            proxy.goDown()
        }
        let stopped = running.wait()
        #expect(stopped.exitCode == 3, "\(stopped)")
        for part in words { #expect(stopped.errorOutput.contains(part), "\(stopped)") }
        #expect(!stopped.errorOutput.contains("the API was down"), "\(stopped)")
        isMended.update { $0 = true }
        proxy.comeBack()
        let resumed = try sending.sendAgain(to: "http://hookstream.example/v1", flags)
        #expect(resumed.exitCode == 0, "\(resumed)")
        #expect(proxy.acceptances.count == 9 && proxy.acceptances.values.allSatisfy { $0 == 1 })
    }

    /// A proxy's response to `CONNECT`: the next bytes are for the server, which it is too.
    private static let tunnel = Reply.raw("HTTP/1.1 200 Tunnel\r\n\r\n")

    // MARK: Proxies of the environment

    @Test(
        "A failure at the environment's proxy names its variable",
        arguments: ["https_proxy", "HTTPS_PROXY", "ALL_PROXY"])
    func environment(variable: String) throws {
        let result = try send(
            to: Self.elsewhere, environment: [variable: "http://me:hush@proxy.invalid:3128"])
        let words =
            "stopped: the proxy's name does not resolve, 0 lines done; check \(variable), or set "
            + "another proxy with --proxy"
        #expect(result.errorOutput.contains(words), "\(result)")
        #expect(!result.errorOutput.contains("hush"))
    }

    @Test("A failure without a proxy mentions --proxy if the environment names one")
    func excluded() throws {
        let result = try send(
            to: "https://hookstream.invalid/v1",
            environment: ["HTTPS_PROXY": "http://proxy.invalid:3128", "NO_PROXY": ".invalid"])
        #expect(result.errorOutput.contains("stopped: the host name does not resolve"))
        #expect(result.errorOutput.contains("HTTPS_PROXY is set: check it, or set another proxy"))
    }

    @Test("HTTP_PROXY, which is not read, is named with --proxy")
    func notRead() throws {
        let result = try send(
            to: "http://hookstream.invalid/v1", ["--allow-plain-http"],
            environment: ["HTTP_PROXY": "http://proxy.invalid:3128"])
        #expect(result.errorOutput.contains("HTTP_PROXY is not read: use --proxy"), "\(result)")
    }

    @Test("Loopback, which no proxy serves, does not mention one")
    func loopback() throws {
        let result = try send(
            to: closedAddress + "/v1",
            environment: ["ALL_PROXY": "http://proxy.invalid:3128"])
        #expect(result.errorOutput.contains("no connection to the API: connection refused"))
        #expect(!result.errorOutput.contains("roxy"), "\(result)")
    }

    // MARK: Servers that answer

    @Test(
        "A server that answers is never called unconnected",
        arguments: [
            (.raw("SSH-2.0-OpenSSH_9.2\r\n"), "is not valid HTTP/1.1 (malformed_answer)"),
            (.raw("HTTP/1.1 201\u{7} Created\r\n\r\n"), "is not valid HTTP/1.1"),
            (
                .raw("HTTP/1.1 201 Created\r\nX: " + String(repeating: "x", count: 2 << 20)),
                "is too large (answer_too_large)"
            ),
            (
                Reply([.write([UInt8]("HTTP/1.1 ".utf8)), .close]),
                "closed the connection before a complete response"
            ),
            (.close, "closed the connection before a complete response (connection_closed)"),
        ] as [(Reply, String)])
    func answers(reply: Reply, words: String) throws {
        let server = try LoopbackServer { _ in reply.thenClose }
        let result = try send(to: server.baseURL)
        #expect(result.errorOutput.contains(words), "\(result)")
        #expect(!result.errorOutput.contains("no connection"), "\(result)")
    }

    @Test(
        "A server whose first responses are another success stops the run, which can resume",
        arguments: [202, 204, 206], [1, 40])
    func otherSuccess(status: Int, lines: Int) throws {
        let answer = Monitor(status)
        let server = try LoopbackServer { request in
            let status = answer.read { $0 }
            return status == 201 ? .created(request) : .raw(Self.empty(status))
        }
        let sending = try Sending()
        let sent = try sending.send(
            Sending.lines(lines), to: server.baseURL, ["--concurrency", "2"])
        #expect(sent.exitCode == 3, "\(sent)")
        let words = "stopped: the server answers \(status), not 201: --to is not the messages"
        #expect(sent.result.errorOutput.contains(words), "\(sent)")
        #expect(sent.result.errorOutput.contains(" send --fresh --to URL "), "\(sent)")
        #expect((3...5).contains(server.requestCount), "\(server.requestCount)")
        answer.update { $0 = 201 }
        let resumed = try sending.sendAgain(to: server.baseURL)
        #expect(resumed.exitCode == 0, "\(resumed)")
        #expect(try resumed.rows.allSatisfy { $0.outcome == "accepted" })
    }

    /// A response without a body; 204 has no length.
    private static func empty(_ status: Int) -> String {
        "HTTP/1.1 \(status) Scripted\r\n\(status == 204 ? "" : "Content-Length: 0\r\n")\r\n"
    }
}
