import Glibc

/// The file of a store, checked or created before SQLite opens it.
enum StoreFile {
    /// Returns the absolute path of the regular file at `path`, or creates it empty, mode 0600.
    ///
    /// SQLite gives its side files the same mode. A symbolic link as the last component is refused,
    /// because a link planted in a shared directory could name another file; links among the
    /// directories are followed.
    ///
    /// - Throws: `.system` if the directory is missing or the file can't be created; `.notAStore`
    ///   for anything but a regular file.
    static func prepare(_ path: String) throws(DestinationError) -> String {
        let resolved = try resolve(path)
        let descriptor = open(resolved, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            close(descriptor)
            return resolved
        }
        guard errno == EEXIST else { throw .system(call: "open(\(path))", errno: errno) }
        return try check(resolved, path: path)
    }

    /// The absolute path of the existing file at `path`.
    ///
    /// - Throws: `.system` with `ENOENT` if it is missing; otherwise as `prepare`.
    static func find(_ path: String) throws(DestinationError) -> String {
        try check(try resolve(path), path: path)
    }

    private static func check(
        _ resolved: String, path: String
    ) throws(DestinationError) -> String {
        // Do not open an existing file here: closing its descriptor would drop the POSIX locks that
        // another connection of this process has on it.
        var status = stat()
        guard lstat(resolved, &status) == 0 else {
            throw .system(call: "open(\(path))", errno: errno)
        }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return resolved
        case S_IFLNK: throw .notAStore(path: path, reason: "a symbolic link")
        case S_IFDIR: throw .notAStore(path: path, reason: "a directory")
        default: throw .notAStore(path: path, reason: "not a regular file")
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
        return "\(String(cString: real))/\(name)"
    }
}
