import Glibc
import Platform

/// The file of a store, checked or created before SQLite opens it.
///
/// Anybody who can create files in its folder can make the database or a side file of SQLite
/// beforehand: to read what is stored, or to have a file overwritten through a hard link. So each is
/// a regular file of this process's user with one name, and no side file has a wider mode than the
/// database. `StoreOpenGuard` applies the same rule when SQLite opens the files.
package struct StoreFile: Sendable {
    /// The path as typed, for errors.
    package let path: String
    /// The absolute path without symbolic links.
    let resolvedPath: String
    /// The user id that all files of the store have.
    let owner: UInt32

    /// The ends of the names of SQLite's side files.
    private static let sideFileSuffixes = ["-wal", "-shm", "-journal"]

    /// Checks the file at `path` and its side files, or creates it empty, mode 0600.
    ///
    /// SQLite gives its side files the same mode. A symbolic link as the last component is refused,
    /// because a link planted in a shared directory could name another file; links among the
    /// directories are followed.
    ///
    /// - Throws: `.system` if the directory is missing or the file can't be created; `.notAStore`
    ///   for anything but a regular file; `.unsafeFile` for a file of another user;
    ///   `.sqliteLibrary` without a usable SQLite, before a file is created.
    package static func prepare(_ path: String) throws(DestinationError) -> StoreFile {
        try SQLite.require()
        let resolved = try resolve(path)
        let descriptor = open(resolved, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            close(descriptor)
        } else if errno != EEXIST {
            throw .system(call: "open(\(path))", errno: errno)
        }
        return try StoreFile(path, resolvedPath: resolved)
    }

    /// Checks the existing file at `path` and its side files.
    ///
    /// - Throws: `.system` with `ENOENT` if it is missing; otherwise as `prepare`.
    package static func find(_ path: String) throws(DestinationError) -> StoreFile {
        try SQLite.require()
        return try StoreFile(path, resolvedPath: resolve(path))
    }

    private init(_ path: String, resolvedPath: String) throws(DestinationError) {
        guard let status = try Self.status(resolvedPath, path: path) else {
            throw .system(call: "open(\(path))", errno: ENOENT)
        }
        self.path = path
        self.resolvedPath = resolvedPath
        owner = Directory.expectedOwner(of: status, at: resolvedPath)
        try check()
    }

    /// Checks the database and the side files, as they are now.
    func check() throws(DestinationError) {
        guard let database = try Self.status(resolvedPath, path: path) else { return }
        switch database.hazard(owner: owner) {
        case nil: break
        case .symbolicLink: throw .notAStore(path: path, reason: "a symbolic link")
        case .notRegular where database.isDirectory:
            throw .notAStore(path: path, reason: "a directory")
        case .notRegular: throw .notAStore(path: path, reason: "not a regular file")
        case .some(let hazard): throw .unsafeFile(path: path, hazard)
        }
        for suffix in Self.sideFileSuffixes {
            let side = try Self.status(resolvedPath + suffix, path: path + suffix)
            if let hazard = side?.hazard(owner: owner, widestMode: database.permissions) {
                throw .unsafeFile(path: path + suffix, hazard)
            }
        }
    }

    /// The status of a file; nil if it is missing.
    private static func status(
        _ resolved: String, path: String
    ) throws(DestinationError) -> FileStatus? {
        // Do not open an existing file here: closing its descriptor would drop the POSIX locks that
        // another connection of this process has on it.
        do {
            return try FileStatus.of(resolved)
        } catch {
            throw .system(call: "open(\(path))", errno: error.code)
        }
    }

    /// The directory's real path with the last component unchanged.
    private static func resolve(_ path: String) throws(DestinationError) -> String {
        let directory: Substring
        let name: Substring
        if let slash = path.lastIndex(of: "/") {
            directory = path[...slash]
            name = path[path.index(after: slash)...]
        } else {
            directory = "."
            name = path[...]
        }
        guard let real = realpath(String(directory), nil) else {
            throw .system(call: "open(\(path))", errno: errno)
        }
        defer { free(real) }
        let folder = String(cString: real)
        return folder == "/" ? "/\(name)" : "\(folder)/\(name)"
    }
}
