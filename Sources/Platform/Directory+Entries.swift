import Glibc

extension Directory {
    /// Returns the names of the entries of a directory except `.` and `..`, in no order.
    ///
    /// - Parameter ending: The end of the names; others are not kept.
    package static func names(
        in path: String, endingWith ending: String = ""
    ) throws(SystemError) -> [[UInt8]] {
        let ending = Array(ending.utf8)
        guard let stream = opendir(path) else { throw SystemError("opendir", path) }
        defer { closedir(stream) }
        var names: [[UInt8]] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                if errno != 0 { throw SystemError("readdir", path) }
                return names
            }
            // An entry has only the bytes of its name, so it can't be copied as a whole.
            let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
            let start = UnsafeRawPointer(entry) + offset
            let length = strlen(start.assumingMemoryBound(to: CChar.self))
            let bytes = UnsafeRawBufferPointer(start: start, count: length)
            guard ending.isEmpty || bytes.suffix(ending.count).elementsEqual(ending) else {
                continue
            }
            let name = Array(bytes)
            if name != [0x2E], name != [0x2E, 0x2E] { names.append(name) }
        }
    }

    /// Creates a directory, unless there is one, and syncs its parent.
    package static func create(_ path: String) throws(SystemError) {
        if mkdir(path, 0o777) == 0 { return try sync(of: path) }
        let number = errno
        let isThere = try FileStatus.of(path, followingLinks: true)?.isDirectory ?? false
        guard isThere else { throw SystemError(call: "mkdir", path: path, code: number) }
    }

    /// Removes an empty directory.
    package static func remove(_ path: String) throws(SystemError) {
        if rmdir(path) != 0, errno != ENOENT { throw SystemError("rmdir", path) }
    }
}
