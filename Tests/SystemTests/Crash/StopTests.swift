import Foundation
import TestSupport
import Testing

@Suite("Stopping a run", .sideBySide)
struct StopTests {
    private static let input = String(repeating: Sending.oneLine, count: 60)

    private func resume(
        _ sending: Sending, _ server: LoopbackServer, _ flags: [String] = [],
        isExact: Bool = true
    ) throws {
        let sent = try sending.sendAgain(to: server.baseURL, flags)
        #expect(sent.exitCode == 0, "\(sent)")
        let rows = try sent.rows
        let auditor = Auditor([.init(file: "in.ndjson", count: rows.count)])
        #expect(auditor.violations(rows: rows, server: server) == [])
        #expect(rows.allSatisfy { $0.outcome == "accepted" })
        if isExact { #expect(rows.allSatisfy { !$0.possibleDuplicate }) }
        #expect(Set(server.requests.map { $0.idempotencyKey?.split(separator: "-")[1] }).count == 1)
    }

    @Test(
        "A signal lets requests in flight finish, and the run resumes without a duplicate",
        arguments: [(SIGINT, 130), (SIGTERM, 143), (SIGHUP, 129)] as [(Int32, Int32)])
    func signal(number: Int32, code: Int32) throws {
        let server = try LoopbackServer { .delay(.milliseconds(300), .created($0)) }
        let sending = try Sending()
        try sending.folder.write(Self.input, to: "in.ndjson")
        let program = try sending.program(
            to: server.baseURL, ["--concurrency", "4", "--grace", "10m", "--timeout", "10m"]
        ).start()
        #expect(server.waitForRequests(6))
        program.kill(number)
        let result = program.wait()
        #expect(result.exitCode == code, "\(result)")
        #expect(server.requestCount < 60)
        #expect(sending.folder.contains(sending.report + ".journal"))
        #expect(sending.folder.contains("out.summary.json"))
        try resume(sending, server, ["--concurrency", "60"])
        #expect(server.requestCount == 60)
    }

    @Test("A second signal abandons requests in flight, which become possible duplicates")
    func secondSignal() throws {
        let server = try LoopbackServer { $0.number < 4 ? .acceptThenSilence : .created($0) }
        let sending = try Sending()
        try sending.folder.write(Self.input, to: "in.ndjson")
        let program = try sending.program(
            to: server.baseURL, ["--concurrency", "4", "--grace", "10m", "--timeout", "10m"]
        ).start()
        #expect(server.waitForRequests(4))
        program.kill(SIGINT)
        #expect(program.waitForError("stopping"))
        program.kill(SIGINT)
        let result = program.wait()
        #expect(result.exitCode == 130, "\(result)")
        #expect(!result.timedOut)
        try resume(sending, server, isExact: false)
        let rows = try ReportRow.ndjson(sending.folder.read(sending.report))
        #expect(rows.count { $0.possibleDuplicate } == 4)
    }

    @Test("A run stopped by a signal waits no longer than --grace")
    func grace() throws {
        let server = try LoopbackServer { _ in .silence }
        let sending = try Sending()
        try sending.folder.write(Self.input, to: "in.ndjson")
        let program = try sending.program(
            to: server.baseURL, ["--grace", "200ms", "--timeout", "10m"]
        )
        .start()
        #expect(server.waitForRequests(1))
        program.kill(SIGTERM)
        let result = program.wait()
        #expect(result.exitCode == 143, "\(result)")
    }

    @Test("A run under nohup is not stopped by SIGHUP")
    func nohup() throws {
        let server = try LoopbackServer { .delay(.milliseconds(100), .created($0)) }
        let sending = try Sending()
        try sending.folder.write(Self.input, to: "in.ndjson")
        var program = sending.program(to: server.baseURL, ["--concurrency", "10"])
        program.arguments = [program.executable] + program.arguments
        program.executable = "nohup"
        let running = try program.start()
        #expect(server.waitForRequests(5))
        running.kill(SIGHUP)
        let result = running.wait()
        #expect(result.exitCode == 0, "\(result)")
        #expect(server.requestCount == 60)
    }

    @Test("A run stops at 401, and resumes with another key")
    func unauthorized() throws {
        let server = try LoopbackServer { request in
            request.values(of: "Authorization") == ["Bearer good"]
                ? .created(request) : .answer(401)
        }
        var sending = try Sending()
        let sent = try sending.send(Self.input, to: server.baseURL)
        #expect(sent.exitCode == 3, "\(sent)")
        #expect(sent.result.errorOutput.contains("401"), "\(sent)")
        #expect(server.requestCount <= 64)
        sending.key = "good"
        try resume(sending, server)
    }

    @Test("A run stops at 403 before any line is accepted")
    func forbidden() throws {
        let server = try LoopbackServer { _ in .answer(403) }
        let sent = try Sending().send(
            Self.input, to: server.baseURL, ["--concurrency", "1"])
        #expect(sent.exitCode == 3, "\(sent)")
        #expect(server.requestCount == 1)
    }

    @Test("A run stops at consecutive 403s of two applications, but not of only one")
    func forbiddenInARow() throws {
        func sent(applications: Int) throws -> Sent {
            let server = try LoopbackServer { request in
                request.number == 0 ? .created(request) : .answer(403)
            }
            let input = (0..<60).map {
                #"{"appId":"app_\#($0 % applications)","event_type":"t"}"# + "\n"
            }
            return try Sending().send(input.joined(), to: server.baseURL, ["--concurrency", "1"])
        }
        #expect(try sent(applications: 2).exitCode == 3)
        let one = try sent(applications: 1)
        #expect(one.exitCode == 1, "\(one)")
        #expect(try one.rows.count { $0.outcome == "rejected" } == 59)
    }

    @Test(
        "A run stops at a status that concerns every line, and is resumed",
        arguments: [(402, "payment"), (407, "the proxy rejected"), (426, "another protocol")])
    func concernsAll(status: Int, words: String) throws {
        let answer = Monitor(status)
        let server = try LoopbackServer { request in
            let status = answer.read { $0 }
            return request.number < 5 || status == 201 ? .created(request) : .answer(status)
        }
        let sending = try Sending()
        let sent = try sending.send(Self.input, to: server.baseURL, ["--concurrency", "1"])
        #expect(sent.exitCode == 3, "\(sent)")
        #expect(sent.result.errorOutput.contains(words), "\(sent)")
        #expect(server.requestCount == 6)
        answer.update { $0 = 201 }
        try resume(sending, server)
    }

    @Test(
        "A run stops at consecutive redirects of several applications", arguments: [301, 308, 405])
    func misdirected(status: Int) throws {
        let server = try LoopbackServer { request in
            request.number == 0 ? .created(request) : .answer(status)
        }
        let sent = try Sending().send(
            Sending.lines(60, applications: ["a", "b"]), to: server.baseURL,
            ["--concurrency", "1"])
        #expect(sent.exitCode == 3, "\(sent)")
        #expect(
            sent.result.errorOutput.contains("find out what has changed at the URL of --to"),
            "\(sent)")
        #expect(server.requestCount == 21)
    }

    @Test("A run stops at the first 407 of its proxy, and the proposed command has no password")
    func proxyPassword() throws {
        let proxy = try LoopbackServer { _ in .answer(407) }
        let sending = try Sending()
        try sending.folder.write(Sending.lines(4), to: "in.ndjson")
        let address = proxy.baseURL.dropLast("/v1".count).dropFirst("http://".count)
        var program = sending.program(to: "https://hookstream.example/v1", ["--concurrency", "1"])
        program.environment["HOOKBATCH_PROXY"] = "http://user:hush@\(address)"
        let result = try program.run()
        #expect(result.exitCode == 3, "\(result)")
        #expect(result.errorOutput.contains("the proxy rejected the user or password (407)"))
        #expect(result.errorOutput.contains("--to https://hookstream.example/v1"), "\(result)")
        #expect(!result.errorOutput.contains("hush") && !result.errorOutput.contains("***"))
        #expect(proxy.connectionCount == 1)
    }

    @Test("A run stops if no server listens on the port")
    func unreachable() throws {
        let server = try LoopbackServer()
        server.goDown()
        let sending = try Sending()
        let sent = try sending.send(Self.input, to: server.baseURL, ["--start-patience", "0s"])
        #expect(sent.exitCode == 3, "\(sent)")
        #expect(sent.hasJournal)
        #expect(sent.result.errorOutput.contains("no connection"), "\(sent)")
    }

    @Test("A run stops at a certificate of an untrusted authority", .needs("nginx", "openssl"))
    func certificate() throws {
        let server = try LoopbackServer()
        let certificates = try Certificates()
        let tls = try TLSServer(in: server, certificates: certificates)
        let sent = try Sending().send(Self.input, to: tls.baseURL)
        tls.stop()
        withExtendedLifetime(certificates) {}
        #expect(sent.exitCode == 3, "\(sent)")
        #expect(sent.result.errorOutput.contains("certificate"), "\(sent)")
        #expect(server.requestCount == 0)
    }

    @Test("A run stops at --max-errors, and resumes without it")
    func maxErrors() throws {
        let server = try LoopbackServer { request in
            request.number.isMultiple(of: 2) ? .created(request) : .answer(400)
        }
        let sending = try Sending()
        let flags = ["--concurrency", "1", "--max-errors", "5"]
        let sent = try sending.send(Self.input, to: server.baseURL, flags)
        #expect(sent.exitCode == 3, "\(sent)")
        #expect(server.requestCount == 10)
        let resumed = try sending.sendAgain(to: server.baseURL)
        #expect(resumed.exitCode == 1, "\(resumed)")
        #expect(try resumed.rows.count { $0.outcome == "rejected" } == 30)
    }

    @Test("A run stops at --max-duration, and resumes without it")
    func maxDuration() throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        let flags = ["--rate", "20/s", "--max-duration", "500ms"]
        let sent = try sending.send(Self.input, to: server.baseURL, flags)
        #expect(sent.exitCode == 3, "\(sent)")
        #expect((1...20).contains(server.requestCount), "\(server.requestCount)")
        try resume(sending, server)
    }

    @Test("A run stops at each --limit, and is completed without it under the same run id")
    func limit() throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        #expect(try sending.send(Self.input, to: server.baseURL, ["--limit", "1"]).exitCode == 3)
        #expect(server.requestCount == 1)
        #expect(try sending.sendAgain(to: server.baseURL, ["--limit", "9"]).exitCode == 3)
        #expect(server.requestCount == 10)
        try resume(sending, server)
        #expect(server.requestCount == 60)
    }

    @Test("A run with a --limit equal to its number of lines does not stop")
    func exactLimit() throws {
        let server = try LoopbackServer()
        let sent = try Sending().send(Self.input, to: server.baseURL, ["--limit", "60"])
        #expect(sent.exitCode == 0, "\(sent)")
    }

    @Test("A run stops at a Retry-After above --max-retry-after, and can be resumed")
    func retryAfter() throws {
        let server = try LoopbackServer { request in
            request.number == 3
                ? .answer(429, headers: [("Retry-After", "7200")]) : .created(request)
        }
        let sending = try Sending()
        let sent = try sending.send(Self.input, to: server.baseURL, ["--concurrency", "1"])
        #expect(sent.exitCode == 3, "\(sent)")
        #expect(server.requestCount == 4)
        try resume(sending, server)
    }
}
