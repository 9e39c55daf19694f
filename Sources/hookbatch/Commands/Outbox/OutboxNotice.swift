import Delivery
import Ledger
import Platform
import Records
import Sending

/// The messages of a round: what happened to a file, and what to do next.
enum OutboxNotice {
    /// Returns the message for a finished file with lines that were not accepted.
    ///
    /// - Parameters:
    ///   - notes: What its summary says; nil if it can't be read.
    ///   - failed: The paths of the folders in `failed`.
    ///   - folder: The path of the outbox's folder.
    static func notAccepted(
        _ finish: OutboxFinish, _ notes: RunNotes?, among failed: [String] = [], folder: String
    ) -> String {
        let place = "\(folder)/\(finish.place)"
        var text = "\(Escaping.quoted(finish.name)): finished, but "
        text += WholeNumber.shown(finish.read - min(finish.accepted, finish.read))
        text += " of \(WholeNumber.shown(finish.read, "line")) not accepted"
        let counts = Outcome.allCases.compactMap { outcome in
            guard outcome != .accepted, let count = notes?.counts[outcome], count > 0 else {
                return nil as String?
            }
            return "\(WholeNumber.shown(count)) \(outcome.words)"
        }
        if !counts.isEmpty { text += " (\(counts.joined(separator: ", ")))" }
        text += "; its files are in \(Escaping.quoted(place))"
        guard let notes else { return text }
        text += NextStepText.lines(notes.steps)
        // That of the first file, if this one has its lines.
        let name = RetryName.root(of: finish.name)
        let first = "\(folder)/failed/\(name)"
        let others =
            finish.content.origins != nil && name != finish.name && failed.contains(first)
            ? [first] : []
        let words = ShellWords.joined(["rm", "-r", place] + others)
        return text
            + "\nwhen all lines are accepted, a round moves this folder to 'done'; to give up those "
            + "that were not, remove it\(others.isEmpty ? "" : " and that of the first file"), and with it "
            + "their report (a corrected file of this name is then sent whole, also the lines that were "
            + "accepted), with:\n  " + Escaping.escaped(words)
    }

    /// Returns the message for content that was sent before.
    static func alreadySent(_ finish: OutboxFinish, place: String) -> String {
        var text = "\(Escaping.quoted(finish.name)): this content was sent before"
        if !finish.runID.isEmpty { text += " (run \(Escaping.escaped(finish.runID)))" }
        text += "; it is not sent again, and is in \(Escaping.quoted(place))"
        guard !finish.isDone else { return text + "; to send it again, give it another name" }
        let words = ShellWords.joined(["rm", "-r", place])
        return text + "; if this copy is not needed, remove it with:\n  \(Escaping.escaped(words))"
    }

    /// Returns the message for a file that waits for one of its name in `sending`.
    ///
    /// - Parameters:
    ///   - claim: The other file.
    ///   - hasRun: Whether a run of that file was started.
    static func busy(_ claim: OutboxFolder.Claim, in folder: String, hasRun: Bool) -> String {
        let file = "\(folder)/\(claim.name)"
        var text =
            "\(Escaping.quoted(file)) waits, since an earlier file of this name is in "
            + Escaping.quoted(claim.folder)
        if !hasRun {
            // A run may have begun since.
            let isFree = [claim.journal, claim.report]
                .map { "[ ! -e \(ShellWords.quote($0)) ] && " }.joined()
            let words = isFree + ShellWords.joined(["mv", file, claim.input])
            text +=
                ", from where nothing was sent; if this is the corrected or the whole file, put it in place "
                + "of the other with:\n  \(Escaping.escaped(words))"
        } else if OutboxRun(summaryAt: claim.summary)?.isOfDamagedFile == true {
            text +=
                " and is damaged or cut off; if this is the whole file, put it in place of the other, "
                + "which the next round then resumes, with:\n  "
                + Escaping.escaped(ShellWords.joined(["mv", file, claim.input]))
        }
        return text
    }

    /// Returns the message for a file that a later round resumes.
    static func stopped(
        _ claim: OutboxFolder.Claim, _ run: OutboxRun?, cause: String, _ errors: OutboxErrors,
        folder: String
    ) -> String {
        var text = "\(Escaping.quoted(claim.name)): stopped"
        if let run, let stop = run.stop {
            // What follows is for a person at that command.
            let detail = run.isOfDamagedFile ? Self.withoutAdvice(stop.detail) : stop.detail
            text += ": \(claim.absolute(Escaping.escaped(detail)))"
            let counts = run.totals.counts
            text += ", \(WholeNumber.shown(counts.total - counts.notAttempted, "line")) done"
            if run.isOfDamagedFile {
                return text + "; upload it again, and a later round says how to put it in its place"
            }
            if let advice = stop.advice {
                text += "; \(claim.absolute(Escaping.escaped(advice)))"
            }
        } else {
            text += ": " + (errors.problems.isEmpty ? words(cause) : errors.text)
        }
        // A run with another `--to` can't be resumed, and its lines have responses of another server.
        if run?.stop?.cause == "not_the_api", let over = startOver(claim, folder: folder) {
            return text + "; \(over)"
        }
        if run?.stop?.advice?.holds("the URL of --to") == true,
            let over = startOver(claim, folder: folder)
        {
            return text
                + "; the next round resumes it, unless the URL of --to is wrong: correct it then; "
                + over
        }
        return text + "; the next round resumes it"
    }

    /// Returns the message about a damaged file without what is for a person at that command.
    private static func withoutAdvice(_ detail: String) -> String {
        guard let fact = detail.range(ofLast: InputError.unpackingFailed),
            let end = detail[fact.upperBound...].range(ofFirst: "; ")
        else { return detail }
        return String(detail[..<end.lowerBound])
    }

    /// The words for a cause without a summary or a message.
    private static func words(_ cause: String) -> String {
        guard cause.hasPrefix(OutboxVerdict.killedStart) else { return cause }
        let number = cause.dropFirst(OutboxVerdict.killedStart.count)
        return
            "its send was killed (signal \(number)\(number == "9" ? ": by a person, or for want of memory" : ""))"
    }

    /// Returns how to convert a refused file under its own name; nil if it need not be, or can't.
    ///
    /// - Parameter encoding: As `iconv` names it.
    static func conversion(_ claim: OutboxFolder.Claim, from encoding: String?) -> String? {
        guard let encoding else { return nil }
        let conversion = EncodingConversion(of: claim.input, from: encoding, isUndelivered: true)
        guard conversion.keepsName, conversion.mixedAdvice == nil else { return nil }
        return "convert it to UTF-8 with:\n  \(Escaping.escaped(conversion.command))"
    }

    /// Returns how to start a refused file over, if its unfinished run has nothing accepted.
    ///
    /// A run with another `--to` can't be resumed.
    ///
    /// - Parameter folder: The path of the outbox's folder.
    static func startOver(_ claim: OutboxFolder.Claim, folder: String) -> String? {
        guard let run = OutboxRun(summaryAt: claim.summary), !run.isFinished,
            run.totals.counts.accepted + run.totals.counts.unknown == 0,
            let journal = try? ReportContents.inspect(claim.journal),
            journal.resumeState.uncertainThrough == nil,
            !journal.resumeState.histories.values.contains(where: \.isUncertain)
        else { return nil }
        let files = origins(of: claim.input) + [claim.input]
        let move = ShellWords.joined(["mv", "-n"] + files + ["\(folder)/"])
        let remove = ShellWords.joined(["rm", "-r", claim.folder])
        // A file of this name may have come since: mv leaves both, and succeeds.
        let isFree = "[ ! -e \(ShellWords.quote(claim.input)) ]"
        return "none of its lines was accepted, so it can start over with:\n  "
            + Escaping.escaped([move, isFree, remove].joined(separator: " && "))
    }

    /// Returns the message for a file that has the undelivered lines of a failed one, without its
    /// origins.
    static func copy(_ name: String, _ copy: UndeliveredCopy, in folder: String) -> String {
        let packed = InputFormat.packedExtensions.first { name.hasSuffix($0) } ?? ""
        let original = String(copy.original.split(separator: "/").last ?? "")
        var moves: [[String]] = []
        // By its name it is held until its origins are there, and the folder of the failed file is
        // found when all lines are accepted.
        if name != original + packed {
            moves.append(["mv", "-n", "\(folder)/\(name)", "\(folder)/\(original)\(packed)"])
        }
        if Directory.parent(of: copy.original) != folder {
            moves.append(["mv", "-n", copy.original + OriginsHeader.pathExtension, "\(folder)/"])
        }
        let words = moves.map(ShellWords.joined).joined(separator: " && ")
        // Under the original's name it would be read in another format.
        let hasFormat = ReportPath.undeliveredExtensions.contains {
            original.hasSuffix("." + $0) && name.hasSuffix("." + $0 + packed)
        }
        let way = hasFormat && !moves.isEmpty ? " with:\n  \(Escaping.escaped(words))\n" : "; "
        let failed = Escaping.quoted(Directory.parent(of: copy.original))
        return
            "\(Escaping.quoted(name)): it \(copy.words), but has no file of origins beside it, so its "
            + "lines would be sent as new ones; it is not sent; other files are sent; give it its "
            + "origins\(way)if its lines are new ones, move \(failed) away"
    }

    /// Returns the warning for a file that is sent although it may have the undelivered lines of a
    /// failed one.
    static func likeFailed(_ name: String, _ copy: UndeliveredCopy) -> String {
        "warning: \(Escaping.quoted(name)): it \(copy.words), without its file of origins: its lines are "
            + "sent as new ones; if it is one, do not send the lines of the other file too"
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
        let other =
            "fix \(Escaping.quoted("\(folder)/\(name)")), or move \(Escaping.quoted(folder)) away"
        return "\(Escaping.quoted(name)): \(problem); other files are sent; " + (way ?? other)
    }
}
