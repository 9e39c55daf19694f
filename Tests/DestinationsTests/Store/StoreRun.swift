import Delivery
import Destinations
import Foundation
import Platform
import Testing
import Time

/// A store as a destination with messages in its slots, driven as by a run.
final class StoreRun {
    struct End: Equatable {
        var slot: Int
        var status: Int?
        var messageID: String?
        var detail: String?
    }

    let folder: StoreFolder
    let poller: Poller
    let destination: StoreDestination
    /// The first transaction's milliseconds since 1970; each later one has one more.
    static let firstTime: Int64 = 1000

    init(_ folder: StoreFolder, knownAppsOnly: Bool = false) throws {
        self.folder = folder
        poller = try Poller()
        var time = Self.firstTime - 1
        destination = try StoreDestination(
            store: folder.store(knownAppsOnly: knownAppsOnly), poller: poller,
            wallClock: {
                time += 1
                return time
            })
    }

    func load(_ message: OwnMessage, _ slot: Int) {
        message.borrow { destination.load($0, into: slot) }
    }

    func start(_ slot: Int) { destination.start(slot: slot, now: MonotonicClock.now) }

    /// Loads and starts a message in each slot, with the key `key-SLOT`.
    func begin(_ slots: some Sequence<Int>, key: String = "k", payload: String? = #"{"id":1}"#) {
        for slot in slots {
            load(OwnMessage(payload: payload, key: "\(key)-\(slot)"), slot)
            start(slot)
        }
    }

    /// Waits once and returns the reported ends.
    func wait(until deadline: Instant? = nil) throws -> [End] {
        var ends: [AttemptEnd] = []
        var ready: [UInt64] = []
        try destination.wait(until: deadline, ends: &ends, ready: &ready)
        return ends.map(end)
    }

    /// Runs one turn of the loop, without waiting.
    func turn() throws -> [End] { try wait(until: MonotonicClock.now) }

    /// Runs a turn while the store is locked, in which nothing can end.
    func turnInVain() throws {
        let ends = try turn()
        #expect(ends.isEmpty)
    }

    /// Waits until `count` attempts have ended and returns the reported ends.
    func wait(for count: Int) throws -> [End] {
        var ends: [End] = []
        while ends.count < count { ends += try wait() }
        return ends
    }

    func abort(_ slot: Int) -> End { end(destination.abort(slot: slot)) }

    private func end(_ end: AttemptEnd) -> End {
        End(
            slot: end.slot, status: end.result.response?.status, messageID: text(end.messageID),
            detail: text(end.detail))
    }

    private func text(_ range: TextRange?) -> String? {
        range.map { String(decoding: destination.text($0), as: UTF8.self) }
    }

    /// Returns the id, key and time of the messages that another connection sees, in order.
    func stored() throws -> [[String?]] {
        try folder.connection().rows(
            "SELECT id, idempotency_key, created_at FROM messages ORDER BY rowid", columns: 3)
    }

    /// Returns the stored keys, and the number of messages of each transaction.
    func transactions() throws -> (keys: [String?], sizes: [Int]) {
        let rows = try stored()
        var sizes: [Int] = []
        for (place, row) in rows.enumerated() {
            if place > 0, rows[place - 1][2] == row[2] {
                sizes[sizes.count - 1] += 1
            } else {
                sizes.append(1)
            }
        }
        return (rows.map { $0[1] }, sizes)
    }
}

/// Changes to a store as by another process, from another connection.
extension StoreFolder {
    /// Locks the store, so that a waiting transaction does not end during `body`.
    func held(_ body: () throws -> Void) throws {
        let other = try connection()
        try other.execute("BEGIN IMMEDIATE")
        defer { try? other.execute("COMMIT") }
        try body()
    }

    /// Makes every transaction with the message of this key fail.
    func refuse(key: String) throws {
        try connection().execute(
            """
            CREATE TRIGGER refusal BEFORE INSERT ON messages WHEN new.idempotency_key = '\(key)'
            BEGIN SELECT RAISE(ABORT, 'refused'); END
            """)
    }

    func refuseNone() throws { try connection().execute("DROP TRIGGER refusal") }
}
