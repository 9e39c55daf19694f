package import Ledger
import Records

extension OriginsPlan {
    /// Creates the plan of an input of a run.
    ///
    /// - Parameters:
    ///   - options: The options that a resume must share, by flag.
    ///   - number: The number of the input, from 1.
    ///   - header: Its header row; empty without one.
    package init(
        of input: RecordSource.Input, number: Int, header: [UInt8], run: RunID,
        options: [String: String]
    ) {
        let keyFrom = options["--idempotency-key-from"] ?? ""
        self.init(
            header: OriginsHeader(
                runID: run,
                firstRunID: options[RetriedRun.firstRunOption].flatMap { RunID($0) } ?? run,
                tries: options[RetriedRun.tryOption].flatMap { Int($0) } ?? 1,
                lines: String(number),
                messageDigest: Self.messageDigest(header: header, options: options)),
            keyPrefix: keyFrom.isEmpty ? "hb-\(run.inKeys(options))" : nil,
            isNumbered: input.isNumbered, hasOffsets: input.format == .json,
            earlier: input.origins)
    }

    /// The options that decide a message beside its line. The key of a record is in the line.
    private static let ofMessages = [
        "--csv-payload", "--empty-cells", "--map", "--no-header", "--null", "--set",
    ]

    /// Returns a digest of what decides the messages of an input beside its lines.
    ///
    /// - Parameter header: The header row; empty without one.
    static func messageDigest(header: [UInt8], options: [String: String]) -> UInt64 {
        var bytes = header
        while let last = bytes.last, last == 0x0a || last == 0x0d { bytes.removeLast() }
        for flag in ofMessages {
            bytes.append(0)
            bytes += (options[flag] ?? "").utf8
        }
        return bytes.withUnsafeBytes { XXH64.hash($0) }
    }
}

extension RunID {
    /// Returns the run in derived idempotency keys.
    ///
    /// A retry of the same inputs has those of the first run, so that a server can recognize a
    /// message that arrived.
    func inKeys(_ options: [String: String]) -> RunID {
        if RetriedRun.readUndelivered(options) { return self }
        return options[RetriedRun.firstRunOption].flatMap { RunID($0) } ?? self
    }
}
