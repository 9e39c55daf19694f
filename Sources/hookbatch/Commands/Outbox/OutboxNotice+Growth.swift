import Delivery
import Platform

extension OutboxNotice {
    /// Returns the message for a file that ends within a record and does not change any more.
    ///
    /// - Parameter folder: The path of the outbox's folder.
    static func cutOff(_ name: String, _ line: UInt64, in folder: String) -> String {
        let path = ShellWords.quote("\(folder)/\(name)")
        let text =
            "\(Escaping.quoted(name)): its last line, \(WholeNumber.shown(line)), is cut off, and "
            + "nothing was added for 10 minutes or longer: its upload is not complete, so it is not "
            + "sent; upload it again"
        // A line break completes no JSON document.
        if name.hasSuffix(".json") { return text }
        return text + ", or if nothing is missing, end its last line with:\n  "
            + Escaping.escaped("echo >>\(path)")
    }

    /// Returns the message for a finished file that has grown.
    ///
    /// - Parameter files: Those of the file at its place.
    static func grown(
        _ name: String, _ growth: OutboxGrowth, _ files: OutboxFolder.Claim,
        _ options: OutboxOptions
    ) -> String {
        let bytes = WholeNumber.shown(growth.size - growth.sentSize, "byte")
        let text =
            "\(Escaping.quoted(name)): \(bytes) came after it was sent, and are not sent: its upload "
            + "stalled for longer than --settle, or a program appends to it (give the outbox only "
            + "files that are closed, such as rotated logs); its files are in "
            + Escaping.quoted(files.folder)
        return text + rest(of: growth, options)
    }

    /// Returns the message for a file whose later bytes were sent, some of them without success.
    ///
    /// - Parameter notes: What the summary of that run says.
    static func restNotAccepted(
        _ name: String, _ files: OutboxFolder.Claim, _ notes: RunNotes
    ) -> String {
        let count = WholeNumber.shown(notes.counts.total - notes.counts.accepted)
        return "\(Escaping.quoted(name)): \(count) of the "
            + "\(WholeNumber.shown(notes.counts.total, "line")) of it that were sent later not accepted; "
            + "its files are in \(Escaping.quoted(files.folder))" + NextStepText.lines(notes.steps)
    }

    /// Returns the message for a file that begins with all of one that was sent.
    static func startedOver(
        _ claim: OutboxFolder.Claim, _ finish: OutboxFinish, _ growth: OutboxGrowth,
        _ options: OutboxOptions
    ) -> String {
        // Later runs may have sent more of it.
        var sent = finish.read
        if case .after(let skip, _) = growth.rest { sent = skip }
        let lines = WholeNumber.shown(sent, "line")
        var text =
            "\(Escaping.quoted(claim.name)): it begins with the \(lines) of a file of this name that "
            + "was sent"
        if !finish.runID.isEmpty { text += " (run \(Escaping.escaped(finish.runID)))" }
        text += ": perhaps its upload started over; it is not sent"
        return text + rest(of: growth, options) + again(claim, options)
    }

    /// Returns the message for a file with only the first lines of one that was sent.
    static func prefix(
        _ claim: OutboxFolder.Claim, _ count: UInt64, _ finish: OutboxFinish,
        _ options: OutboxOptions
    ) -> String {
        var text =
            "\(Escaping.quoted(claim.name)): it has only the first "
            + "\(WholeNumber.shown(count, "line")) of a file of this name that was sent"
        if !finish.runID.isEmpty { text += " (run \(Escaping.escaped(finish.runID)))" }
        return text
            + ": perhaps its upload started over and is not complete; it is not sent, and each "
            + "round checks it again" + again(claim, options)
    }

    /// Returns the message for a file that is probably one in `failed` with some lines fixed.
    ///
    /// - Parameters:
    ///   - files: Those of that one.
    ///   - notes: What its summary says; nil if it can't be read.
    static func returned(
        _ claim: OutboxFolder.Claim, _ returned: ReturnedFile, _ files: OutboxFolder.Claim,
        _ notes: RunNotes?, _ options: OutboxOptions
    ) -> String {
        let place = Escaping.quoted(files.folder)
        var text = "\(Escaping.quoted(claim.name)): "
        text +=
            returned.lines.map { lines in
                "it has most of the \(WholeNumber.shown(lines, "line")) of a file of this name that was "
                    + "sent and is in \(place)"
            }
            ?? "a file of this name was sent, and was moved away from \(place): perhaps it is this one"
        text += "; its accepted lines would be sent twice, so it is not sent"
        let command = ShellWords.joined(["rm", "-r", claim.folder])
        text += NextStepText.lines(notes?.steps ?? [])
        return text + "\nwhen they are fixed there, remove this file with:\n  "
            + Escaping.escaped(command) + again(claim, options)
    }

    private static func again(_ claim: OutboxFolder.Claim, _ options: OutboxOptions) -> String {
        let (old, new) = (claim.input, "\(options.folder.path)/again-\(claim.name)")
        let words = ShellWords.joined(["mv", "-n", old, new])
        return "\nif all its lines are new, send it under another name with:\n  "
            + Escaping.escaped(words)
    }

    /// Returns how to send the bytes that came later, after a semicolon.
    private static func rest(of growth: OutboxGrowth, _ options: OutboxOptions) -> String {
        var text = ""
        if let cut = growth.cut {
            text += "; line \(WholeNumber.shown(cut.line)) was cut off there and "
            let file = growth.cutFile.map(Escaping.quoted) ?? "the file of rejected lines"
            text +=
                cut.isInvalid
                ? "is not in the rest: complete it in \(file), and send that as the message of its run says"
                : "was sent as it was: compare it with the file"
        }
        switch growth.rest {
        case .after(let skip, let report):
            let rest = options.sending(growth.path, after: skip, report: report)
            text += "; when the upload has ended, "
            text += "\(rest.fill)send only the rest"
            text += "\(options.variablesNote) with:\n  \(Escaping.escaped(rest.command))"
        case .unfinished(let report):
            text += "; the run of \(Escaping.quoted(report)) sends some of them and is not "
            text += "finished; see its command with:\n  hookbatch report "
            text += Escaping.escaped(ShellWords.quote(report))
        case .unknown:
            text += "; its report is missing, so compare it with what the receiver has"
        }
        return text
    }

    /// Returns how to resume a file that has grown since its run began; nil if it has not.
    ///
    /// - Parameter size: The bytes that its run reads.
    static func cut(_ claim: OutboxFolder.Claim, to size: UInt64) -> String? {
        guard let status = (try? FileStatus.of(claim.input)) ?? nil, status.size > size,
            !FileStatus.exists(claim.whole)
        else { return nil }
        let (input, whole) = (ShellWords.quote(claim.input), ShellWords.quote(claim.whole))
        let bytes = WholeNumber.shown(status.size - size, "byte")
        return "\(bytes) came after its run began; when the upload has ended, put the whole file "
            + "beside the part that the run has, which the next round then resumes, with:\n  "
            + Escaping.escaped(
                "[ ! -e \(whole) ] && mv \(input) \(whole) && "
                    + "head -c \(size) \(whole) > \(input)")
    }
}
