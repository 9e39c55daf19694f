import Destinations
import Foundation
import Testing

@Suite("Store files")
struct StoreFileTests {
    let folder: StoreFolder

    init() throws { folder = try StoreFolder() }

    @Test("A new store and its other files can be read only by their owner")
    func mode() throws {
        let store = try folder.store()
        _ = try store.submit(OwnMessage(key: "k"))
        try store.commit()
        for suffix in ["", "-wal", "-shm"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.path + suffix)
            #expect(attributes[.posixPermissions] as? Int == 0o600, "test.db\(suffix)")
        }
    }

    @Test(
        "A store path that is a symbolic link is refused, with or without a target",
        arguments: [true, false])
    func symbolicLink(targetExists: Bool) throws {
        let target = folder.url.appending(path: "target.db").path
        if targetExists { _ = try Store(path: target, knownAppsOnly: false) }
        try FileManager.default.createSymbolicLink(
            atPath: folder.path, withDestinationPath: target)
        #expect(throws: DestinationError.notAStore(path: folder.path, reason: "a symbolic link")) {
            try folder.store()
        }
        #expect(FileManager.default.fileExists(atPath: target) == targetExists)
    }

    @Test("A symbolic link among the directories of a store's path is followed")
    func linkedDirectory() throws {
        let real = folder.url.appending(path: "real").path
        let link = folder.url.appending(path: "link").path
        try FileManager.default.createDirectory(
            atPath: real, withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: real)
        _ = try Store(path: link + "/s.db", knownAppsOnly: false)
        #expect(FileManager.default.fileExists(atPath: real + "/s.db"))
    }

    @Test("A directory is refused as a store")
    func directory() throws {
        let path = folder.url.path
        #expect(throws: DestinationError.notAStore(path: path, reason: "a directory")) {
            try Store(path: path, knownAppsOnly: false)
        }
    }

    @Test("A missing directory of a store's path is a system error with the path")
    func noDirectory() throws {
        let path = folder.url.appending(path: "none/s.db").path
        #expect(throws: DestinationError.system(call: "open(\(path))", errno: ENOENT)) {
            try Store(path: path, knownAppsOnly: false)
        }
    }

    @Test("A file that is not a database is refused as a store and keeps its bytes")
    func text() throws {
        let bytes = Data(String(repeating: "{\"appId\":\"a\"}\n", count: 500).utf8)
        try bytes.write(to: URL(filePath: folder.path))
        #expect(
            throws: DestinationError.notAStore(
                path: folder.path, reason: "not an SQLite database")
        ) { try folder.store() }
        #expect(try Data(contentsOf: URL(filePath: folder.path)) == bytes)
    }

    @Test(
        "Another program's database is refused as a store and keeps its bytes",
        arguments: [
            "CREATE TABLE t (a)", "PRAGMA user_version = 7", "PRAGMA application_id = 7",
        ])
    func foreign(sql: String) throws {
        try Data().write(to: URL(filePath: folder.path))
        try folder.connection().execute(sql)
        let bytes = try Data(contentsOf: URL(filePath: folder.path))
        #expect(
            throws: DestinationError.notAStore(
                path: folder.path, reason: "a database of another program")
        ) { try folder.store() }
        #expect(try Data(contentsOf: URL(filePath: folder.path)) == bytes)
    }

    @Test("A store of a newer version is refused, with both versions")
    func newer() throws {
        _ = try folder.store()
        try folder.connection().execute("PRAGMA user_version = 3")
        #expect(
            throws: DestinationError.notAStore(
                path: folder.path,
                reason: "a store of version 3; this program knows versions "
                    + "1 to 2")
        ) { try folder.store() }
    }

    @Test("A store without one of its tables is refused")
    func damaged() throws {
        _ = try folder.store()
        try folder.connection().execute("DROP TABLE deliveries")
        #expect(
            throws: DestinationError.notAStore(
                path: folder.path, reason: "no such table: deliveries")
        ) { try folder.store() }
    }

    @Test("An empty file becomes a store")
    func empty() throws {
        try Data().write(to: URL(filePath: folder.path))
        let store = try folder.store()
        #expect(try store.submit(OwnMessage(key: "k")) == .created)
    }

    @Test("Threads that create the same store at once all open it")
    func race() throws {
        let path = folder.path
        let opened = LockedCounter()
        DispatchQueue.concurrentPerform(iterations: 16) { _ in
            do {
                _ = try Store(path: path, knownAppsOnly: false)
                opened.increment()
            } catch {
                Issue.record("\(error)")
            }
        }
        #expect(opened.value == 16)
        #expect(try folder.connection().integer("SELECT count(*) FROM messages") == 0)
    }
}

/// A counter that several threads share.
private final class LockedCounter: @unchecked Sendable {
    // Safe to share: `count` is accessed only under the lock.
    private let lock = NSLock()
    private var count = 0

    var value: Int { lock.withLock { count } }

    func increment() { lock.withLock { count += 1 } }
}
