import Ledger

extension LastWords {
    /// Creates the last words of reports by the summaries beside them.
    ///
    /// A report whose summary is missing, or of other rows, is not related to another one.
    convenience init(_ merge: ReportMerge, of paths: [String]) {
        self.init(
            merge,
            runs: zip(paths, merge.counts).map { path, counts in
                guard let notes = ReportContents.notes(beside: path, of: nil, counts: counts) else {
                    return nil
                }
                return Run(
                    first: notes.firstRunID ?? notes.runID, id: notes.runID, shard: notes.shard,
                    startedAt: notes.startedAt)
            })
    }

    /// Returns a digest of the last words of reports; nil if none is a retry of another.
    static func digest(of paths: [String]) throws(ReportFailure) -> ReportDigest? {
        // All reports are open at once.
        _ = OpenFileLimit.connections(upTo: paths.count)
        do throws(ReportError) {
            let merge = try ReportMerge(paths)
            if let path = merge.unsorted {
                Terminal.say(
                    "warning: \(Escaping.quoted(path)) has too many files to sort; lines that were "
                        + "sent again are counted in each report")
            }
            let lastWords = LastWords(merge, of: paths)
            guard lastWords.isRelated else { return nil }
            var digest = ReportDigest()
            while let row = try lastWords.next() { digest.add(row) }
            return digest
        } catch {
            throw .report(error)
        }
    }
}
