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
            // Bytes that came later are not sent yet.
            if let sent = finish.sent, try OutboxGrowth(sent, files) != nil { continue }
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
            guard let report = ReportPath(text: "\(files.folder)/\(name)"),
                LaterRuns.haveDelivered(report)
            else {
                return false
            }
        }
        return true
    }

    /// The start of the name of such a problem; the file's place follows.
    private static let restPrefix = "/rest/"

    /// Tells of files in `done` of which a person has sent more later, if some of these lines were not
    /// accepted. Returns their number.
    func tellRests() -> Int {
        let known = ledger.history.problems.keys.filter { $0.hasPrefix(Self.restPrefix) }.sorted()
        let recent = ledger.history.finished(since: Self.startOfWatch)
        let others = known.isEmpty ? [] : ledger.history.finished(since: .min)
        var told: Set<String> = []
        for finish in recent + others.filter({ known.contains(Self.restPrefix + $0.place) })
        where finish.isDone && !told.contains(Self.restPrefix + finish.place) {
            let files = folder.files(of: finish)
            let reports = OutboxGrowth.laterReports(files)
                .filter { !FileStatus.exists($0.journal) && !LaterRuns.haveDelivered($0) }
            guard let report = reports.first, let notes = RunNotes(beside: report.path) else {
                continue
            }
            let name = Self.restPrefix + finish.place
            told.insert(name)
            let problem = OutboxProblem(content: nil, cause: "not accepted in \(report.path)")
            if !ledger.history.isKnown(problem, of: name) { tally.add(.someNotAccepted) }
            tell(name, problem) { OutboxNotice.restNotAccepted(finish.name, files, notes) }
        }
        for name in known where !told.contains(name) { resolve(name) }
        return told.count
    }
}
