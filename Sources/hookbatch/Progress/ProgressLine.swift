import Delivery
import Sending

/// The progress as one plain line.
enum ProgressLine {
    /// Returns the line without a line break.
    static func text(of status: ProgressStatus) -> String {
        var parts = [amount(of: status)]
        if let rate = status.linesPerSecond {
            parts.append("\(ProgressWords.shown(rate)) lines/s")
        }
        for outcome in Outcome.allCases where status.counts[outcome] > 0 {
            let count = WholeNumber.shown(status.counts[outcome])
            parts.append("\(count) \(outcome.words)")
        }
        if status.retries > 0 {
            parts.append(WholeNumber.shown(status.retries, "retry", plural: "retries"))
        }
        if status.phase == .sending || status.phase == .stopping {
            parts.append(ProgressWords.inFlight(status))
        }
        if let wait = status.wait { parts.append(ProgressWords.sentence(for: wait)) }
        if let left = status.timeLeft { parts.append("about \(ProgressWords.shown(left)) left") }
        return "\(ProgressWords.sentence(for: status.phase)): " + parts.joined(separator: ", ")
    }

    private static func amount(of status: ProgressStatus) -> String {
        var text = ""
        if let percent = status.percent { text += "\(percent)%, " }
        text += WholeNumber.shown(status.lines)
        if let total = status.linesTotal { text += " of \(WholeNumber.shown(total))" }
        text += status.lines == 1 && status.linesTotal == nil ? " line" : " lines"
        if let total = status.bytesTotal {
            text += " (\(ByteCount.shown(status.bytes)) of \(ByteCount.shown(total)))"
        }
        return text
    }
}
