import Delivery
import Ledger
import Records

/// The records that earlier processes of the run have finished.
///
/// An input that can be read twice is compared with the journal before anything is sent, so the
/// record's number is enough here. A stream is compared while it is read.
final class DoneRecords {
    private let resumeState: ResumeState
    private let comparison: InputComparison?
    private let spool: Spool?
    /// The last queried line.
    private var last = LineID(file: 0, line: 0)

    init(_ resumeState: ResumeState, comparison: InputComparison? = nil, spool: Spool? = nil) {
        self.resumeState = resumeState
        self.comparison = comparison
        self.spool = spool
    }

    /// Returns whether the record has an outcome. Throws if the record has changed.
    func contains(_ record: Record, file: Int, source: RecordSource) throws(SendError) -> Bool {
        last = LineID(file: file, line: record.line.value)
        guard resumeState.done[file - 1].contains(record.ordinal) else { return false }
        guard let comparison else { return true }
        let kept = try comparison.take(
            record, file: file, path: source.inputs[file - 1].file.path.shown)
        if let spool, let kept, let bytes = record.bytes {
            // A power cut may have removed them from the spool.
            do {
                try spool.rewrite(source.bytes(bytes), at: kept)
            } catch {
                throw .file(error)
            }
        }
        return true
    }

    /// Throws if a stream ends before a finished or started line, which would have no row.
    func checkEnd(of source: RecordSource) throws(SendError) {
        guard let comparison else { return }
        let begun = resumeState.histories.keys.filter { $0 > last }.min()
        guard let missing = try comparison.next() ?? begun else { return }
        throw .changed(
            path: source.inputs[missing.file - 1].file.path.shown,
            what: "it ends before line \(missing.line)")
    }

    /// Returns the attempts of a line so far.
    func history(of line: LineID) -> LineHistory { resumeState.history(of: line) }
}
