import CPosix
import Delivery
import Destinations
import Foundation
import Platform
import TestSupport
import Testing
import Time

@Suite("The store as a destination")
struct StoreDestinationTests {
    let folder: StoreFolder

    init() throws { folder = try StoreFolder() }

    @Test("Every end of a batch is reported after its commit, in the order of the starts")
    func batch() throws {
        let run = try StoreRun(folder)
        run.begin([3, 0, 2, 1])
        #expect(try run.stored().isEmpty)
        let ends = try run.wait()
        #expect(ends.map(\.slot) == [3, 0, 2, 1])
        #expect(ends.allSatisfy { $0.status == 201 && $0.detail == nil })
        let rows = try run.stored().map { $0[0...1] }
        #expect(rows == ends.map { [$0.messageID, "k-\($0.slot)"] })
        #expect(try run.turn().isEmpty)
    }

    @Test("Refusals of the store have the API's status codes and a reason")
    func refusals() throws {
        let run = try StoreRun(folder, knownAppsOnly: true)
        try folder.connection().execute(
            "INSERT INTO applications (id, active) VALUES ('on', 1), ('off', 0)")
        let messages = [
            OwnMessage(app: "on", key: "k"), OwnMessage(app: "off", key: "k"),
            OwnMessage(app: "none", key: "k"), OwnMessage(app: "on", payload: nil, key: "k"),
        ]
        for (slot, message) in messages.enumerated() {
            run.load(message, slot)
            run.start(slot)
        }
        let ends = try run.wait()
        #expect(ends.map(\.status) == [201, 400, 404, 422])
        #expect(ends.map { $0.messageID != nil } == [true, false, false, false])
        #expect(
            ends.map(\.detail) == [
                nil, "the application is inactive", "the application is not known",
                "the idempotency key was used before with another body",
            ])
    }

    @Test("A slot of the store can be used again for smaller and larger messages")
    func reuse() throws {
        let run = try StoreRun(folder)
        let sizes = [0, 1, 700, 3, 100_000, 2, 20_000]
        for (number, size) in sizes.enumerated() {
            let payload = "\"" + String(repeating: "x", count: size) + "\""
            run.begin([0], key: "\(number)", payload: payload)
            #expect(try run.wait().count == 1)
            run.destination.unload(slot: 0)
        }
        let rows = try folder.connection().rows(
            "SELECT length(payload) - 2 FROM messages ORDER BY rowid", columns: 1)
        #expect(rows == sizes.map { ["\($0)"] })
    }

    @Test("Messages that start during a transaction are the next one, which begins without a wait")
    func gathering() throws {
        let run = try StoreRun(folder)
        try folder.held {
            run.begin(0..<2)
            try run.turnInVain()
            // Many more slots than before: memory that the thread reads must not move.
            run.begin(2..<500)
            try run.turnInVain()
            run.begin(500..<1000)
        }
        #expect(try run.wait().map(\.slot) == [0, 1])
        // The second transaction ends without a turn in between.
        #expect(try run.wait().map(\.slot) == Array(2..<1000))
        let (keys, sizes) = try run.transactions()
        #expect(keys == (0..<1000).map { "k-\($0)" })
        #expect(sizes == [2, 998])
    }

    @Test("A transaction has no more messages than its limit")
    func limit() throws {
        let run = try StoreRun(folder)
        let limit = StoreDestination.batchLimit
        run.begin(0..<2 * limit + 1)
        #expect(try run.wait(for: 2 * limit + 1).map(\.slot) == Array(0...2 * limit))
        #expect(try run.transactions().sizes == [limit, limit, 1])
    }

    @Test("A message alone is stored at once")
    func trickle() throws {
        let run = try StoreRun(folder)
        for slot in 0..<3 {
            run.begin([slot])
            #expect(try run.wait().count == 1)
            #expect(try run.stored().count == slot + 1)
        }
    }

    @Test("A wait for a transaction ends for the caller's descriptors and deadline")
    func callerIsHeard() throws {
        let run = try StoreRun(folder)
        let event = hb_eventfd()
        defer { close(event) }
        let token = Poller.callerBit | 7
        try run.poller.add(event, interest: .readable, token: token)
        try folder.held {
            run.begin([0])
            let deadline = MonotonicClock.now.advanced(byNanoseconds: 1_000_000)
            #expect(try run.wait(until: deadline).isEmpty)
            #expect(MonotonicClock.now >= deadline)
            var one: UInt64 = 1
            write(event, &one, 8)
            var ends: [AttemptEnd] = []
            var ready: [UInt64] = []
            try run.destination.wait(until: nil, ends: &ends, ready: &ready)
            #expect(ends.isEmpty)
            #expect(ready == [token])
        }
        run.poller.remove(event)
        #expect(try run.wait().map(\.slot) == [0])
    }

    @Test("Closing the store leaves the database complete and without a log")
    func closing() throws {
        let run = try StoreRun(folder)
        run.begin(0..<3)
        _ = try run.wait(for: 3)
        #expect(FileManager.default.fileExists(atPath: folder.path + "-wal"))
        try run.destination.close()
        #expect(!FileManager.default.fileExists(atPath: folder.path + "-wal"))
        #expect(try run.stored().count == 3)
    }

    @Test("Releasing the store's destination ends the transaction in flight and closes the store")
    func lettingGo() throws {
        do {
            let run = try StoreRun(folder)
            try folder.held {
                run.begin(0..<2000)
                try run.turnInVain()
            }
            // Messages of no transaction yet are dropped.
            run.begin(2000..<2010)
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path + "-wal"))
        let count = try folder.connection().integer("SELECT count(*) FROM messages")
        #expect(count == 2000)
    }

    @Test(
        "Every attempt ends once with the store's result, in any order of calls", arguments: 1...5)
    func anyOrder(number: Int) throws {
        var generator = SeededGenerator.fromEnvironment("anyOrder(\(number))")
        let run = try StoreRun(folder)
        let slots = 40
        var free = Set(0..<slots)
        var inFlight: [Int: String] = [:]
        var accepted: [String: String] = [:]
        var givenUp = 0
        func take(_ end: StoreRun.End) throws {
            let found = inFlight.removeValue(forKey: end.slot)
            let key = try #require(found, "\(generator)")
            if end.status == 201 {
                #expect(accepted[key] == nil, "\(generator)")
                accepted[key] = end.messageID
            } else {
                givenUp += 1
            }
            run.destination.unload(slot: end.slot)
            free.insert(end.slot)
        }
        for step in 0..<2000 {
            switch Int.random(in: 0..<20, using: &generator) {
            case 0..<12:
                guard let slot = free.randomElement(using: &generator) else { continue }
                free.remove(slot)
                let size = Int.random(in: 0..<2000, using: &generator)
                run.begin(
                    [slot], key: "\(step)", payload: "\"\(String(repeating: "x", count: size))\"")
                inFlight[slot] = "\(step)-\(slot)"
            case 12..<16:
                for end in try run.turn() { try take(end) }
            case 16..<18:
                guard let slot = inFlight.keys.randomElement(using: &generator) else { continue }
                try take(run.abort(slot))
            default:
                if inFlight.isEmpty { continue }
                for end in try run.wait() { try take(end) }
            }
        }
        while !inFlight.isEmpty { for end in try run.wait() { try take(end) } }
        try run.destination.close()
        let rows = try run.stored()
        #expect(rows.count == accepted.count, "\(generator)")
        #expect(rows.allSatisfy { accepted[$0[1] ?? ""] == $0[0] }, "\(generator)")
        #expect(givenUp > 0, "\(generator)")
    }
}
