import Delivery
import Ledger
import Platform
import Sending
import Time

/// The folders of failed files whose lines were all accepted since.
extension OutboxRound {
    /// Moves them to `done`: nothing is left to do.
    func moveDelivered() throws(SystemError) {
        for finish in ledger.history.failed {
            let files = folder.files(of: finish)
            guard FileStatus.exists(files.summary), isDelivered(finish, files) else { continue }
            var moved = finish
            moved.exitCode = ExitStatus.success.rawValue
            moved.accepted = finish.read
            moved.place = try folder.freePlace(.done, for: finish.name, now: WallClock.nanoseconds)
            // First: the ledger of a round that is killed then has a folder that is not there.
            try folder.move(files, to: moved.place)
            try ledger.append(.finished(moved))
            try ledger.append(.moved(name: finish.name))
            sayResult("the other lines are accepted now", moved)
        }
    }

    /// Whether later runs, in its folder or of this outbox, have delivered all other lines of the file,
    /// and of the rest of it that was sent later.
    private func isDelivered(_ finish: OutboxFinish, _ files: OutboxFolder.Claim) -> Bool {
        // A run that started over has another id, and all lines.
        guard FileStatus.exists(files.report), let notes = RunNotes(beside: files.report),
            notes.runID == finish.runID
                || FileStatus.exists("\(files.report).\(finish.runID)"),
            let names = try? Directory.names(in: files.folder)
        else { return false }
        for name in names {
            guard let name = String(validating: name, as: UTF8.self) else { continue }
            if name.hasSuffix(".journal") { return false }
            guard name.hasSuffix(".report.ndjson") || name.hasSuffix(".report.csv") else {
                continue
            }
            guard let report = ReportPath(text: "\(files.folder)/\(name)"), isDelivered(report)
            else {
                return false
            }
        }
        return true
    }

    /// Whether later runs have delivered all other lines of a report.
    private func isDelivered(_ report: ReportPath) -> Bool {
        guard let notes = RunNotes(beside: report.path), notes.stop == nil else { return false }
        let (total, delivered) = (notes.counts.total, notes.counts.accepted)
        if delivered == total { return true }
        guard let later = LaterRuns(of: notes, report).reports, !later.isEmpty else { return false }
        // The reports are read only if it is possible.
        let accepted = later.compactMap { OutboxRun(summaryAt: $0.summary) }
            .reduce(delivered) { $0 + $1.totals.counts.accepted }
        guard accepted >= total,
            let digest = try? LastWords.digest(of: [report.path] + later.map(\.path))
        else { return false }
        return digest.counts.total == total && digest.counts.accepted == total
    }
}
