import Delivery
import Ledger

/// What `hookbatch report` prints of one file.
struct ReportText {
    let contents: ReportCommand.Contents

    /// Lines with a line break at the end.
    var text: String {
        var text = heading + "\n"
        for section in [outcomes, unfinished, errors] where !section.isEmpty {
            text += "\n" + TextTable(rows: section).text + "\n"
        }
        if contents.journal?.isFinished == false {
            text += "\nLines that were not begun have no row yet; "
            text += "run the same 'hookbatch send' again to go on.\n"
        }
        return text
    }

    private var heading: String {
        let path = Shown.escaped(contents.path)
        let lines = WholeNumber.shown(contents.tally.counts.total, "line")
        guard let journal = contents.journal else { return "\(path): a report of \(lines)" }
        guard let header = journal.header else { return "\(path): a journal without a run" }
        let state = journal.isFinished ? "finished, its last steps missing" : "not finished"
        let starts = WholeNumber.shown(UInt64(journal.starts), "time")
        return "\(path): run \(header.runID) to \(Shown.escaped(header.destination)), \(state); "
            + "\(lines) done, started \(starts)"
    }

    private var outcomes: [TextTable.Row] {
        var rows = Outcome.allCases
            .filter { $0 == .accepted || contents.tally.counts[$0] > 0 }
            .map { outcome in
                TextTable.Row(
                    outcome == .notAttempted ? "not attempted" : outcome.rawValue,
                    count: contents.tally.counts[outcome])
            }
        if contents.tally.possibleDuplicates > 0 {
            rows.append(
                TextTable.Row("perhaps sent twice", count: contents.tally.possibleDuplicates))
        }
        return rows
    }

    /// What a journal says of lines without an outcome.
    private var unfinished: [TextTable.Row] {
        guard let owed = contents.journal?.owed else { return [] }
        var rows: [TextTable.Row] = []
        let uncertain = owed.histories.values.count { $0.isUncertain }
        let waiting = owed.histories.count - uncertain
        if uncertain > 0 {
            rows.append(
                TextTable.Row(
                    "uncertain", count: UInt64(uncertain), note: "begun, and may have arrived"))
        }
        if waiting > 0 {
            rows.append(
                TextTable.Row("to be retried", count: UInt64(waiting), note: "did not arrive"))
        }
        if let through = owed.uncertainThrough {
            rows.append(
                TextTable.Row(
                    "after a reset",
                    note: "lines up to \(through.line) of input \(through.file) that have no "
                        + "outcome may have been sent"))
        }
        return rows
    }

    private var errors: [TextTable.Row] {
        contents.tally.topErrors.map { error in
            TextTable.Row(
                error.code, count: error.count,
                note: "first at \(Shown.escaped(error.firstPath)):\(error.firstLine)")
        }
    }
}
