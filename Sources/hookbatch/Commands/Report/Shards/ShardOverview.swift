import Delivery
import Glibc
import Ledger
import Platform
import Records
import Sending
import Time

/// The output of `report --shards` without `--merge`: one line for each shard.
struct ShardOverview {
    let set: ShardSet

    /// The text with a final line break.
    func text() throws(ReportFailure) -> String {
        var rows: [PlanTable.Row] = []
        var counts: [String: Int] = [:]
        for (shard, state) in zip(set.shards, set.states) {
            let report = set.report.of(shard)
            let (word, path, summary): (String, String?, JSONFields?) =
                switch state {
                case .finished(let summary): ("finished", report.path, summary)
                case .unfinished(let summary):
                    (summary == nil ? "not finished" : "stopped", report.journal, summary)
                case .missing: ("missing", nil, nil)
                case .foreign(let path, _): ("other job", path, nil)
                }
            counts[word, default: 0] += 1
            rows.append(
                PlanTable.Row(
                    name: shard.name,
                    figures: [
                        word,
                        try host(state, set.report.of(shard).journal, summary) ?? "-",
                        summary?.number("counts", "read").map { WholeNumber.shown($0) } ?? "-",
                        summary?.number("counts", "accepted").map { WholeNumber.shown($0) } ?? "-",
                        summary?.number("lines_per_second").map { WholeNumber.shown($0) } ?? "-",
                        try path.flatMap { path throws(ReportFailure) in try lastChange(of: path) }
                            ?? "-",
                    ]))
        }
        let words = ["finished", "stopped", "not finished", "missing", "other job"]
            .compactMap { word in counts[word].map { "\(WholeNumber.shown($0)) \(word)" } }
        let table = PlanTable(
            headings: ["state", "host", "lines", "accepted", "lines/s", "last change"], rows: rows)
        return "Job \(set.manifest.jobID) to \(Escaping.escaped(set.manifest.destination)), "
            + "\(WholeNumber.shown(set.states.count, "shard")): \(words.joined(separator: ", "))\n"
            + table.text(width: nil) + "\n"
    }

    /// The machine of the last process: of the journal's owner, or of the summary.
    private func host(
        _ state: ShardState, _ journal: String, _ summary: JSONFields?
    ) throws(ReportFailure) -> String? {
        var host = summary?.string("host")
        if case .unfinished = state {
            do throws(SystemError) {
                host = try JournalOwner.last(inJournal: journal)?.host ?? host
            } catch {
                // The shard may have finished in the meantime.
                guard error.code == ENOENT else { throw .system(error) }
            }
        }
        return host.map { Escaping.escaped($0) }
    }

    /// The time of the last change of a file.
    private func lastChange(of path: String) throws(ReportFailure) -> String? {
        do {
            return try FileStatus.of(path).map {
                // Whole seconds.
                Timestamp(
                    nanoseconds: $0.modifiedNanoseconds / 1_000_000_000 * 1_000_000_000
                ).rfc3339
            }
        } catch {
            throw .system(error)
        }
    }
}
