import Delivery
import Sending

/// The notice for logs and mails: what happened and what to do come first. The figures are in
/// `summary.json` and in the metrics.
extension SummaryText {
    /// One line, and the command of the next step on a second one; without a final line break.
    var notice: String {
        var text = summary.stop.map(stopped) ?? finished
        if let defect { text = "\(defect); \(text)" }
        guard let next = summary.next else { return text }
        let folder = next.directory.map { "cd \(ShellWords.quote($0)) && " } ?? ""
        return text + "; \(Escaping.escaped(next.reason)):\n  "
            + Escaping.escaped(folder + next.command)
    }

    private func stopped(_ stop: StopReason) -> String {
        let done = summary.facts.counts.total - summary.facts.counts.notAttempted
        var text = "stopped: \(Escaping.escaped(stop.sentence)), "
        text += "\(WholeNumber.shown(done, "line")) done"
        if done > summary.facts.counts.accepted {
            text +=
                ", \(WholeNumber.shown(done - summary.facts.counts.accepted)) of them not accepted"
        }
        if let storedLocally { text += "; \(storedLocally)" }
        if let advice = stop.advice { text += "; \(Escaping.escaped(advice))" }
        return text
    }

    private var finished: String {
        let counts = summary.facts.counts
        let lines = WholeNumber.shown(summary.facts.read, "line")
        var text = storedLocally.map { $0 + "; " } ?? ""
        var notes = Outcome.allCases.filter { $0 != .accepted && counts[$0] > 0 }.map {
            "\(WholeNumber.shown(counts[$0])) \(word(for: $0))"
        }
        if summary.facts.read == 0 {
            text += "finished: no lines to send"
        } else if counts.accepted == summary.facts.read {
            text += "finished: \(lines) accepted"
        } else {
            text +=
                "finished, but \(WholeNumber.shown(summary.facts.read - counts.accepted)) of \(lines) "
                + "not accepted"
        }
        if summary.facts.skipped > 0 {
            notes.append("\(WholeNumber.shown(summary.facts.skipped)) skipped")
        }
        if summary.facts.withoutPayload > 0 {
            notes.append("\(WholeNumber.shown(summary.facts.withoutPayload)) without a payload")
        }
        if summary.facts.possibleDuplicates > 0 {
            notes.append(
                WholeNumber.shown(summary.facts.possibleDuplicates, "possible duplicate"))
        }
        if !notes.isEmpty { text += " (\(notes.joined(separator: ", ")))" }
        for file in summary.files where file.kind == .report {
            text += "; report \(Escaping.escaped(file.path))"
        }
        return text + unknownFiles
    }

    /// The files of unknown lines, if the next step is about the rejected lines.
    private var unknownFiles: String {
        let unknown = summary.files.filter { $0.kind == .unknown }
        guard !unknown.isEmpty, summary.files.contains(where: { $0.kind == .rejected }) else {
            return ""
        }
        let paths = unknown.map { Escaping.escaped($0.path) }.joined(separator: ", ")
        return "; check which lines of \(paths) arrived before you send it"
    }
}
