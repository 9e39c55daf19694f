import Delivery
import Records
import Sending

/// The summary as text: a few aligned lines on a terminal, one or two lines elsewhere.
struct SummaryText {
    let summary: RunSummary

    /// The capabilities of the terminal that shows the block.
    var style = TerminalStyle.plain
    /// The terminal's width; nil is no limit.
    var columns: Int?

    /// Several lines without a final line break: the result, the figures, and what to do.
    var block: String {
        let mark = style.mark(isGood: summary.exitStatus == .success || isWantedStop)
        let width = columns ?? .max
        // The mark has up to four columns.
        var text =
            "\(mark) " + TextWrap.lines(result, columns: width - 5).joined(separator: "\n  ")
        for line in [summary.stop?.advice.map(Escaping.escaped), storedLocally, duration] {
            guard let line else { continue }
            text += TextWrap.lines(line, columns: width - 2).map { "\n  " + $0 }
                .joined()
        }
        for table in TextTable.aligned(
            [outcomes, errors, paceRows, files], style, columns: columns)
        {
            text += "\n\n" + table.text
        }
        // The shell at the terminal is in the run's directory.
        return text
            + NextStepText.block(
                summary.steps.map { step in
                    var step = step
                    step.directory = nil
                    return step
                }, style, columns: columns)
    }

    /// Whether the run stopped at `--limit`, with nothing to look at.
    private var isWantedStop: Bool {
        guard case .limit = summary.stop else { return false }
        let counts = summary.facts.counts
        return counts.accepted + counts.notAttempted == counts.total
    }

    private var result: String {
        let text =
            summary.stop.map { "stopped: \(Escaping.escaped($0.sentence))" }
            ?? finished + (outcomeNotes.isEmpty ? "" : " (\(outcomeNotes.joined(separator: ", ")))")
        return defect.map { "\($0); \(text)" } ?? text
    }

    private var duration: String {
        // An earlier process may have finished others of the lines.
        let isPart = summary.facts.endedNow < summary.facts.counts.total && summary.stop == nil
        var parts = ["after \(summary.elapsed.shown)\(isPart ? " in this process" : "")"]
        if summary.linesPerSecond > 0, summary.isMeasured {
            parts.append("\(WholeNumber.shown(summary.linesPerSecond)) lines/s")
        }
        if summary.facts.retries > 0 { parts.append(retries) }
        return parts.joined(separator: style.separator)
    }

    var storedLocally: String? {
        guard case .store(let path) = summary.destination else { return nil }
        return "stored locally in \(Escaping.escaped(path)); nothing was sent"
    }

    /// The notice of inconsistent counts; nil if they are consistent.
    var defect: String? {
        guard !summary.facts.isConsistent else { return nil }
        return "WITH A DEFECT (\(WholeNumber.shown(summary.facts.read)) lines read, "
            + "\(WholeNumber.shown(summary.facts.counts.total)) accounted for; please report this)"
    }

    func word(for outcome: Outcome) -> String {
        // After a stop those that were not attempted include the lines in flight.
        outcome == .notAttempted && summary.stop != nil ? "not finished" : outcome.words
    }

    private var retries: String {
        WholeNumber.shown(summary.facts.retries, "retry", plural: "retries")
    }

    private var outcomes: [TextTable.Row] {
        var rows = Outcome.allCases
            .filter { $0 == .accepted || summary.facts.counts[$0] > 0 }
            .map { outcome in
                let count = summary.facts.counts[outcome]
                return TextTable.Row(
                    word(for: outcome), count: count,
                    colour: count > 0 ? Colour(outcome) : .plain)
            }
        rows.append(TextTable.Row("read", count: summary.facts.read))
        if summary.facts.possibleDuplicates > 0 {
            rows.append(
                TextTable.Row("possible duplicates", count: summary.facts.possibleDuplicates))
        }
        if summary.facts.arrived > 0 {
            rows.append(TextTable.Row("by --arrived", count: summary.facts.arrived))
        }
        if summary.facts.withoutPayload > 0 {
            rows.append(TextTable.Row("no payload", count: summary.facts.withoutPayload))
        }
        if summary.facts.skipped > 0 {
            rows.append(TextTable.Row("skipped", count: summary.facts.skipped))
        }
        if let list = IgnoredText(summary.facts).list {
            rows.append(
                TextTable.Row("ignored members", count: summary.facts.ignored.total, note: list))
        }
        return rows
    }

    private var errors: [TextTable.Row] {
        summary.errors.map { error in
            TextTable.Row(
                error.code, count: error.count,
                note: "first at \(Escaping.escaped(error.firstPath)):\(error.firstLine)")
        }
    }

    /// nil for a store: the pace of its commits says nothing about a server.
    private var pace: PaceText? {
        guard case .api = summary.destination else { return nil }
        return summary.pace.map(PaceText.init)
    }

    private var paceRows: [TextTable.Row] {
        let rows = [
            ("pace", summary.isMeasured ? pace?.rate : nil), ("latency", pace?.latency),
            ("lag", lag), ("waited", pace?.waits),
            ("abandoned", givenUp),
        ]
        return rows.compactMap { name, note in note.map { TextTable.Row(name, note: $0) } }
    }

    /// Of a replay; also into a store.
    private var lag: String? {
        guard let pace = summary.pace, let lag = PaceText(pace: pace).lag else { return nil }
        guard pace.lateRecords > 0 else { return lag }
        return lag + "; \(WholeNumber.shown(pace.lateRecords, "record")) out of order"
    }

    /// The abandoned applications, three of them by name.
    private var givenUp: String? {
        let all = summary.facts.givenUp.top
        guard !all.isEmpty else { return nil }
        var parts = all.prefix(3).map {
            "\(Escaping.escaped($0.application)) (\(WholeNumber.shown($0.lines, "line")))"
        }
        if all.count > 3 { parts.append("and \(all.count - 3) more") }
        return parts.joined(separator: ", ")
    }

    private var files: [TextTable.Row] {
        summary.files.map { file in
            var row = TextTable.Row(file.kind.rawValue, note: Escaping.escaped(file.path))
            row.isPath = true
            return row
        }
    }
}

extension Colour {
    /// The colour of the number of lines with an outcome.
    init(_ outcome: Outcome) {
        switch outcome {
        case .accepted: self = .good
        case .rejected, .invalid, .failed: self = .bad
        case .unknown, .notAttempted: self = .doubtful
        }
    }
}
