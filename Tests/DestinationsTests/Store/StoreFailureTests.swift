import Destinations
import Foundation
import Testing

@Suite("Failures of the store")
struct StoreFailureTests {
    /// SQLITE_BUSY and SQLITE_FULL.
    private static let busy: Int32 = 5
    private static let full: Int32 = 13

    let folder: StoreFolder

    init() throws { folder = try StoreFolder() }

    private func code(_ body: () throws -> Void) throws -> Int32 {
        let error = try #require(throws: DestinationError.self) { try body() }
        guard case .sqlite(let path, let code, let message) = error else {
            Issue.record("\(error)")
            return 0
        }
        #expect(path == folder.path)
        #expect(!message.isEmpty)
        return code
    }

    @Test("A store on a full disk fails, keeps committed messages and works again with free space")
    func full() throws {
        let store = try folder.store()
        #expect(try store.submit(OwnMessage(key: "before")) == .created)
        try store.commit()
        let pages = try #require(try store.database.integer("PRAGMA page_count"))
        try store.database.execute("PRAGMA max_page_count = \(pages + 4)")

        let payload = "\"" + String(repeating: "x", count: 2000) + "\""
        let found = try code {
            for number in 0..<100 {
                _ = try store.submit(OwnMessage(payload: payload, key: "\(number)"))
            }
            try store.commit()
        }
        #expect(found == Self.full)
        #expect(!store.database.isInTransaction)
        let keys = "SELECT idempotency_key FROM messages"
        #expect(try folder.connection().rows(keys, columns: 1) == [["before"]])
        #expect(
            try folder.connection().rows("PRAGMA integrity_check", columns: 1) == [["ok"]])

        try store.database.execute("PRAGMA max_page_count = 1000000")
        #expect(try store.submit(OwnMessage(key: "before")) == .replayed)
        #expect(try store.submit(OwnMessage(payload: payload, key: "0")) == .created)
        try store.commit()
        let rows = try folder.connection().rows(keys + " ORDER BY 1", columns: 1)
        #expect(rows == [["0"], ["before"]])
    }

    @Test("A store that another process has locked is busy, and works again when it is unlocked")
    func busy() throws {
        let store = try folder.store()
        #expect(try store.database.integer("PRAGMA busy_timeout") == 10_000)
        try store.database.execute("PRAGMA busy_timeout = 0")
        let other = try folder.connection()
        try other.execute("BEGIN IMMEDIATE")
        #expect(try code { _ = try store.submit(OwnMessage(key: "k")) } == Self.busy)
        try other.execute("COMMIT")
        #expect(try store.submit(OwnMessage(key: "k")) == .created)
    }

    @Test("A commit or rollback without a transaction does nothing")
    func nothingToCommit() throws {
        let store = try folder.store()
        try store.commit()
        store.rollback()
        #expect(try store.submit(OwnMessage(key: "k")) == .created)
    }
}
