import Delivery
import Ledger
import Sending

/// The output of `hookbatch report` for one file, or for all files.
struct ReportText {
    let contents: ReportContents
    let ending: RunEnding
    /// The terminal's width; nil is no limit.
    var columns: Int?

    /// The text with a final line break, without the steps.
    var text: String {
        let digest = DigestText(digest: contents.digest, columns: columns)
        var text = wrapped(heading) + "\n" + digest.paragraphs([digest.outcomes, unfinished])
        text += digest.rest
        if contents.journal?.isFinished == false {
            var words = "Lines not started have no row yet."
            if let sentence = ending.sentence { words += " \(sentence)." }
            if ending.canResume, ending.steps.isEmpty {
                words += " Run the same 'hookbatch send' again to resume."
            }
            text += "\n" + wrapped(words) + "\n"
        }
        return text
    }

    private func wrapped(_ text: String) -> String {
        TextWrap.lines(text, columns: columns ?? .max).joined(separator: "\n")
    }

    /// Returns the steps of all runs after an empty line; an empty text without any.
    ///
    /// - Parameter total: The last words of several reports; nil without a total, and if a run is not
    ///   finished.
    static func steps(
        _ endings: [RunEnding], of paths: [String], total: ReportDigest?, columns: Int?
    ) -> String {
        let flag = Flags.report.possibleDuplicates.declaration.spelling
        var all: [RunSummary.NextStep] = []
        for step in endings.flatMap(\.steps) where !all.contains(where: step.isSame) {
            all.append(step)
        }
        if let total {
            let duplicates = all.filter { $0.command.holds(" \(flag) ") }
            if total.counts.accepted == total.counts.total { all = duplicates }
            if duplicates.count > 1 {
                all.removeAll { step in duplicates.contains(where: step.isSame) }
                all.append(
                    .showing(
                        paths, flags: [flag],
                        reason:
                            "\(WholeNumber.shown(total.possibleDuplicates, "line")) may have arrived "
                            + "twice, and the accepted ones need not be sent again; list them with")
                )
            }
        }
        guard !all.isEmpty else { return "" }
        let steps = columns == nil ? all : NextStepText.here(all)
        return NextStepText.block(steps, columns: columns).dropFirst() + "\n"
    }

    /// Returns the text for the rows of several files.
    static func together(_ digest: ReportDigest, columns: Int? = nil) -> String {
        let text = DigestText(digest: digest, columns: columns)
        return "Total: \(WholeNumber.shown(digest.counts.total, digest.unit))\(retried(digest))\n"
            + text.paragraphs([text.outcomes]) + text.rest
    }

    /// `, all accepted; 9,301 at the second try`; empty if no line was retried.
    private static func retried(_ digest: ReportDigest) -> String {
        guard let words = digest.retryWords else { return "" }
        let counts = digest.counts
        let accepted = counts.accepted == counts.total ? "all" : WholeNumber.shown(counts.accepted)
        return ", \(accepted) accepted; \(words)"
    }

    private var heading: String {
        let path = Escaping.escaped(contents.path)
        let lines = WholeNumber.shown(contents.digest.counts.total, contents.digest.unit)
        guard let journal = contents.journal else { return "\(path): a report of \(lines)" }
        guard let header = journal.header else { return "\(path): an empty journal" }
        let state = journal.isFinished ? "finished, report not yet complete" : "not finished"
        let starts = WholeNumber.shown(UInt64(journal.starts), "time")
        return "\(path): run \(header.runID) to \(Escaping.escaped(header.destination)), \(state); "
            + "\(lines) done, started \(starts)"
    }

    private func isNumbered(_ line: LineID) -> Bool {
        contents.journal?.header?.numberedInputs.contains(line.file) ?? false
    }

    /// The lines of a journal without an outcome.
    private var unfinished: [TextTable.Row] {
        guard let resumeState = contents.journal?.resumeState else { return [] }
        var rows: [TextTable.Row] = []
        let uncertain = resumeState.histories.values.count { $0.isUncertain }
        let waiting = resumeState.histories.count - uncertain
        if uncertain > 0 {
            rows.append(
                TextTable.Row(
                    "uncertain", count: UInt64(uncertain), note: "sent, may have arrived"))
        }
        if waiting > 0 {
            rows.append(
                TextTable.Row("to be retried", count: UInt64(waiting), note: "did not arrive"))
        }
        if let through = resumeState.uncertainThrough {
            rows.append(
                TextTable.Row(
                    contents.journal?.isOtherFile == true ? "after a copy" : "after a reset",
                    note: "unfinished \(isNumbered(through) ? "records" : "lines") up to "
                        + "\(through.line) of input \(through.file) may have been sent"))
        }
        return rows
    }
}

extension RunSummary.NextStep {
    /// Whether another step has the same command in the same folder.
    fileprivate func isSame(_ other: Self) -> Bool {
        command == other.command && directory == other.directory
    }
}
