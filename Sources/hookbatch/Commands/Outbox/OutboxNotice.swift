import Delivery
import Ledger
import Platform
import Sending

/// The messages of a round: what happened to a file, and what to do next.
enum OutboxNotice {
    /// Returns the message for a finished file with lines that were not accepted.
    ///
    /// - Parameters:
    ///   - run: nil if its summary can't be read.
    ///   - folder: The path of the outbox's folder.
    ///   - sending: Returns how to send a file with a report, in the same way.
    static func notAccepted(
        _ finish: OutboxFinish, _ run: OutboxRun?, folder: String,
        sending: (_ path: String, _ report: String) -> (fill: String, command: String)
    ) -> String {
        let place = "\(folder)/\(finish.place)"
        var text = "\(Escaping.quoted(finish.name)): finished, but "
        text += WholeNumber.shown(finish.read - min(finish.accepted, finish.read))
        text += " of \(WholeNumber.shown(finish.read, "line")) not accepted"
        var notes = Outcome.allCases.compactMap { outcome in
            guard outcome != .accepted, let count = run?.totals.counts[outcome], count > 0 else {
                return nil as String?
            }
            return "\(WholeNumber.shown(count)) \(outcome.words)"
        }
        if let error = run?.mainError {
            notes.append("most \(error.code): \(WholeNumber.shown(error.count))")
        }
        if !notes.isEmpty { text += " (\(notes.joined(separator: ", ")))" }
        text += "; its files are in \(Escaping.quoted(place))"
        let counts = run?.totals.counts ?? Counts()
        let needsFix = counts.rejected + counts.invalid > 0
        for (index, file) in (run?.undelivered ?? []).enumerated() {
            let name = Escaping.quoted(file.name)
            let path = "\(place)/\(file.name)"
            // A command is alone on its line, to be copied.
            text += index == 0 ? "; " : "\nthen "
            if file.isUnknown {
                let report = "\(place)/\(finish.name).report.ndjson"
                let send = sending(path, path + ".report.ndjson")
                text += "find out which lines of \(name) arrived ('hookbatch help reports'); list "
                text += "them with:\n  hookbatch report --outcome unknown "
                text += Escaping.escaped(ShellWords.quote(report))
                text += "\nthen \(send.fill)send it, and add --arrived Idempotency-Key=KEY,KEY if "
                text += "some arrived:\n  \(Escaping.escaped(send.command))"
                continue
            }
            text +=
                needsFix
                ? "fix the lines in \(name), and send them with:\n"
                : "send the lines in \(name) again with:\n"
            // First, so that no round takes the file without it.
            let words = ["mv", "-n"] + origins(of: path) + [path, "\(folder)/"]
            text += "  " + Escaping.escaped(words.map(ShellWords.quote).joined(separator: " "))
        }
        if run?.undelivered.isEmpty == false {
            let words = ["rm", "-r", place].map(ShellWords.quote).joined(separator: " ")
            text +=
                "\nwhen all of them are accepted, this folder is not needed any more; remove "
                + "it with:\n  \(Escaping.escaped(words))"
        }
        return text
    }

    /// Returns the message for content that was sent before.
    static func alreadySent(_ finish: OutboxFinish, place: String) -> String {
        var text = "\(Escaping.quoted(finish.name)): this content was sent before"
        if !finish.runID.isEmpty { text += " (run \(Escaping.escaped(finish.runID)))" }
        text +=
            "; it is not sent again, and is in \(Escaping.quoted(place)); to send it again, give it "
        text += "another name"
        guard !finish.isDone else { return text }
        let words = ["rm", "-r", place].map(ShellWords.quote).joined(separator: " ")
        return text + "; if this copy is not needed, remove it with:\n  \(Escaping.escaped(words))"
    }

    /// Returns the message for a file that a later round resumes.
    static func stopped(
        _ claim: OutboxFolder.Claim, _ run: OutboxRun?, cause: String, _ errors: OutboxErrors
    ) -> String {
        var text = "\(Escaping.quoted(claim.name)): stopped"
        if let run, let stop = run.stop {
            text += ": \(claim.absolute(Escaping.escaped(stop.detail)))"
            let counts = run.totals.counts
            text += ", \(WholeNumber.shown(counts.total - counts.notAttempted, "line")) done"
            if let advice = stop.advice {
                text += "; \(claim.absolute(Escaping.escaped(advice)))"
            }
        } else {
            text += ": " + (errors.problems.isEmpty ? cause : errors.text)
        }
        return text + "; the next round resumes it"
    }

    /// Returns how to start a refused file over, if its unfinished run has nothing accepted.
    ///
    /// A run with another `--to` can't be resumed.
    ///
    /// - Parameter folder: The path of the outbox's folder.
    static func startOver(_ claim: OutboxFolder.Claim, folder: String) -> String? {
        guard let run = OutboxRun(summaryAt: claim.summary), !run.isFinished,
            run.totals.counts.accepted + run.totals.counts.unknown == 0
        else { return nil }
        let files = origins(of: claim.input) + [claim.input]
        let move = (["mv", "-n"] + files + ["\(folder)/"]).map(ShellWords.quote)
        let remove = ["rm", "-r", claim.folder].map(ShellWords.quote)
        // A file of this name may have come since: mv leaves both, and succeeds.
        let isFree = ["[ ! -e", ShellWords.quote(claim.input), "]"]
        return "none of its lines was accepted, so it can start over with:\n  "
            + Escaping.escaped((move + ["&&"] + isFree + ["&&"] + remove).joined(separator: " "))
    }

    /// Returns the path of the file of origins of a file; empty without one.
    private static func origins(of path: String) -> [String] {
        [path + OriginsHeader.pathExtension].filter { FileStatus.exists($0) }
    }

    /// Returns the message for a file that is not sent until a person acts.
    ///
    /// - Parameter way: How to start it over; nil if it can't.
    static func refused(
        _ name: String, _ problem: String, folder: String, way: String?
    ) -> String {
        "\(Escaping.quoted(name)): \(problem); other files are sent; fix "
            + "\(Escaping.quoted("\(folder)/\(name)")), or move \(Escaping.quoted(folder)) away"
            + (way.map { "; " + $0 } ?? "")
    }
}
