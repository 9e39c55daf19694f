import Glibc

/// The file of a store: found or made before SQLite is told of it.
enum StoreFile {
    /// Makes sure that a regular file is at `path`, creating an empty one that only its owner can
    /// read (SQLite gives the files beside it the same mode), and returns its absolute path.
    ///
    /// A symbolic link in the last place is refused, lest a link planted in a shared directory
    /// turn the store into another file. Links among the directories are the user's own ways.
    ///
    /// - Throws: `.system` if the directory is not there or the file can't be made; `.notAStore`
    ///   if something other than a regular file is there.
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

    /// The absolute path of the file at `path`, which must be there.
    ///
    /// - Throws: `.system` with `ENOENT` if it is not; else as `prepare`.
    static func find(_ path: String) throws(DestinationError) -> String {
        try check(try resolve(path), path: path)
    }

    private static func check(
        _ resolved: String, path: String
    ) throws(DestinationError) -> String {
        // An existing file must not be opened here: closing any descriptor of it would drop the
        // POSIX locks that another connection of this process holds on it.
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

    /// The directory's real path, with the last component as it stands.
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
