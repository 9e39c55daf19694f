import Glibc
import Platform

/// The API key. It prints as `(redacted)`.
struct APIKey: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Visible bytes, at least one.
    let bytes: [UInt8]

    var description: String { "(redacted)" }
    var debugDescription: String { description }
    var customMirror: Mirror { Mirror(self, children: []) }

    /// Maximum size of a key file, in bytes; a larger file is not a key.
    private static let maxFileBytes = 8192

    /// Removes a byte-order mark and one trailing line break, and rejects invalid keys. Errors name
    /// the `source`.
    init(raw: [UInt8], source: String) throws(UsageError) {
        var raw = raw.starts(with: [0xEF, 0xBB, 0xBF]) ? raw[3...] : raw[...]
        if raw.last == UInt8(ascii: "\n") { raw.removeLast() }
        if raw.last == UInt8(ascii: "\r") { raw.removeLast() }
        guard !raw.isEmpty else { throw UsageError("\(source): the API key is empty") }
        if let place = raw.firstIndex(where: { $0 <= 0x20 || $0 >= 0x7F }) {
            let what =
                raw[place] > 0x7F ? "a character outside ASCII" : "a space or control character"
            throw UsageError(
                "\(source): the API key contains \(what) at byte \(place + 1); "
                    + "it must be the key alone, on one line")
        }
        bytes = Array(raw)
    }

    /// A warning if the text looks like more than a key; nil if not.
    private func warning(source: String) -> String? {
        guard let first = bytes.first, let last = bytes.last else { return nil }
        let quotes = [UInt8(ascii: "\""), UInt8(ascii: "'")]
        let extra: String
        if quotes.contains(first) || quotes.contains(last) {
            extra = "quotes"
        } else if first == UInt8(ascii: "{") {
            extra = "JSON"
        } else if bytes.starts(with: "HOOKSTREAM_API_KEY=".utf8) {
            extra = "the name of a variable"
        } else {
            return nil
        }
        return "\(source): the API key seems to contain \(extra); it must be the key alone"
    }

    /// Reads the key from `file`, else from the environment.
    static func load(file: String?, environment: Environment, warnings: inout [String])
        throws(UsageError) -> APIKey
    {
        let source = file == nil ? "HOOKSTREAM_API_KEY" : "--api-key-file"
        let key: APIKey
        if let file {
            key = try APIKey(raw: read(file, warnings: &warnings), source: source)
        } else if let raw = environment.apiKey {
            key = try APIKey(raw: raw, source: source)
        } else {
            throw UsageError(
                "no API key: set the variable HOOKSTREAM_API_KEY or use --api-key-file "
                    + "(example: --api-key-file /run/secrets/hookstream)")
        }
        if let warning = key.warning(source: source) { warnings.append(warning) }
        return key
    }

    /// Reads the file. No message contains the path, because some users pass the key itself.
    private static func read(_ path: String, warnings: inout [String]) throws(UsageError) -> [UInt8]
    {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else {
            throw UsageError(
                "--api-key-file: the file can't be opened: \(SystemError.text(of: errno)) "
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
        ProcessMemory.hide()
        guard let bytes = SmallFile.firstBytes(of: descriptor, upTo: maxFileBytes + 1) else {
            throw UsageError(
                "--api-key-file: the file can't be read: \(SystemError.text(of: errno))")
        }
        guard bytes.count <= maxFileBytes else {
            throw UsageError("--api-key-file: the file is larger than 8 KiB; it is not a key")
        }
        return bytes
    }
}
