import Delivery
import Ledger
import Records

/// What former processes of the run have done with its records.
///
/// An input that can be read twice is compared with the journal before anything is sent, so that
/// here it is enough to know the record's number. A stream is compared as it comes.
final class DoneRecords {
    private let owed: Owed
    private let comparison: InputComparison?
    private let spool: Spool?

    init(_ owed: Owed, comparison: InputComparison? = nil, spool: Spool? = nil) {
        self.owed = owed
        self.comparison = comparison
        self.spool = spool
    }

    /// Whether the record has its outcome already. Throws if it is not the one that has.
    func contains(_ record: Record, file: Int, source: RecordSource) throws(SendError) -> Bool {
        guard owed.done[file - 1].contains(record.ordinal) else { return false }
        guard let comparison else { return true }
        let kept = try comparison.take(
            record, file: file, path: source.inputs[file - 1].file.path.shown)
        if let spool, let kept, let bytes = record.bytes {
            // A power cut may have taken them from the spool.
            do {
                try spool.rewrite(source.bytes(bytes), at: kept)
            } catch {
                throw .file(error)
            }
        }
        return true
    }

    /// What the line went through so far.
    func history(of line: LineID) -> LineHistory { owed.history(of: line) }
}
