import Delivery
import Destinations
import Foundation
import TestSupport
import Testing

@Suite("The API destination under random faults")
struct FaultTests {
    /// The server's log, by idempotency key.
    private final class Log: @unchecked Sendable {
        private let lock = NSLock()
        private var received: [Substring: Int] = [:]
        private var accepted: Set<Substring> = []
        private var generator = SeededGenerator.fromEnvironment("truth")

        var seed: UInt64 { lock.withLock { generator.seed } }

        func random(below limit: Int) -> Int {
            lock.withLock { Int.random(in: 0..<limit, using: &generator) }
        }

        func note(_ key: Substring, isAccepted: Bool) {
            lock.withLock {
                received[key, default: 0] += 1
                if isAccepted { accepted.insert(key) }
            }
        }

        func timesReceived(_ key: String) -> Int { lock.withLock { received[key[...]] ?? 0 } }
        func isAccepted(_ key: String) -> Bool { lock.withLock { accepted.contains(key[...]) } }
    }

    private static func reply(_ choice: Int) -> (isAccepted: Bool, steps: [ScriptedServer.Step]) {
        let created = Canned.created()
        return switch choice {
        case 0: (false, [.close])
        case 1: (false, [.reset])
        case 2: (true, [.close])
        case 3: (true, [.text(created), .close])
        case 4: (true, [.text(Canned.answer(201, "{}", fields: ["Connection: close"])), .close])
        case 5: (true, [.text(String(created.prefix(60))), .close])
        case 6: (true, [.drip(Array(created.utf8))])
        case 7: (false, [.text("garbage\r\n\r\n")])
        case 8: (false, [.text(Canned.answer(503, "busy"))])
        case 9: (true, [.text(created + "surplus")])
        case 10: (true, [.text(created), .reset])
        case 11: (true, [.text("HTTP/1.1 100 Continue\r\n\r\n"), .text(created)])
        default: (true, [.text(created)])
        }
    }

    @Test(
        "Every attempt ends once and truthfully, and no request is sent twice", arguments: 1...4)
    func truth(round: Int) throws {
        let log = Log()
        let seed = log.seed
        let server = try ScriptedServer(
            greet: { _ in log.random(below: 8) == 0 ? [.close] : [] },
            script: { request in
                let (isAccepted, steps) = Self.reply(log.random(below: 40))
                let field = request.text.firstRange(of: "Idempotency-Key: ")
                let key = request.text[(field?.upperBound ?? request.text.endIndex)...]
                log.note(key.prefix { $0 != "\r\n" }, isAccepted: isAccepted)
                return steps
            })
        defer { server.stop() }
        let run = try APIRun(port: server.port) { $0.maxConnections = 12 }
        let large = APIRun.payload(bytes: 3_000_000)
        let attempts = 600
        let width = 20
        var ended: Set<Int> = []
        var next = 0
        while ended.count < attempts {
            while next < attempts && next - ended.count < width {
                // Large requests are interrupted by closes in the middle of a send.
                run.load(
                    next,
                    payload: next % 25 == 0 ? large : "{}")
                run.start(next)
                next += 1
            }
            for end in try run.wait(for: 1) {
                let key = "hb-run-0-\(end.slot)"
                let comment = Comment("slot \(end.slot), seed \(seed): \(end)")
                #expect(ended.insert(end.slot).inserted, comment)
                #expect(log.timesReceived(key) <= 1, comment)
                #expect(
                    (end.result.response?.isComplete == true) == (end.result.failure == nil),
                    comment)
                if !end.result.requestBegan {
                    #expect(log.timesReceived(key) == 0, comment)
                    #expect(end.result.response == nil, comment)
                }
                if end.result.response?.status == 201 {
                    #expect(log.isAccepted(key), comment)
                }
                run.destination.unload(slot: end.slot)
            }
        }
        #expect(ended == Set(0..<attempts), "seed \(seed)")
        try run.destination.close()
    }
}
