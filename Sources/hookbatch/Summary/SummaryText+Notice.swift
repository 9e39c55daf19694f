import Delivery
import Sending

/// The notice for logs and mails: what happened and what to do come first. The figures are in
/// `summary.json` and in the metrics.
extension SummaryText {
    /// One line, and the command of each next step on another; without a final line break.
    var notice: String {
        var text = summary.stop.map(stopped) ?? finishedNotice
        if let defect { text = "\(defect); \(text)" }
        return text + NextStepText.lines(summary.steps)
    }

    private func stopped(_ stop: StopReason) -> String {
        let done = summary.facts.counts.total - summary.facts.counts.notAttempted
        var text = "stopped: \(Escaping.escaped(stop.sentence)), "
        text += "\(WholeNumber.shown(done, "line")) done"
        if done > summary.facts.counts.accepted {
            text +=
                ", \(WholeNumber.shown(done - summary.facts.counts.accepted)) of them not accepted"
            text +=
                MainError(summary.facts, areUnknown: false)?.text
                ?? MainError(summary.facts, areUnknown: true)?.text ?? ""
        }
        if let storedLocally { text += "; \(storedLocally)" }
        if let advice = stop.advice { text += "; \(Escaping.escaped(advice))" }
        return text
    }

    private var finishedNotice: String {
        var text = (storedLocally.map { $0 + "; " } ?? "") + finished
        var notes = outcomeNotes
        if summary.facts.arrived > 0 {
            notes.append("\(WholeNumber.shown(summary.facts.arrived)) by --arrived")
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
        if let list = IgnoredText(summary.facts).list {
            text += "; ignored members or columns: \(list)"
        }
        return text
    }

    /// `2 rejected`, `1 unknown`: the lines that were not accepted.
    var outcomeNotes: [String] {
        let counts = summary.facts.counts
        return Outcome.allCases.filter { $0 != .accepted && counts[$0] > 0 }.map {
            "\(WholeNumber.shown(counts[$0])) \(word(for: $0))"
        }
    }

    /// The result of a finished run: `finished: 24 lines accepted`.
    var finished: String {
        let (read, accepted) = (summary.facts.read, summary.facts.counts.accepted)
        let lines = WholeNumber.shown(read, "line")
        if read == 0 { return "finished: no lines to send" }
        if accepted == read { return "finished: \(lines) accepted" }
        return "finished, but \(WholeNumber.shown(read - accepted)) of \(lines) not accepted"
    }
}
