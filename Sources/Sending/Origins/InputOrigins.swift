package import Ledger
import Platform

/// The origins of the records of a file of undelivered lines, which may have been edited.
package final class InputOrigins: RecordOrigins {
    private let file: OriginsFile
    /// The number of each record's line in `file`, from 1; 0 if it is not known.
    private let lines: NumberFile
    /// Whether the messages of unchanged lines are those of the earlier run.
    private let makesSameMessages: Bool
    /// The number of the first name of `file` in rows.
    let firstName: Int
    /// The records without an origin.
    package let unmatched: UInt64
    /// All records.
    package var count: UInt64 { lines.count }
    package var unmatchedMayHaveArrived: Bool { file.mayHaveArrived }

    init(
        _ file: OriginsFile, lines: NumberFile, unmatched: UInt64, makesSameMessages: Bool,
        firstName: Int
    ) {
        self.file = file
        self.lines = lines
        self.unmatched = unmatched
        self.makesSameMessages = makesSameMessages
        self.firstName = firstName
    }

    package func origin(
        of record: UInt64, hash: UInt64
    ) throws(OriginsError) -> RecordOrigin? {
        guard record >= 1, record <= lines.count else { return nil }
        let number: UInt64
        do { number = try lines.number(at: record - 1) } catch { throw .system(error) }
        guard number > 0 else { return nil }
        var origin = try file.origin(at: number - 1)
        origin.formerKey = origin.key
        if origin.hash != hash || !makesSameMessages { origin.key = nil }
        return origin
    }
}
