import Platform

extension OutboxNotice {
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
            + "stalled for longer than --settle, or a program appends to it; its files are in "
            + Escaping.quoted(files.folder)
        return text + rest(of: growth, options)
    }

    /// Returns the message for a file that begins with all of one that was sent.
    static func startedOver(
        _ claim: OutboxFolder.Claim, _ finish: OutboxFinish, _ growth: OutboxGrowth,
        _ options: OutboxOptions
    ) -> String {
        let lines = WholeNumber.shown(finish.read, "line")
        var text =
            "\(Escaping.quoted(claim.name)): it begins with the \(lines) of a file of this name that "
            + "was sent"
        if !finish.runID.isEmpty { text += " (run \(Escaping.escaped(finish.runID)))" }
        text += ": perhaps its upload started over; it is not sent"
        text += rest(of: growth, options)
        let (old, new) = (claim.input, "\(options.folder.path)/again-\(claim.name)")
        let words = ["mv", "-n", old, new].map(ShellWords.quote).joined(separator: " ")
        return text + "\nif all its lines are new, send it under another name with:\n  "
            + Escaping.escaped(words)
    }

    /// Returns how to send the bytes that came later, after a semicolon.
    private static func rest(of growth: OutboxGrowth, _ options: OutboxOptions) -> String {
        var text = ""
        if let cut = growth.cut {
            text += "; line \(WholeNumber.shown(cut.line)) was cut off there and "
            text +=
                cut.isInvalid
                ? "is not in the rest: complete it in the file of rejected lines, and send that"
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
