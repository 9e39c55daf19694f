import Foundation
import TestSupport
import Testing

/// Files that another user made beforehand with the names of a store's files.
@Suite("Store files made by others", .sideBySide)
struct StoreFilesOfOthersTests {
    /// A kind of file in the way, and the words that its message has.
    enum Kind: String, CaseIterable {
        case hardLink = "has 2 hard links"
        case symbolicLink = "is a symbolic link"
        case fifo = "is not a regular file"
        case wideMode = "has mode 0666, wider than 0600; narrow it with chmod 600"
        case otherOwner = "belongs to user 65534, not to user 0"
    }

    private static let commands = [
        ["send", "in.ndjson"], ["serve", "--listen", "127.0.0.1:0"], ["store", "add-app", "a"],
    ]
    private static let secret = "not to be overwritten\n"

    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder("others")
        try folder.write(Sending.oneLine, to: "in.ndjson")
        try folder.write(Self.secret, to: "target")
        #expect(chmod(folder.path("target"), 0o600) == 0)
        // Others may write the folder, and no sticky bit keeps them from replacing files.
        #expect(chmod(folder.path, 0o777) == 0)
    }

    private func run(_ words: [String]) throws -> ProgramResult {
        try Program.run(Hookbatch.binary, words, directory: folder.path)
    }

    private func put(_ kind: Kind, at name: String) throws {
        let path = folder.path(name)
        switch kind {
        case .hardLink: #expect(link(folder.path("target"), path) == 0)
        case .symbolicLink: #expect(symlink("target", path) == 0)
        case .fifo: #expect(mkfifo(path, 0o600) == 0)
        case .wideMode, .otherOwner:
            try folder.write("", to: name)
            #expect(chmod(path, kind == .wideMode ? 0o666 : 0o600) == 0)
            if kind == .otherOwner { #expect(chown(path, 65534, 65534) == 0) }
        }
    }

    private func expectRefusals(_ kind: Kind, suffix: String) throws {
        let name = "hookbatch.db" + suffix
        try put(kind, at: name)
        for command in Self.commands {
            let result = try run(command)
            #expect(result.exitCode == 2, "\(command) \(result)")
            #expect(result.errorOutput.contains("'\(name)' \(kind.rawValue)"), "\(result)")
        }
        #expect(try folder.text("target") == Self.secret)
        #expect(try !folder.names().contains { $0.hasPrefix("in.report") })
    }

    @Test(
        "A side file that is not a plain file of one name and the store's mode is refused",
        arguments: ["-wal", "-shm", "-journal"],
        [Kind.hardLink, .symbolicLink, .fifo, .wideMode])
    func sideFile(suffix: String, kind: Kind) throws { try expectRefusals(kind, suffix: suffix) }

    @Test(
        "A side file beside an existing store is refused too",
        arguments: [Kind.hardLink, .symbolicLink, .fifo, .wideMode])
    func existingStore(kind: Kind) throws {
        #expect(try run(["store", "add-app", "b"]).exitCode == 0)
        try expectRefusals(kind, suffix: "-shm")
    }

    @Test(
        "A database or side file of another user is refused", .needsRoot,
        arguments: ["", "-wal", "-shm", "-journal"])
    func otherOwner(suffix: String) throws { try expectRefusals(.otherOwner, suffix: suffix) }

    @Test("A database with a second name is refused")
    func linkedDatabase() throws { try expectRefusals(.hardLink, suffix: "") }

    @Test(
        "A store works in a folder that others can write, and only its user can read its files",
        arguments: [0o777, 0o1777, 0o775, 0o700])
    func sharedFolder(mode: mode_t) throws {
        #expect(chmod(folder.path, mode) == 0)
        try expectPrivateStore()
    }

    @Test("A store works in another user's folder", .needsRoot, arguments: [0o777, 0o1777, 0o755])
    func othersFolder(mode: mode_t) throws {
        #expect(chmod(folder.path, mode) == 0)
        #expect(chown(folder.path, 65534, 65534) == 0)
        try expectPrivateStore()
    }

    /// SMB and vfat, for example, report one owner for all files.
    @Test(
        "A store and a resumed run work on a file system that chooses the owner of files",
        .needs("clang"))
    func chosenOwner() throws {
        try folder.write(Self.chosenOwner, to: "owner.c")
        let built = try Program.run(
            "clang", ["-shared", "-fPIC", "owner.c", "-o", "owner.so", "-ldl"],
            directory: folder.path)
        #expect(built.exitCode == 0, "\(built)")
        func send(_ flags: [String]) throws -> ProgramResult {
            try Program.run(
                Hookbatch.binary, ["send", "-", "--report", "s.ndjson"] + flags,
                environment: ["LD_PRELOAD": folder.path("owner.so")], directory: folder.path,
                input: .text(String(repeating: Sending.oneLine, count: 3)))
        }
        #expect(try send(["--limit", "1"]).exitCode == 3)
        let resumed = try send([])
        #expect(resumed.exitCode == 0, "\(resumed)")
    }

    private static let chosenOwner = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <sys/stat.h>
        static int chosen(int result, struct stat *status) {
            if (result == 0 && S_ISREG(status->st_mode)) status->st_uid = 4711;
            return result;
        }
        int lstat(const char *path, struct stat *status) {
            int (*next)(const char *, struct stat *) = dlsym(RTLD_NEXT, "lstat");
            return chosen(next(path, status), status);
        }
        int fstat(int descriptor, struct stat *status) {
            int (*next)(int, struct stat *) = dlsym(RTLD_NEXT, "fstat");
            return chosen(next(descriptor, status), status);
        }
        """

    /// Uses the store with each command, and checks the files while the server has them open.
    private func expectPrivateStore() throws {
        let serving = try Serving(in: folder)
        #expect(try run(["store", "add-app", "a"]).exitCode == 0)
        #expect(try run(["send", "in.ndjson"]).exitCode == 0)
        for suffix in ["", "-wal", "-shm"] {
            let path = folder.path("hookbatch.db" + suffix)
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == 0o600, "hookbatch.db\(suffix)")
        }
        #expect(serving.stop().exitCode == 0)
    }
}
