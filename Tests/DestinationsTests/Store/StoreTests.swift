import Destinations
import Foundation
import Testing

@Suite("Messages in the store")
struct StoreTests {
    let folder: StoreFolder

    init() throws { folder = try StoreFolder() }

    @Test("The store's messages have the documented columns and the idempotency key")
    func columns() throws {
        _ = try folder.store()
        let names = try folder.connection()
            .rows("SELECT name, type FROM pragma_table_info('messages')", columns: 2)
        #expect(
            names.map { $0[0] } == [
                "id", "org_id", "env_id", "application_id", "event_type", "payload", "status",
                "created_at", "updated_at", "idempotency_key",
            ])
        #expect(names.allSatisfy { $0[1] == "TEXT" })
        let tables = try folder.connection()
            .rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1", columns: 1)
        #expect(
            tables.map { $0[0] } == [
                "applications", "deliveries", "endpoint_events", "endpoint_secrets", "endpoints",
                "messages",
            ])
    }

    @Test("The store has a write-ahead log and a sync at each commit")
    func durability() throws {
        let store = try folder.store()
        #expect(try store.database.rows("PRAGMA journal_mode", columns: 1) == [["wal"]])
        #expect(try store.database.integer("PRAGMA synchronous") == 2)
    }

    @Test("The store keeps every part of a message and dates it in UTC")
    func row() throws {
        let store = try folder.store()
        #expect(try store.submit(OwnMessage(key: "k-1"), now: 1_795_458_785_042) == .created)
        let id = store.messageIDText
        try store.commit()
        let rows = try folder.connection().rows("SELECT * FROM messages", columns: 10)
        let time = "2026-11-23T18:33:05.042Z"
        #expect(
            rows == [
                [
                    id, "org_local", "env_local", "app_1", "user.created", #"{"id":1}"#, "pending",
                    time, time, "k-1",
                ]
            ])
    }

    @Test(
        "The store keeps a payload's text byte for byte",
        arguments: [
            nil, "null", #""""#, #""text""#, #"{"n":123456789012345678901234567890.10e+05}"#,
            #"{ "b" : 1, "a":"\u0041\/é😀" , "b":2 }"#,
        ])
    func payload(payload: String?) throws {
        let store = try folder.store()
        #expect(try store.submit(OwnMessage(payload: payload, key: "k")) == .created)
        try store.commit()
        let rows = try folder.connection().rows("SELECT payload FROM messages", columns: 1)
        #expect(rows == [[payload]])
    }

    @Test("The store accepts a payload of 8 MiB and recognizes it again")
    func largePayload() throws {
        let store = try folder.store()
        let payload = "\"" + String(repeating: "x", count: 8 << 20) + "\""
        #expect(try store.submit(OwnMessage(payload: payload, key: "k")) == .created)
        try store.commit()
        #expect(try store.submit(OwnMessage(payload: payload, key: "k")) == .replayed)
        #expect(try store.submit(OwnMessage(payload: payload + " ", key: "k")) == .keyConflict)
        let size = try folder.connection().integer("SELECT length(payload) FROM messages")
        #expect(size == Int64(payload.utf8.count))
    }

    @Test("The store refuses a message above SQLite's limit without reading it")
    func tooLarge() throws {
        let store = try folder.store()
        let answer = try OwnMessage(key: "k").borrow { message in
            // Only the length matters: there are fewer bytes.
            let start = message.payload?.baseAddress
            let long = UnsafeRawBufferPointer(start: start, count: store.database.maxTextBytes)
            return try store.submit(
                Message(
                    appID: message.appID, eventType: message.eventType, payload: long,
                    idempotencyKey: message.idempotencyKey), now: 0)
        }
        #expect(answer == .tooLarge)
        #expect(try store.submit(OwnMessage(key: "k")) == .created)
    }

    @Test("The store accepts the same message twice with the same id and keeps one")
    func replay() throws {
        let store = try folder.store()
        let message = OwnMessage(key: "k")
        #expect(try store.submit(message) == .created)
        let id = store.messageIDText
        // In the same transaction, and after it.
        for _ in 0..<2 {
            #expect(try store.submit(message) == .replayed)
            #expect(store.messageIDText == id)
            try store.commit()
        }
        #expect(try folder.connection().integer("SELECT count(*) FROM messages") == 1)
    }

    @Test(
        "The store refuses a repeated key with another body",
        arguments: [
            OwnMessage(payload: #"{"id":2}"#, key: "k"), OwnMessage(payload: nil, key: "k"),
            OwnMessage(payload: "null", key: "k"), OwnMessage(payload: #"{"id": 1}"#, key: "k"),
            OwnMessage(eventType: #""user.deleted""#, key: "k"),
        ])
    func keyConflict(other: OwnMessage) throws {
        let store = try folder.store()
        #expect(try store.submit(OwnMessage(key: "k")) == .created)
        #expect(try store.submit(other) == .keyConflict)
        try store.commit()
        let rows = try folder.connection().rows("SELECT payload FROM messages", columns: 1)
        #expect(rows == [[#"{"id":1}"#]])
    }

    @Test("The store accepts the same key for another application as another message")
    func keyOfAnotherApplication() throws {
        let store = try folder.store()
        #expect(try store.submit(OwnMessage(app: "a", key: "k")) == .created)
        #expect(try store.submit(OwnMessage(app: "b", payload: nil, key: "k")) == .created)
    }

    @Test("The store registers an application with its first message")
    func registration() throws {
        let store = try folder.store()
        #expect(try store.submit(OwnMessage(app: "new", key: "k")) == .created)
        try store.commit()
        let rows = try folder.connection().rows("SELECT * FROM applications", columns: 4)
        #expect(rows == [["new", "org_local", "env_local", "1"]])
    }

    @Test("The store registers an application again if its first transaction was rolled back")
    func registrationRolledBack() throws {
        let store = try folder.store()
        #expect(try store.submit(OwnMessage(key: "k")) == .created)
        store.rollback()
        #expect(try store.submit(OwnMessage(key: "k")) == .created)
        try store.commit()
        #expect(try folder.connection().integer("SELECT count(*) FROM applications") == 1)
        #expect(try folder.connection().integer("SELECT count(*) FROM messages") == 1)
    }

    @Test("The store refuses an unknown application where only known ones are accepted")
    func knownAppsOnly() throws {
        let store = try folder.store(knownAppsOnly: true)
        #expect(try store.submit(OwnMessage(key: "k")) == .unknownApplication)
        #expect(try store.submit(OwnMessage(key: "k")) == .unknownApplication)
        try store.commit()
        #expect(try folder.connection().integer("SELECT count(*) FROM applications") == 0)
        // Another process registers it: the next transaction sees it.
        try folder.connection().execute("INSERT INTO applications VALUES ('app_1', 'o', 'e', 1)")
        #expect(try store.submit(OwnMessage(key: "k")) == .created)
        try store.commit()
        let rows = try folder.connection().rows("SELECT org_id, env_id FROM messages", columns: 2)
        #expect(rows == [["o", "e"]])
    }

    @Test("The store refuses an inactive application's new messages, but not accepted ones")
    func inactive() throws {
        let store = try folder.store()
        #expect(try store.submit(OwnMessage(key: "k")) == .created)
        try store.commit()
        try folder.connection().execute("UPDATE applications SET active = 0")
        #expect(try store.submit(OwnMessage(key: "k")) == .replayed)
        #expect(try store.submit(OwnMessage(payload: nil, key: "k")) == .keyConflict)
        #expect(try store.submit(OwnMessage(key: "k-2")) == .inactive)
        try store.commit()
        #expect(try folder.connection().integer("SELECT count(*) FROM messages") == 1)
    }

    @Test("The store makes one pending delivery for each active endpoint of the application")
    func deliveries() throws {
        let store = try folder.store()
        try folder.connection().execute(
            """
            INSERT INTO applications (id) VALUES ('app_1'), ('app_2'), ('app_3');
            INSERT INTO endpoints (id, application_id, url, active) VALUES ('e1', 'app_1', 'https://a.example', 1),
                ('e2', 'app_1', 'https://b.example', 1), ('e3', 'app_1', 'https://c.example', 0),
                ('e4', 'app_2', 'https://d.example', 0);
            """)
        for app in ["app_1", "app_2", "app_3"] {
            #expect(try store.submit(OwnMessage(app: app, key: "k"), now: 0) == .created)
            #expect(try store.submit(OwnMessage(app: app, key: "k"), now: 1) == .replayed)
        }
        try store.commit()
        let rows = try folder.connection().rows(
            """
            SELECT application_id, endpoint_id, deliveries.status, deliveries.created_at
            FROM deliveries JOIN messages ON messages.id = message_id ORDER BY endpoint_id
            """, columns: 4)
        let time = "1970-01-01T00:00:00.000Z"
        #expect(rows == [["app_1", "e1", "pending", time], ["app_1", "e2", "pending", time]])
    }

    @Test("The store registers each application once, also beyond its cache's limit")
    func manyApplications() throws {
        let store = try folder.store()
        let applications = ApplicationCache.limit + 10
        for round in 0..<2 {
            for app in 0..<applications {
                let message = OwnMessage(app: "app_\(app)", key: "k-\(round)")
                #expect(try store.submit(message) == .created)
            }
        }
        try store.commit()
        let count = try folder.connection().integer("SELECT count(*) FROM applications")
        #expect(count == Int64(applications))
    }

    @Test("A killed program leaves exactly the committed messages in the store")
    func kill() throws {
        let store = try folder.store()
        #expect(try store.submit(OwnMessage(key: "committed")) == .created)
        let id = store.messageIDText
        try store.commit()
        // More than SQLite's cache, so that a part of it is in the log without a commit.
        let large = "\"" + String(repeating: "x", count: 3 << 20) + "\""
        for number in 0..<5 {
            #expect(try store.submit(OwnMessage(payload: large, key: "\(number)")) == .created)
        }
        #expect(try store.submit(OwnMessage(app: "lost", key: "k")) == .created)

        // A killed program leaves its files as they are.
        let left = try StoreFolder()
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(
                atPath: folder.path + suffix, toPath: left.path + suffix)
        }
        let log = try FileManager.default.attributesOfItem(atPath: left.path + "-wal")
        #expect(try #require(log[.size] as? Int) > 4 << 20, "nothing was written before the kill")
        let reopened = try left.store()
        #expect(try left.connection().integer("SELECT count(*) FROM messages") == 1)
        #expect(try left.connection().integer("SELECT count(*) FROM applications") == 1)
        #expect(try reopened.submit(OwnMessage(key: "committed")) == .replayed)
        #expect(reopened.messageIDText == id)
        #expect(try reopened.submit(OwnMessage(payload: large, key: "0")) == .created)
    }

    @Test("Closing the store rolls back an open transaction")
    func close() throws {
        do {
            let store = try folder.store()
            _ = try store.submit(OwnMessage(key: "1"))
            try store.commit()
            _ = try store.submit(OwnMessage(key: "2"))
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path + "-wal"))
        let rows = try folder.connection().rows(
            "SELECT idempotency_key FROM messages", columns: 1)
        #expect(rows == [["1"]])
    }

    @Test("Two stores on one file write in turns and see each other's messages")
    func twoConnections() throws {
        let one = try folder.store()
        let other = try folder.store()
        for number in 0..<10 {
            let message = OwnMessage(key: "k-\(number)")
            #expect(try one.submit(message) == .created)
            let id = one.messageIDText
            try one.commit()
            #expect(try other.submit(message) == .replayed)
            #expect(other.messageIDText == id)
            #expect(try other.submit(OwnMessage(app: "o", key: "o-\(number)")) == .created)
            try other.commit()
        }
    }

    @Test("The ids of stored messages ascend in the order of submission")
    func idOrder() throws {
        let store = try folder.store()
        for number in 0..<200 {
            // The clock jumps back and forth.
            let now: Int64 = 1_795_000_000_000 + (number % 3 == 0 ? -5 : Int64(number))
            #expect(try store.submit(OwnMessage(key: "\(number)"), now: now) == .created)
        }
        let rows = try store.database.rows(
            "SELECT idempotency_key FROM messages ORDER BY id", columns: 1)
        #expect(rows.map { $0[0] } == (0..<200).map { "\($0)" })
    }
}
