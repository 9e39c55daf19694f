import Glibc

/// The API key. It prints as `(redacted)`.
struct APIKey: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Visible bytes, at least one.
    let bytes: [UInt8]

    var description: String { "(redacted)" }
    var debugDescription: String { description }
    var customMirror: Mirror { Mirror(self, children: []) }

    /// Maximum size of a key file, in bytes; a larger file is not a key.
    private static let maxFileBytes = 8192

    /// Removes one trailing line break and rejects invalid keys. Errors name the `source`.
    init(raw: [UInt8], source: String) throws(UsageError) {
        var raw = raw[...]
        if raw.last == UInt8(ascii: "\n") { raw.removeLast() }
        if raw.last == UInt8(ascii: "\r") { raw.removeLast() }
        guard !raw.isEmpty else { throw UsageError("\(source): the API key is empty") }
        if let place = raw.firstIndex(where: { $0 <= 0x20 || $0 == 0x7F }) {
            throw UsageError(
                "\(source): the API key contains a space or control character at byte \(place + 1); "
                    + "it must be the key alone, on one line")
        }
        bytes = Array(raw)
    }

    /// Reads the key from `file`, else from the environment.
    static func load(file: String?, environment: Environment, warnings: inout [String])
        throws(UsageError) -> APIKey
    {
        if let file {
            return try APIKey(raw: read(file, warnings: &warnings), source: "--api-key-file")
        }
        guard let raw = environment.apiKey else {
            throw UsageError(
                "no API key: set the variable HOOKSTREAM_API_KEY or use --api-key-file "
                    + "(example: --api-key-file /run/secrets/hookstream)")
        }
        return try APIKey(raw: raw, source: "HOOKSTREAM_API_KEY")
    }

    /// Reads the file. No message contains the path, because some users pass the key itself.
    private static func read(_ path: String, warnings: inout [String]) throws(UsageError) -> [UInt8]
    {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else {
            throw UsageError(
                "--api-key-file: the file can't be opened: \(SystemMessage.text(errno)) "
                    + "(the value is a path, not the key)")
        }
        defer { close(descriptor) }
        var facts = stat()
        if fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG,
            facts.st_mode & 0o077 != 0
        {
            warnings.append(
                "--api-key-file: other users can read the file; run chmod 600 on it")
        }
        var bytes = [UInt8](repeating: 0, count: maxFileBytes + 1)
        var count = 0
        while count < bytes.count {
            let got = bytes.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress?.advanced(by: count), $0.count - count)
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else {
                throw UsageError(
                    "--api-key-file: the file can't be read: \(SystemMessage.text(errno))")
            }
            if got == 0 { break }
            count += got
        }
        guard count <= maxFileBytes else {
            throw UsageError("--api-key-file: the file is larger than 8 KiB; it is not a key")
        }
        return Array(bytes[..<count])
    }
}
