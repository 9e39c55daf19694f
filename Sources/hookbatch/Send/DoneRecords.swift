import Delivery
import Ledger
import Records

/// What former processes of the run have done with its records.
///
/// An input that can be read twice is compared with the journal before anything is sent, so that
/// here it is enough to know the record's number. A stream is compared as it comes.
final class DoneRecords {
    private let resumeState: ResumeState
    private let comparison: InputComparison?
    private let spool: Spool?
    /// The last line that was asked for.
    private var last = LineID(file: 0, line: 0)

    init(_ resumeState: ResumeState, comparison: InputComparison? = nil, spool: Spool? = nil) {
        self.resumeState = resumeState
        self.comparison = comparison
        self.spool = spool
    }

    /// Whether the record has its outcome already. Throws if it is not the one that has.
    func contains(_ record: Record, file: Int, source: RecordSource) throws(SendError) -> Bool {
        last = LineID(file: file, line: record.line.value)
        guard resumeState.done[file - 1].contains(record.ordinal) else { return false }
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

    /// Throws if a stream ends before a line that was done or begun: that line would have no row.
    func checkEnd(of source: RecordSource) throws(SendError) {
        guard let comparison else { return }
        let begun = resumeState.histories.keys.filter { $0 > last }.min()
        guard let missing = try comparison.next() ?? begun else { return }
        throw .changed(
            path: source.inputs[missing.file - 1].file.path.shown,
            what: "it ends before line \(missing.line)")
    }

    /// What the line went through so far.
    func history(of line: LineID) -> LineHistory { resumeState.history(of: line) }
}
