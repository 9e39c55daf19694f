package import Delivery
package import Ledger
package import Records

/// The comparison of a stream with the records that earlier processes of the run have finished.
///
/// An input that can be read twice is compared with the journal before anything is sent. A stream is
/// compared while it is read.
package final class StreamComparison {
    private let resumeState: ResumeState
    private let comparison: InputComparison
    private let spool: Spool?
    private var begun: BegunLines
    /// The last line read.
    private var last = LineID(file: 0, line: 0)

    package init(_ resumeState: ResumeState, comparison: InputComparison, spool: Spool?) {
        self.resumeState = resumeState
        self.comparison = comparison
        self.spool = spool
        begun = BegunLines(resumeState)
    }

    /// Compares the last record of `source` if it is done or was sent. Throws if it has changed.
    package func compare(_ record: Record, isDone: Bool, source: RecordSource) throws(SendError) {
        let file = source.file
        last = source.id
        if let changed = begun.compare(last, hash: record.hash) {
            let input = source.inputs[changed.file - 1]
            throw .changed(path: input.file.path.shown, input.change(at: changed.line))
        }
        guard isDone else { return }
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
    }

    /// Throws if a stream ends before a finished or started line, which would have no row.
    package func checkEnd(of source: RecordSource) throws(SendError) {
        let begun = resumeState.histories.keys.filter { $0 > last }.min()
        guard let missing = try comparison.next() ?? begun else { return }
        let input = source.inputs[missing.file - 1]
        throw .changed(path: input.file.path.shown, input.end(before: missing.line))
    }
}
