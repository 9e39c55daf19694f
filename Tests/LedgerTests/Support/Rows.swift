import Delivery
import Ledger
import Testing

/// Returns the rows that `write` appends, as text.
func rows(
    inputs: [String] = ["events.ndjson"], version: UInt64 = JournalHeader.newestVersion,
    _ write: (inout JournalEncoder) -> Void
) -> String {
    var encoder = JournalEncoder(
        JournalHeader(
            version: version, runID: RunID.random(), destination: "",
            inputs: inputs.map {
                InputIdentity(path: $0, size: 0, modifiedNanoseconds: 0, isStream: false)
            },
            options: [:]))
    write(&encoder)
    return encoder.withBytes { String(decoding: $0, as: UTF8.self) }
}

/// Returns a row with its checksum and line feed.
func withChecksum(_ body: String) -> String {
    String(decoding: withChecksum(Array(body.utf8)), as: UTF8.self)
}

func withChecksum(_ body: [UInt8]) -> [UInt8] {
    let hex = String(body.withUnsafeBytes { CRC32C.of($0) }, radix: 16)
    let digits = String(repeating: "0", count: 8 - hex.count) + hex
    return body + Array(",\"crc\":\"\(digits)\"}\n".utf8)
}

/// Recovers a journal of `bytes` in pieces of `step`.
func recovered(
    _ bytes: some Collection<UInt8>, bootID: String = "boot-1", inode: UInt64? = nil,
    step: Int = .max
) -> RecoveredJournal {
    var recovery = JournalRecovery(currentBootID: bootID, inode: inode)
    var rest = Array(bytes)[...]
    while !rest.isEmpty {
        let piece = Array(rest.prefix(step))
        piece.withUnsafeBytes { recovery.consume($0) }
        rest = rest.dropFirst(piece.count)
    }
    return recovery.finish()
}

func recovered(_ text: String, bootID: String = "boot-1") -> RecoveredJournal {
    recovered(Array(text.utf8), bootID: bootID)
}

/// Returns a header with arbitrary content.
func header(inputs: [String] = ["events.ndjson"]) throws -> JournalHeader {
    JournalHeader(
        runID: try #require(RunID("0123456789abcdef")), destination: "https://api.test/v1",
        inputs: inputs.map {
            InputIdentity(path: $0, size: 100, modifiedNanoseconds: 5, isStream: false)
        },
        options: ["--delivery": "at-least-once"])
}

extension JournalEncoder {
    /// Appends a line of a record whose hash is the line's number.
    mutating func appendSent(_ line: LineID) { appendSent(line, hash: line.line) }
}

/// An outcome without texts.
func plainRow(
    _ line: LineID, _ outcome: Outcome = .accepted, record: UInt64, offset: UInt64 = 0,
    length: UInt64 = 10, hash: UInt64 = 1
) -> OutcomeRow {
    OutcomeRow(
        line: line, outcome: outcome, record: record, offset: offset, length: length, hash: hash)
}
