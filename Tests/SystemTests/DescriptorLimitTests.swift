import Glibc
import TestSupport
import Testing

@Suite("Few open files", .sideBySide, .needs("bash"))
struct DescriptorLimitTests {
    /// Closes the descriptors that the test's other threads happen to pass on.
    private static let closing =
        #"for f in /proc/self/fd/*; do n=${f##*/}; [ "$n" -gt 2 ] && eval "exec $n>&-"; done; "#

    /// Returns the program with a limit of open files, soft and hard.
    private func limited(_ program: Program, to limit: Int) -> Program {
        var limited = program
        limited.executable = "bash"
        limited.arguments =
            ["-c", Self.closing + #"ulimit -n "$0"; exec "$@""#, "\(limit)", program.executable]
            + program.arguments
        return limited
    }

    /// Returns the limit that a refusal asks for.
    private func needed(_ result: ProgramResult) throws -> Int {
        let match = result.errorOutput.firstMatch(
            of: /ulimit -n: ([0-9]+) open files are too few; this run needs at least ([0-9]+)/)
        return try #require(match.flatMap { Int($0.2) }, "\(result)")
    }

    @Test("A limit without room for a connection is refused, and the named one is enough")
    func refused() throws {
        let server = try LoopbackServer { request in
            request.number % 3 == 0 ? .answer(400) : .created(request)
        }
        let sending = try Sending()
        try sending.folder.write(Sending.lines(60), to: "in.ndjson")
        let flags = ["--summary", "copy.json", "--metrics", "run.prom"]
        let program = sending.program(to: server.baseURL, flags)
        let refused = try limited(program, to: 14).run()
        #expect(refused.exitCode == 2, "\(refused)")
        #expect(!refused.errorOutput.contains("--to"), "\(refused)")
        #expect(server.connectionCount == 0)
        #expect(!sending.folder.contains("out.report.ndjson.journal"))
        let enough = try limited(program, to: try needed(refused)).run()
        #expect(enough.exitCode == 1, "\(enough)")
        #expect(enough.errorOutput.contains("(ulimit -n) allows only 1 connection at a time"))
        #expect(try Sent(result: enough, sending: sending).rows.count == 60)
        #expect(try sending.folder.read("copy.json") == sending.folder.read("out.summary.json"))
        #expect(sending.folder.contains("run.prom"))
    }

    @Test("A run into a store is refused alike")
    func store() throws {
        let sending = try Sending()
        try sending.folder.write(Sending.lines(3), to: "in.ndjson")
        let program = sending.program(to: "store:events.db")
        let refused = try limited(program, to: 12).run()
        #expect(refused.exitCode == 2, "\(refused)")
        let enough = try limited(program, to: try needed(refused)).run()
        #expect(enough.exitCode == 0, "\(enough)")
        #expect(!enough.errorOutput.contains("ulimit"), "\(enough)")
    }

    @Test("Connections are cut to the descriptors that are left, and said once")
    func cut() throws {
        let server = try LoopbackServer { .delay(.milliseconds(30), .created($0)) }
        let sending = try Sending()
        try sending.folder.write(Sending.lines(200), to: "in.ndjson")
        let flags = ["--concurrency", "500"]
        let result = try limited(sending.program(to: server.baseURL, flags), to: 40).run()
        #expect(result.exitCode == 0, "\(result)")
        let allowed = result.errorOutput.matches(
            of: /limit of 40 open files \(ulimit -n\) allows only ([0-9]+) connections/)
        try #require(allowed.count == 1, "\(result)")
        let connections = try #require(Int(allowed[0].1))
        #expect(connections > 1 && connections < 40)
        #expect(server.connectionCount <= connections)
        #expect(server.requestCount == 200)
        #expect(try Sent(result: result, sending: sending).rows.count == 200)
        #expect(sending.folder.contains("out.summary.json"))
    }

    @Test("A run raises its soft limit")
    func soft() throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        try sending.folder.write(Sending.lines(20), to: "in.ndjson")
        var program = sending.program(to: server.baseURL)
        program.arguments =
            ["-c", #"ulimit -S -n 14; exec "$0" "$@""#, program.executable]
            + program.arguments
        program.executable = "sh"
        let result = try program.run()
        #expect(result.exitCode == 0, "\(result)")
        #expect(!result.errorOutput.contains("ulimit"), "\(result)")
    }

    @Test("More inputs than open files are allowed are sent and checked")
    func inputs() throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        let inputs = (0..<40).map { "in\($0).ndjson" }
        for (number, input) in inputs.enumerated() {
            try sending.folder.write(Sending.lines(1 + number % 3), to: input)
        }
        let program = sending.program(inputs, to: server.baseURL)
        let result = try limited(program, to: try needed(limited(program, to: 12).run())).run()
        #expect(result.exitCode == 0, "\(result)")
        let rows = try Sent(result: result, sending: sending).rows
        #expect(
            rows.map(\.file)
                == inputs.enumerated().flatMap { number, input in
                    Array(repeating: input, count: 1 + number % 3)
                })
        #expect(server.requestCount == rows.count)
        var check = program
        check.arguments = ["check"] + inputs
        let checked = try limited(check, to: 15).run()
        #expect(checked.exitCode == 0, "\(checked)")
    }

    @Test("500 files of undelivered lines need no more open files than a few")
    func undelivered() throws {
        let sending = try Sending()
        let invalid = #"{"appId":"app_1","event_type":"t","payload":1,"n":"#
        var names: [String] = []
        for number in 0..<500 {
            names.append("in\(number).ndjson")
            try sending.folder.write(
                (0..<4).map { "\(invalid)\($0)}\n" }.joined(), to: names[number])
        }
        try sending.folder.write(names.joined(separator: "\n"), to: "inputs")
        let store = "store:events.db"
        let first = try sending.program(["--files-from", "inputs"], to: store).run()
        #expect(first.exitCode == 1, "\(first.exitCode ?? -1)")
        // The second line is fixed, the last one is removed.
        var rejected: [String] = []
        for (number, name) in names.enumerated() {
            rejected.append("out.\(number + 1)-\(name.dropLast(7)).rejected.ndjson")
            var lines = try sending.folder.text(rejected[number]).split(separator: "\n")
            lines[1].replace("\"payload\":1", with: "\"payload\":{}")
            lines.removeLast()
            try sending.folder.write(
                lines.map { "\($0)\n" }.joined(), to: rejected[number])
        }
        try sending.folder.write(rejected.joined(separator: "\n"), to: "rejected")
        var program = sending.program([], to: store)
        program.arguments = [
            "send", "--files-from", "rejected", "--to", store, "--report", "again.ndjson",
        ]
        // Far fewer than files: the matching has 20 of its own for one input at a time.
        let result = try limited(program, to: 60).run()
        #expect(result.exitCode == 1, "\(result.exitCode ?? -1)")
        let rows = try ReportRow.ndjson(sending.folder.read("again.ndjson"))
        #expect(rows.count == 1500)
        #expect(rows.map(\.file) == names.flatMap { [$0, $0, $0] })
        #expect(rows.map(\.line) == names.flatMap { _ in [1, 2, 3] })
        #expect(rows.count { $0.outcome == "accepted" } == 500)
    }

    @Test("A store that can't be opened for lack of descriptors names the limit")
    func serveStore() throws {
        let folder = try TemporaryFolder("serving")
        let program = Program(
            Hookbatch.binary, ["serve", "--listen", "127.0.0.1:0"], directory: folder.path)
        let result = try limited(program, to: 6).run()
        #expect(result.exitCode == 74, "\(result)")
        #expect(result.errorOutput.contains("ulimit -n"), "\(result)")
    }

    @Test("A server with fewer connections than asked for names the limit")
    func serve() throws {
        let folder = try TemporaryFolder("serving")
        let server = try limited(
            Program(
                Hookbatch.binary, ["serve", "--listen", "127.0.0.1:0"],
                directory: folder.path),
            to: 140
        ).start()
        #expect(server.waitForError("/v1\n"))
        server.kill(SIGTERM)
        let result = server.wait()
        #expect(result.exitCode == 0, "\(result)")
        #expect(result.errorOutput.contains("(ulimit -n) allows only 12 connections"), "\(result)")
    }

    @Test(
        "A server that delivers divides the descriptors between its clients and the endpoints",
        arguments: [
            (["--concurrency", "1000"], [448, 448]),
            (["--concurrency", "1000", "--max-connections", "10"], [886]),
            (["--concurrency", "8"], [888]),
        ])
    func serveAndDeliver(flags: [String], allowed: [Int]) throws {
        let folder = try TemporaryFolder("serving")
        let server = try limited(
            Program(
                Hookbatch.binary, ["serve", "--deliver", "--listen", "127.0.0.1:0"] + flags,
                directory: folder.path),
            to: 1024
        ).start()
        #expect(server.waitForError("/v1\n"))
        server.kill(SIGTERM)
        let result = server.wait()
        #expect(result.exitCode == 0, "\(result)")
        let found = result.errorOutput.matches(of: /allows only ([0-9]+) connections/)
        #expect(found.compactMap { Int($0.1) } == allowed, "\(result)")
        let endpoints = result.errorOutput.contains("connections to endpoints at a time")
        #expect(endpoints == flags.contains("1000"), "\(result)")
    }
}
