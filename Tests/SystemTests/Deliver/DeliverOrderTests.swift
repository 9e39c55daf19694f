import Foundation
import TestSupport
import Testing

@Suite("Deliveries in order", .sideBySide) struct DeliverOrderTests {
    private let delivering: Delivering

    init() throws { delivering = try Delivering() }

    private func numbers(_ server: LoopbackServer) -> [Int] {
        server.requests.compactMap { request in
            request.bodyText.firstMatch(of: /"n":([0-9]+)/).flatMap { Int($0.1) }
        }
    }

    @Test("With --ordered no message overtakes one that fails, and other endpoints do not wait")
    func retries() throws {
        // Each message fails twice, then succeeds.
        let tries = Monitor<[String: Int]>([:])
        let failing = try LoopbackServer { request in
            let count = tries.update { tries in
                tries[request.bodyText, default: 0] += 1
                return tries[request.bodyText] ?? 0
            }
            return .answer(count < 3 ? 500 : 200)
        }
        let healthy = try LoopbackServer { _ in .answer(200) }
        _ = try delivering.addEndpoint(failing.url)
        _ = try delivering.addEndpoint(healthy.url)
        try delivering.send(40)
        let last = try delivering.deliverAll(["--ordered", "--schedule", "0ms,0ms,0ms"])
        #expect(last.exitCode == 0, "\(last)")
        #expect(numbers(failing) == (0..<40).flatMap { [$0, $0, $0] })
        #expect(numbers(healthy) == Array(0..<40))
    }

    @Test("With --ordered later messages wait while the first one does, until it is failed")
    func waits() throws {
        let server = try LoopbackServer { request in
            .answer(request.bodyText.contains(#""n":2}"#) ? 500 : 200)
        }
        _ = try delivering.addEndpoint(server.url)
        try delivering.send(5)
        let first = try delivering.deliver("--ordered", "--schedule", "1h")
        #expect(first.exitCode == 3 && first.errorOutput.contains("pending 3"), "\(first)")
        #expect(numbers(server) == [0, 1, 2])
        #expect(try delivering.deliver("--ordered", "--schedule", "1h").exitCode == 3)
        #expect(numbers(server) == [0, 1, 2])
        #expect(try delivering.store("redeliver", "--status", "pending").exitCode == 0)
        // Without a further wait it is failed, and the others follow.
        try delivering.execute("UPDATE deliveries SET failures = 1 WHERE status = 'pending'")
        #expect(try delivering.deliver("--ordered", "--schedule", "1h").exitCode == 1)
        #expect(numbers(server) == [0, 1, 2, 2, 3, 4])
    }

    @Test("--ordered refuses several requests at a time to one endpoint")
    func contradiction() throws {
        let result = try delivering.deliver("--ordered", "--endpoint-concurrency", "2")
        #expect(result.exitCode == 2 && result.errorOutput.contains("--endpoint-concurrency"))
        #expect(try delivering.deliver("--ordered", "--endpoint-concurrency", "1").exitCode == 0)
    }
}
