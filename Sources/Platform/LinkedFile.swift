import Glibc

/// A file that several machines may try to create at once: the first one does, whole.
package enum LinkedFile {
    /// Writes and syncs a file under a unique name, and links it to `path`. Returns false if `path`
    /// exists. No reader finds an incomplete file.
    ///
    /// `link(2)` is atomic on NFS too, where `O_EXCL` may not be. The unique name tells which of
    /// several machines succeeded, also if the response of a server was lost.
    package static func create(
        _ bytes: [UInt8], at path: String
    ) throws(SystemError) -> Bool {
        let unique = "\(path).\(String(UInt64.random(in: 0 ... .max), radix: 36)).tmp"
        let file = try File.create(unique)
        defer { unlink(unique) }
        try bytes.span.withUnsafeBytes { (bytes) throws(SystemError) in try file.write(bytes) }
        try file.sync()
        let result = link(unique, path)
        let number = errno
        // The second name is certain, whatever the call returned.
        let isLinked = try file.status().linkCount == 2
        guard result == 0 || isLinked else {
            if number == EEXIST { return false }
            throw SystemError(call: "link", path: path, code: number)
        }
        try Directory.sync(of: path)
        return true
    }
}
