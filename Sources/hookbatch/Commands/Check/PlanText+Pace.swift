import Delivery
import Platform
import Sending
import Time

/// The pace of a send.
extension PlanText {
    /// The gaps and the busiest second of a replay.
    var replay: String {
        guard let replay = plan.replay else { return "" }
        var rows = [
            TextTable.Row("time", note: Duration.nanoseconds(replay.length).shown),
            TextTable.Row(
                "busiest second", note: WholeNumber.shown(replay.mostInSecond, "record")),
            TextTable.Row("out of order", note: WholeNumber.shown(replay.lateRecords, "record")),
        ]
        if replay.shortenedGaps > 0 {
            rows.append(
                TextTable.Row("shortened", note: WholeNumber.shown(replay.shortenedGaps, "gap")))
        }
        for gap in replay.gaps {
            rows.append(
                TextTable.Row(
                    "gap",
                    note: "\(Duration.nanoseconds(gap.length).shown) before \(shown(gap.place))"))
        }
        return "Replay:\n" + TextTable(rows: rows).text
    }

    /// The parts of a day, of a rate that changes.
    var timetable: String {
        guard let rates = plan.rates.all, !rates.isConstant, let start = plan.rates.from else {
            return ""
        }
        let ends = rates.parts.dropFirst() + rates.parts.prefix(1)
        return "Rate by local time (\(Escaping.escaped(start.abbreviation)), now "
            + "\(start.timeOfDay.text)):"
            + zip(rates.parts, ends).map { part, next in
                "\n  \(part.from.text) to \(next.from.text)  \(part.rate?.text ?? "pause")"
            }.joined()
    }
}
