import Delivery
import Destinations
import Foundation
import Testing

@Suite("The store as a destination")
struct StoreDestinationTests {
    let folder: StoreFolder
    private let now = Instant(nanoseconds: 0)

    init() throws { folder = try StoreFolder() }

    private func destination(
        knownAppsOnly: Bool = false, pollCaller: StoreDestination.PollCaller? = nil
    ) throws -> StoreDestination {
        StoreDestination(
            store: try folder.store(knownAppsOnly: knownAppsOnly), wallClock: { 1000 },
            pollCaller: pollCaller)
    }

    private func load(_ message: OwnMessage, _ slot: Int, _ destination: StoreDestination) {
        message.borrow { destination.load($0, into: slot) }
    }

    private func wait(_ destination: StoreDestination) throws -> [AttemptEnd] {
        var ends: [AttemptEnd] = []
        var ready: [UInt64] = []
        try destination.wait(until: nil, ends: &ends, ready: &ready)
        return ends
    }

    private func text(_ range: TextRange?, _ destination: StoreDestination) -> String? {
        range.map { String(decoding: destination.text($0), as: UTF8.self) }
    }

    @Test("Reports every end of a batch, after its commit, in the order of the starts")
    func batch() throws {
        let destination = try destination()
        for slot in [3, 0, 2, 1] {
            load(OwnMessage(key: "k-\(slot)"), slot, destination)
            destination.start(slot: slot, now: now)
        }
        #expect(try folder.connection().integer("SELECT count(*) FROM messages") == 0)
        let ends = try wait(destination)
        #expect(ends.map(\.slot) == [3, 0, 2, 1])
        let accepted = AttemptResult(
            requestBegan: true, answer: .init(status: 201, hasMessageID: true))
        #expect(ends.allSatisfy { $0.result == accepted && $0.detail == nil })
        let rows = try folder.connection().rows(
            "SELECT id, idempotency_key FROM messages ORDER BY rowid", columns: 2)
        #expect(rows == ends.map { [text($0.messageID, destination), "k-\($0.slot)"] })
        #expect(try wait(destination).isEmpty)
    }

    @Test("Refusals bear the API's codes, and a reason")
    func refusals() throws {
        let destination = try destination(knownAppsOnly: true)
        try folder.connection().execute(
            "INSERT INTO applications (id, active) VALUES ('on', 1), ('off', 0)")
        let messages = [
            OwnMessage(app: "on", key: "k"), OwnMessage(app: "off", key: "k"),
            OwnMessage(app: "none", key: "k"), OwnMessage(app: "on", payload: nil, key: "k"),
        ]
        for (slot, message) in messages.enumerated() {
            load(message, slot, destination)
            destination.start(slot: slot, now: now)
        }
        let ends = try wait(destination)
        #expect(ends.map { $0.result.answer?.status } == [201, 400, 404, 422])
        #expect(ends.map { $0.messageID != nil } == [true, false, false, false])
        #expect(
            ends.map { text($0.detail, destination) } == [
                nil, "the application is inactive", "the application is not known",
                "the idempotency key was used before with another body",
            ])
    }

    @Test("A slot is used again, for smaller and larger messages than before")
    func reuse() throws {
        let destination = try destination()
        let sizes = [0, 1, 700, 3, 100_000, 2, 20_000]
        for (number, size) in sizes.enumerated() {
            let payload = "\"" + String(repeating: "x", count: size) + "\""
            load(OwnMessage(payload: payload, key: "\(number)"), 0, destination)
            destination.start(slot: 0, now: now)
            #expect(try wait(destination).count == 1)
            destination.unload(slot: 0)
        }
        let rows = try folder.connection().rows(
            "SELECT length(payload) - 2 FROM messages ORDER BY rowid", columns: 1)
        #expect(rows == sizes.map { ["\($0)"] })
    }

    @Test("An attempt given up before the wait leaves nothing, and can begin again")
    func abort() throws {
        let destination = try destination()
        for slot in 0..<3 {
            load(OwnMessage(key: "\(slot)"), slot, destination)
            destination.start(slot: slot, now: now)
        }
        #expect(!destination.abort(slot: 1).result.requestBegan)
        #expect(try wait(destination).map(\.slot) == [0, 2])
        #expect(try folder.connection().integer("SELECT count(*) FROM messages") == 2)
        destination.start(slot: 1, now: now)
        #expect(try wait(destination).map(\.slot) == [1])
        for slot in 0..<3 { destination.unload(slot: slot) }
        try destination.close()
    }

    @Test("A failed transaction reports nothing; a further wait tries all of it again")
    func failure() throws {
        let store = try folder.store()
        let destination = StoreDestination(store: store)
        let pages = try #require(try store.database.integer("PRAGMA page_count"))
        try store.database.execute("PRAGMA max_page_count = \(pages + 4)")
        let payload = "\"" + String(repeating: "x", count: 2000) + "\""
        for slot in 0..<50 {
            load(OwnMessage(payload: payload, key: "\(slot)"), slot, destination)
            destination.start(slot: slot, now: now)
        }
        var ends = [AttemptEnd(slot: 99, result: AttemptResult(requestBegan: false))]
        var ready: [UInt64] = []
        #expect(throws: DestinationError.self) {
            try destination.wait(until: nil, ends: &ends, ready: &ready)
        }
        #expect(ends.map(\.slot) == [99])
        #expect(try folder.connection().integer("SELECT count(*) FROM messages") == 0)

        try store.database.execute("PRAGMA max_page_count = 1000000")
        #expect(try wait(destination).count == 50)
        #expect(try folder.connection().integer("SELECT count(*) FROM messages") == 50)
    }

    @Test("The caller's descriptors are looked at without waiting when there was work")
    func pollAfterWork() throws {
        var timeouts: [Int32] = []
        let destination = try destination { timeout, ready in
            timeouts.append(timeout)
            ready.append(7)
        }
        load(OwnMessage(key: "k"), 0, destination)
        destination.start(slot: 0, now: now)
        var ends: [AttemptEnd] = []
        var ready: [UInt64] = []
        try destination.wait(until: nil, ends: &ends, ready: &ready)
        #expect(timeouts == [0])
        #expect(ready == [7])
    }

    @Test("Without work, the caller's descriptors are waited for until the deadline")
    func pollWithoutWork() throws {
        var timeouts: [Int32] = []
        let destination = try destination { timeout, _ in timeouts.append(timeout) }
        var ends: [AttemptEnd] = []
        var ready: [UInt64] = []
        for nanoseconds in [nil, Int64.min, Int64.max] {
            try destination.wait(
                until: nanoseconds.map(Instant.init(nanoseconds:)), ends: &ends, ready: &ready)
        }
        #expect(timeouts == [-1, 0, .max])
        #expect(ends.isEmpty)
    }
}
