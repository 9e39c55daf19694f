import Ledger
import Platform
import Sending

/// How the last process of a run ended, as far as it is known, and what to do.
struct RunEnding {
    /// A sentence without its full stop; nil for a finished run.
    private(set) var sentence: String?
    private(set) var steps: [RunSummary.NextStep] = []
    /// Whether no process is at work on the run.
    private(set) var canResume = true

    /// - Parameter others: The reports that are shown together with this one.
    init(_ contents: ReportContents, others: [ReportPath] = []) {
        self.init(contents.notes, contents.journal, contents.path, others: others)
    }

    /// - Parameters:
    ///   - notes: What the summary says about the run; nil without one.
    ///   - journal: nil for a report.
    ///   - path: That of the report or the journal.
    init(
        _ notes: RunNotes?, _ journal: RecoveredJournal?, _ path: String,
        others: [ReportPath] = []
    ) {
        guard let journal, !journal.isFinished, let last = journal.startTimes.last else {
            guard let notes else { return }
            sentence = notes.lastStop.map { "The run \($0)" }
            steps = notes.steps
            if journal == nil, let report = ReportPath(text: path) {
                steps = LaterRuns(of: notes, report, given: others).steps(after: notes)
            }
            return
        }
        let isInOutbox =
            ReportPath(text: RunFiles.report(of: path)).flatMap { OutboxPlace(of: $0) } != nil
        if let notes, notes.isEnd(ofStartAt: last) {
            sentence = notes.lastStop.map { "The run \($0)" }
            steps = isInOutbox ? notes.steps.map(Self.byRound) : notes.steps
            return
        }
        let start = "its last process, started at \(Escaping.escaped(last)),"
        if journal.isRunning(since: last) {
            sentence = "The run is not stopped: \(start) is running (process \(journal.lastPID))"
            canResume = false
            return
        }
        var text = "The run was cut off: \(start) ended without a record"
        text += " (it was killed, the machine lost power, or the disk was full)"
        if let host = journal.lastOwner?.host, host != HostName.current {
            text += ", or is still at work on \(Escaping.escaped(host))"
        }
        if let stop = notes?.lastStop { text += ". An earlier process \(stop)" }
        sentence = text
        let known = notes?.runID == journal.header?.runID.description ? notes : nil
        let step = known.flatMap(Self.resume) ?? journal.header.flatMap { .resuming($0) }
        steps = step.map { [isInOutbox ? Self.byRound($0) : $0] } ?? []
    }

    /// Returns a step that resumes the run of a file of an outbox.
    private static func byRound(_ step: RunSummary.NextStep) -> RunSummary.NextStep {
        var step = step
        if step.reason.hasPrefix("resume ") {
            step.reason = "the next round of the outbox resumes it; or \(step.reason)"
        }
        return step
    }

    /// Returns the step that resumes the run. The other steps are of an earlier stop: one of them may
    /// start over, and send lines again that were accepted since.
    private static func resume(_ notes: RunNotes) -> RunSummary.NextStep? {
        notes.command.map { command in
            notes.steps.first { $0.kind == .run && $0.command == command }
                ?? RunSummary.NextStep(
                    reason: "resume with", command: command, directory: notes.directory)
        }
    }
}

extension RecoveredJournal {
    /// Whether the last process, which wrote its first row at `time` (RFC 3339), is still there.
    fileprivate func isRunning(since time: String) -> Bool {
        guard lastBootID == BootID.current(), let started = RunDetails.milliseconds(time) else {
            return false
        }
        return ProcessStart.isRunning(lastPID, since: started)
    }
}
