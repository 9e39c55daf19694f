import Destinations
import Foundation
import Testing

@Suite("The file of a store")
struct StoreFileTests {
    let folder: StoreFolder

    init() throws { folder = try StoreFolder() }

    @Test("A new store and the files beside it can be read by their owner only")
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
        "A symbolic link is refused, whether its target is there or not", arguments: [true, false])
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

    @Test("A link among the directories is followed, as it is everywhere")
    func linkedDirectory() throws {
        let real = folder.url.appending(path: "real").path
        let link = folder.url.appending(path: "link").path
        try FileManager.default.createDirectory(
            atPath: real, withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: real)
        _ = try Store(path: link + "/s.db", knownAppsOnly: false)
        #expect(FileManager.default.fileExists(atPath: real + "/s.db"))
    }

    @Test("A directory is refused by name")
    func directory() throws {
        let path = folder.url.path
        #expect(throws: DestinationError.notAStore(path: path, reason: "a directory")) {
            try Store(path: path, knownAppsOnly: false)
        }
    }

    @Test("A directory that is not there is an error of the system, with the path")
    func noDirectory() throws {
        let path = folder.url.appending(path: "none/s.db").path
        #expect(throws: DestinationError.system(call: "open(\(path))", errno: ENOENT)) {
            try Store(path: path, knownAppsOnly: false)
        }
    }

    @Test("A file that is not a database is refused and keeps its bytes")
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
        "Another program's database is refused and keeps its bytes",
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
        try folder.connection().execute("PRAGMA user_version = 2")
        #expect(
            throws: DestinationError.notAStore(
                path: folder.path, reason: "a store of version 2; this program knows version 1")
        ) { try folder.store() }
    }

    @Test("A store that has lost a table is refused")
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

    @Test("Many that make the same new store at once all get it")
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

/// Counts what several threads do.
private final class LockedCounter: @unchecked Sendable {
    // Safe to share: `value` is only touched under the lock.
    private let lock = NSLock()
    private var count = 0

    var value: Int { lock.withLock { count } }

    func increment() { lock.withLock { count += 1 } }
}
