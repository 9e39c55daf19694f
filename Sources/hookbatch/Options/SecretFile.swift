import Glibc
import Platform

/// A small file with secrets.
enum SecretFile {
    /// Reads the file. No message contains the path, because some users pass the secret itself.
    ///
    /// - Parameters:
    ///   - limit: The largest size in bytes, and the rest of the sentence "the file is larger than …".
    ///   - mayWait: Whether to wait for the writer of a pipe.
    static func read(
        _ path: String, flag: String, limit: (bytes: Int, words: String), mayWait: Bool = true,
        warnings: inout [String]
    ) throws(UsageError) -> [UInt8] {
        let descriptor = open(
            path, O_RDONLY | O_CLOEXEC | O_NOCTTY | (mayWait ? 0 : O_NONBLOCK))
        guard descriptor >= 0 else {
            let what =
                switch flag {
                case Flags.destination.apiKeyFile.declaration.spelling: "key"
                // That of `store` has the same name.
                case Flags.listen.secretFile.declaration.spelling: "secret"
                default: "header"
                }
            throw UsageError(
                "\(flag): the file can't be opened: \(SystemError.text(of: errno)) "
                    + "(the value is a path, not the \(what))")
        }
        defer { close(descriptor) }
        var facts = stat()
        if fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG,
            facts.st_mode & 0o077 != 0
        {
            warnings.append("\(flag): other users can read the file; run chmod 600 on it")
        }
        ProcessMemory.hide()
        guard let bytes = SmallFile.firstBytes(of: descriptor, upTo: limit.bytes + 1) else {
            throw UsageError("\(flag): the file can't be read: \(SystemError.text(of: errno))")
        }
        guard bytes.count <= limit.bytes else {
            throw UsageError("\(flag): the file is larger than \(limit.words)")
        }
        return bytes
    }
}
