import Foundation
import TestSupport
import Testing

@Suite("serve --deliver", .sideBySide) struct ServeDeliverTests {
    private let delivering: Delivering

    init() throws { delivering = try Delivering() }

    private func serve(_ flags: String...) throws -> Serving {
        try Serving(["--deliver"] + flags, in: delivering.folder)
    }

    private func post(_ numbers: Range<Int>, to serving: Serving) throws {
        let client = try TestClient(port: serving.port)
        for number in numbers {
            client.send(
                messageRequest(
                    key: "k\(number)", body: #"{"event_type":"e","payload":{"n":\#(number)}}"#))
        }
        #expect(
            client.receive(answers: numbers.count).map(\.status)
                == [Int](repeating: 201, count: numbers.count))
    }

    @Test("A message is delivered from its 201 on, and what is left stays for the next process")
    func fromTheResponse() throws {
        let failing = Monitor(false)
        let server = try LoopbackServer { _ in .answer(failing.read { $0 } ? 500 : 200) }
        _ = try delivering.addEndpoint(server.url)
        let serving = try serve("--schedule", "1h", "--report", "attempts.ndjson")
        try post(0..<20, to: serving)
        #expect(server.waitForRequests(20))
        failing.update { $0 = true }
        try post(20..<23, to: serving)
        #expect(server.waitForRequests(23))
        let end = serving.stop()
        #expect(end.exitCode == 0, "\(end)")
        #expect(end.errorOutput.contains("delivered 20 with 23 requests, pending 3"), "\(end)")
        #expect(try delivering.deliveries("--status", "delivered").count == 20)
        let rows = try Serving.objects(delivering.folder.read("attempts.ndjson"))
        #expect(rows.count == 23)
        failing.update { $0 = false }
        #expect(try delivering.store("redeliver", "--status", "pending").exitCode == 0)
        // What is due at the start is delivered too.
        let next = try serve()
        #expect(server.waitForRequests(26))
        #expect(next.stop().exitCode == 0)
        #expect(try delivering.deliveries("--status", "delivered").count == 23)
        #expect(Set(server.ids).count == 23)
    }

    @Test("Endpoints that are added, disabled and enabled while it runs are followed")
    func changes() throws {
        let server = try LoopbackServer { _ in .answer(200) }
        let serving = try serve()
        let (id, _) = try delivering.addEndpoint(server.url)
        try post(0..<1, to: serving)
        #expect(server.waitForRequests(1))
        #expect(try delivering.store("disable-endpoint", id).exitCode == 0)
        try post(1..<2, to: serving)
        #expect(try delivering.store("enable-endpoint", id).exitCode == 0)
        try post(2..<3, to: serving)
        #expect(server.waitForRequests(2))
        #expect(try delivering.store("redeliver", "--endpoint", id).exitCode == 0)
        #expect(server.waitForRequests(4))
        #expect(serving.stop().exitCode == 0)
        #expect(Set(server.ids).count == 2)
    }

    @Test("A stop lets requests in flight end, and a second one leaves them for the next process")
    func stops() throws {
        let server = try LoopbackServer { request in
            request.number == 0
                ? .delay(.milliseconds(600), .answer(200)) : Reply([.hang])
        }
        _ = try delivering.addEndpoint(server.url)
        let serving = try serve("--endpoint-concurrency", "1")
        try post(0..<2, to: serving)
        #expect(server.waitForRequests(1))
        let end = serving.stop()
        #expect(end.exitCode == 0 && end.errorOutput.contains("delivered 1 with 1 request,"))
        let hanging = try serve("--endpoint-concurrency", "1")
        #expect(server.waitForRequests(2))
        hanging.program.kill(SIGTERM)
        #expect(hanging.program.waitForError("store") && hanging.program.isRunning)
        usleep(200_000)
        let aborted = hanging.stop()
        #expect(aborted.exitCode == 0 && aborted.errorOutput.contains("pending 1"), "\(aborted)")
        #expect(try delivering.deliveries("--status", "pending").count == 1)
    }

    @Test("One process delivers from a store: a second one does nothing and exits with 75")
    func oneProcess() throws {
        let serving = try serve()
        let second = try delivering.deliver()
        #expect(second.exitCode == 75, "\(second)")
        let other = try Program(
            Hookbatch.binary, ["serve", "--deliver", "--listen", "127.0.0.1:0"],
            environment: ["HOOKSTREAM_API_KEY": Serving.apiKey], directory: delivering.folder.path
        ).run()
        #expect(other.exitCode == 75, "\(other)")
        #expect(serving.stop().exitCode == 0)
        #expect(try delivering.deliver().exitCode == 0)
    }

    @Test("While the store fails, the server continues and deliveries wait until it works")
    func storeFails() throws {
        let server = try LoopbackServer { _ in .answer(200) }
        _ = try delivering.addEndpoint(server.url)
        let serving = try serve()
        try delivering.execute("ALTER TABLE endpoint_secrets RENAME TO hidden")
        try post(0..<3, to: serving)
        #expect(serving.program.waitForError("deliveries wait until this works"))
        try post(3..<5, to: serving)
        #expect(server.requestCount == 0)
        try delivering.execute("ALTER TABLE hidden RENAME TO endpoint_secrets")
        #expect(server.waitForRequests(5))
        #expect(serving.stop().exitCode == 0)
        #expect(try delivering.deliveries("--status", "delivered").count == 5)
    }

    @Test("Each failure of the store is printed, and its end once; a notice is not repeated")
    func failuresAndNotices() throws {
        let server = try LoopbackServer { _ in .answer(200) }
        _ = try delivering.addEndpoint(server.url)
        _ = try delivering.addEndpoint(
            "http://203.0.113.9/", "--allow-plain-http", "--allow-private-addresses")
        let serving = try serve()
        let program = serving.program
        try post(0..<1, to: serving)
        #expect(program.waitForError("is not called"))
        #expect(server.waitForRequests(1))
        for round in 0..<2 {
            try delivering.execute("ALTER TABLE endpoint_secrets RENAME TO hidden")
            try post(round + 1..<round + 2, to: serving)
            func count(_ text: String) -> Int {
                program.errorOutputSoFar.components(separatedBy: text).count - 1
            }
            func wait(for text: String) -> Bool {
                for _ in 0..<600 where count(text) <= round { usleep(100_000) }
                return count(text) == round + 1
            }
            #expect(wait(for: "deliveries wait until this works"))
            try delivering.execute("ALTER TABLE hidden RENAME TO endpoint_secrets")
            #expect(wait(for: "deliveries work again"))
            #expect(server.waitForRequests(round + 2))
        }
        let end = serving.stop()
        #expect(end.exitCode == 0)
        let lines = end.errorOutput.split(separator: "\n")
        for text in ["deliveries wait until", "deliveries work again"] {
            #expect(lines.count { $0.contains(text) } == 2, "\(end)")
        }
        #expect(lines.count { $0.contains("is not called") } == 1, "\(end)")
    }

    @Test("A serve that is killed loses no delivery")
    func killed() throws {
        let server = try LoopbackServer { request in .answer(request.number % 5 == 2 ? 500 : 200) }
        _ = try delivering.addEndpoint(server.url)
        var random = SeededGenerator.fromEnvironment()
        for round in 0..<6 {
            let serving = try serve("--schedule", String(repeating: "0ms,", count: 40) + "0ms")
            try post(round * 50..<(round + 1) * 50, to: serving)
            usleep(UInt32.random(in: 0...60_000, using: &random))
            #expect(serving.stop(SIGKILL).exitCode != 0)
        }
        #expect(try delivering.deliverAll().exitCode == 0)
        #expect(Set(server.ids).count == 300, "\(random)")
        #expect(try delivering.deliveries("--status", "delivered").count == 300)
    }
}
