/// The first row of a file of origins: the run that left the lines.
package struct OriginsHeader: Hashable, Sendable {
    /// The version of all rows.
    static let version: UInt64 = 1
    /// The extension that follows the name of a file of undelivered lines.
    package static let pathExtension = ".origins"
    /// Maximum bytes of this row.
    static let maxLength = 4096

    package var runID: RunID
    /// The run that is not a retry; the run itself unless it is a retry.
    package var firstRunID: RunID
    /// How many runs have tried the lines.
    package var tries: Int
    /// The number of the input in that run, from 1, and the kind of the lines: `1.rejected`.
    package var lines: String
    /// A digest of what decides a message beside its line: the header row and the options.
    package var messageDigest: UInt64
    /// The destination of that run, as in `--to`; nil if it is unknown or very long.
    package var destination: String?

    /// Maximum bytes of the destination as JSON.
    private static let maxDestination = 3000

    package init(
        runID: RunID, firstRunID: RunID, tries: Int, lines: String, messageDigest: UInt64,
        destination: String? = nil
    ) {
        self.runID = runID
        self.firstRunID = firstRunID
        self.tries = tries
        self.lines = lines
        self.messageDigest = messageDigest
        self.destination = destination
    }
}

extension OriginsHeader {
    func append(to buffer: inout RowBuffer) {
        let start = buffer.count
        buffer.append("{\"kind\":\"origins\",\"version\":")
        buffer.append(decimal: Self.version)
        buffer.append(",\"run_id\":")
        buffer.append(text: runID.description)
        buffer.append(",\"first_run_id\":")
        buffer.append(text: firstRunID.description)
        buffer.append(",\"tries\":")
        buffer.append(decimal: tries)
        buffer.append(",\"lines\":")
        buffer.append(text: lines)
        buffer.append(",\"message_digest\":\"")
        buffer.append(hex: messageDigest)
        buffer.append("\"")
        // Each byte may be an escape of six.
        if let destination, destination.utf8.count * 6 <= Self.maxDestination {
            buffer.append(",\"to\":")
            buffer.append(text: destination)
        }
        buffer.close(rowFrom: start)
    }

    /// Parses the row without its line feed; nil if it is damaged or of another version.
    init?(row: UnsafeRawBufferPointer) {
        guard let body = RowChecksum.body(of: row) else { return nil }
        var scanner = RowScanner(body)
        guard scanner.skip("{\"kind\":\"origins\",\"version\":"),
            scanner.number() == Self.version,
            scanner.skip(",\"run_id\":"), let runID = scanner.text().flatMap({ RunID($0) }),
            scanner.skip(",\"first_run_id\":"),
            let firstRunID = scanner.text().flatMap({ RunID($0) }),
            scanner.skip(",\"tries\":"), let tries = scanner.integer(),
            (1...Self.maxTries).contains(tries),
            scanner.skip(",\"lines\":"), let lines = scanner.text(),
            scanner.skip(",\"message_digest\":"), let digest = scanner.hex(digits: 16)
        else { return nil }
        var destination: String?
        if scanner.skip(",\"to\":") {
            guard let text = scanner.text() else { return nil }
            destination = text
        }
        guard scanner.isAtEnd else { return nil }
        self.init(
            runID: runID, firstRunID: firstRunID, tries: tries, lines: lines,
            messageDigest: digest, destination: destination)
    }

    private static let maxTries = 1_000_000
}
