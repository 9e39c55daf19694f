import Destinations
import Foundation
import TestSupport

/// A folder with the store of one test, removed with the value.
final class StoreFolder {
    private let folder: TemporaryFolder
    // The real path: some versions of SQLite refuse symbolic links among the directories.
    var url: URL { folder.url.resolvingSymlinksInPath() }
    /// The path of the test's store.
    var path: String { url.appending(path: "test.db").path }

    init() throws { folder = try TemporaryFolder("store") }

    func store(knownAppsOnly: Bool = false) throws -> sending Store {
        try Store(path: path, knownAppsOnly: knownAppsOnly)
    }

    /// Opens another connection to the store, which sees what is committed.
    func connection() throws -> Database {
        try Database(StoreFile.find(path))
    }
}

/// A message that owns its bytes.
struct OwnMessage {
    var app = "app_1"
    /// A JSON string literal.
    var eventType = #""user.created""#
    var payload: String? = #"{"id":1}"#
    var key: String

    func borrow<Result>(_ body: (Message) throws -> Result) rethrows -> Result {
        let app = Array(app.utf8)
        let eventType = Array(eventType.utf8)
        let payload = payload.map { Array($0.utf8) }
        let key = Array(key.utf8)
        return try app.withUnsafeBytes { app in
            try eventType.withUnsafeBytes { eventType in
                try key.withUnsafeBytes { key in
                    guard let payload else {
                        return try body(
                            Message(
                                appID: app, eventType: eventType, payload: nil,
                                idempotencyKey: key))
                    }
                    return try payload.withUnsafeBytes { payload in
                        try body(
                            Message(
                                appID: app, eventType: eventType, payload: payload,
                                idempotencyKey: key))
                    }
                }
            }
        }
    }
}

extension Store {
    /// Submits a message at a fixed time.
    func submit(_ message: OwnMessage, now: Int64 = 1_795_000_000_123) throws -> Answer {
        try message.borrow { try submit($0, now: now) }
    }

    var messageIDText: String { String(decoding: messageID, as: UTF8.self) }
}

extension Database {
    /// Returns the rows of a query, each cell as text; nil for NULL.
    func rows(_ sql: String, columns: Int32) throws -> [[String?]] {
        let statement = try Statement(self, sql)
        var rows: [[String?]] = []
        while try statement.step() {
            rows.append(
                (0..<columns).map { column in
                    statement.isNull(column)
                        ? nil : String(decoding: statement.text(column), as: UTF8.self)
                })
        }
        return rows
    }
}
