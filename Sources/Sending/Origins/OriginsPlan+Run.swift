package import Ledger
import Platform
package import Records

extension OriginsPlan {
    /// Creates the plan of an input of a run.
    ///
    /// - Parameters:
    ///   - options: The options that a resume must share, by flag.
    ///   - number: The number of the input, from 1.
    ///   - header: Its header row; empty without one.
    ///   - destination: That of the run, as in `--to`.
    package init(
        of input: RecordSource.Input, number: Int, header: [UInt8], run: RunID,
        options: [String: String], destination: String
    ) {
        let keyFrom = options["--idempotency-key-from"] ?? ""
        self.init(
            header: OriginsHeader(
                runID: run,
                firstRunID: options[RetriedRun.firstRunOption].flatMap { RunID($0) } ?? run,
                tries: options[RetriedRun.tryOption].flatMap { Int($0) } ?? 1,
                lines: String(number),
                messageDigest: Self.messageDigest(
                    header: header, format: input.format, options: options),
                destination: Self.absolute(destination)),
            keyPrefix: keyFrom.isEmpty ? "hb-\(run.inKeys(options))" : nil,
            isNumbered: input.isNumbered, hasOffsets: input.format == .json,
            earlier: input.origins)
    }

    /// A store's path has another meaning in another directory.
    private static func absolute(_ destination: String) -> String {
        let store = "store:"
        guard destination.hasPrefix(store) else { return destination }
        return store + Directory.absolute(String(destination.dropFirst(store.count)))
    }

    /// The options that decide a message beside its record and the format of its input.
    ///
    /// The other options of an input decide which records are read, where they are, and which are
    /// valid. The key of a record is in the record.
    private static let ofMessages = [
        "--csv-payload", "--empty-cells", "--map", "--no-header", "--null", "--set",
    ]

    /// Returns a digest of what decides the messages of an input beside its records.
    ///
    /// Two inputs with the same digest have the same message for the same record.
    ///
    /// - Parameter header: The header row; empty without one.
    package static func messageDigest(
        header: [UInt8], format: InputFormat, options: [String: String]
    ) -> UInt64 {
        var bytes = header
        while let last = bytes.last, last == 0x0a || last == 0x0d { bytes.removeLast() }
        for flag in ofMessages {
            bytes.append(0)
            bytes += (options[flag] ?? "").utf8
        }
        // As it was detected: the name of the file may give what a flag gave before.
        if case .csv(let dialect) = format {
            bytes += [0, dialect.delimiter ?? 0]
            bytes += dialect.quote.rawValue.utf8
            bytes.append(0)
            bytes += dialect.escape.rawValue.utf8
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
