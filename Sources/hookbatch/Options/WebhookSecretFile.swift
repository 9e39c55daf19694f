import HTTP

/// A file of secrets that sign webhooks, one per line.
enum WebhookSecretFile {
    private static let maxFileBytes = 64 << 10

    /// Reads the secrets. Empty lines and lines that begin with `#` are ignored.
    ///
    /// No message contains a line of the file, nor its path.
    static func read(
        _ path: String, flag: String, warnings: inout [String]
    ) throws(UsageError) -> [WebhookSecret] {
        var bytes = try SecretFile.read(
            path, flag: flag, limit: (maxFileBytes, "64 KiB; it is not a list of secrets"),
            warnings: &warnings)[...]
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
        var secrets: [WebhookSecret] = []
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            if line.isEmpty || line.first == UInt8(ascii: "#") { continue }
            do throws(WebhookSecret.Problem) {
                secrets.append(try WebhookSecret(parsing: line))
            } catch {
                throw UsageError("\(flag): line \(index + 1): \(reason(error))")
            }
        }
        if secrets.isEmpty { throw UsageError("\(flag): the file has no secret") }
        return secrets
    }

    private static func reason(_ problem: WebhookSecret.Problem) -> String {
        switch problem {
        case .prefix: "a secret begins with \(WebhookSecret.prefix)"
        case .base64:
            "after \(WebhookSecret.prefix) only Base64 is allowed (A-Z a-z 0-9 + / =), without "
                + "spaces"
        case .length:
            "a secret has 1 to \(WebhookSecret.maxKeyBytes) bytes, in Base64"
        }
    }
}
