import Destinations
import Foundation
import Platform
import TestSupport
import Testing

/// Files that appear between the check of the names and SQLite's open.
@Suite("Files that replace a store's after their check")
struct StoreOpenGuardTests {
    private static let secret = Data("not to be overwritten".utf8)

    private let folder: StoreFolder
    private var target: URL { folder.url.appending(path: "target") }

    init() throws {
        folder = try StoreFolder()
        let store = try folder.store()
        _ = try store.submit(OwnMessage(key: "k"))
        try store.commit()
    }

    /// Opens the store with a check before `exchange`, and expects SQLite to be refused its file.
    private func expectRefusal(
        of suffix: String, as hazard: FileHazard, after exchange: (String) throws -> Void
    ) throws {
        let file = try StoreFile.find(folder.path)
        try exchange(folder.path + suffix)
        let refusal = DestinationError.unsafeFile(path: folder.path + suffix, hazard)
        #expect(throws: refusal) {
            try Database(file).integer("SELECT count(*) FROM messages")
        }
    }

    @Test(
        "A hard link at a side file is refused at its open, and its target keeps its bytes",
        arguments: ["-wal", "-shm", "-journal"])
    func hardLink(suffix: String) throws {
        try Self.secret.write(to: target)
        #expect(chmod(target.path, 0o600) == 0)
        try expectRefusal(of: suffix, as: .hardLinks(2)) { side in
            #expect(link(target.path, side) == 0)
        }
        #expect(try Data(contentsOf: target) == Self.secret)
    }

    @Test(
        "A symbolic link at a side file is not followed", arguments: ["-wal", "-shm", "-journal"])
    func symbolicLink(suffix: String) throws {
        try Self.secret.write(to: target)
        try expectRefusal(of: suffix, as: .symbolicLink) { side in
            #expect(symlink(target.path, side) == 0)
        }
        #expect(try Data(contentsOf: target) == Self.secret)
    }

    @Test("A FIFO at a side file is refused without a wait", arguments: ["-wal", "-shm"])
    func fifo(suffix: String) throws {
        try expectRefusal(of: suffix, as: .notRegular) { side in #expect(mkfifo(side, 0o600) == 0) }
    }

    @Test(
        "A side file that others can write is refused at its open",
        arguments: ["-wal", "-shm", "-journal"])
    func wideMode(suffix: String) throws {
        try expectRefusal(of: suffix, as: .wideMode(0o666, limit: 0o600)) { side in
            try Self.secret.write(to: URL(filePath: side))
            #expect(chmod(side, 0o666) == 0)
        }
        #expect(try Data(contentsOf: URL(filePath: folder.path + suffix)) == Self.secret)
    }

    @Test(
        "A side file of another user is refused at its open", .needsRoot,
        arguments: ["-wal", "-shm", "-journal"])
    func otherOwner(suffix: String) throws {
        try expectRefusal(of: suffix, as: .otherOwner(65534, expected: 0)) { side in
            try Self.secret.write(to: URL(filePath: side))
            #expect(chmod(side, 0o600) == 0)
            #expect(chown(side, 65534, 65534) == 0)
        }
    }

    @Test("A database of another user that replaces the checked one is refused", .needsRoot)
    func database() throws {
        try expectRefusal(of: "", as: .otherOwner(65534, expected: 0)) { path in
            #expect(chown(path, 65534, 65534) == 0)
        }
    }

    @Test("A rollback journal is checked in each transaction")
    func rollbackJournal() throws {
        let database = try folder.connection()
        try database.execute("PRAGMA journal_mode = DELETE")
        try database.execute("UPDATE applications SET active = 0")
        try Self.secret.write(to: target)
        #expect(chmod(target.path, 0o600) == 0)
        #expect(link(target.path, folder.path + "-journal") == 0)
        #expect(
            throws: DestinationError.unsafeFile(path: folder.path + "-journal", .hardLinks(2))
        ) { try database.execute("UPDATE applications SET active = 1") }
        #expect(try Data(contentsOf: target) == Self.secret)
    }

    @Test("Side files with the database's own wider mode are used")
    func deliberateMode() throws {
        #expect(chmod(folder.path, 0o640) == 0)
        let store = try folder.store()
        #expect(try store.submit(OwnMessage(key: "l")) == .created)
        try store.commit()
        let second = try folder.connection()
        #expect(try second.integer("SELECT count(*) FROM messages") == 2)
    }
}
