import Delivery
import Sending

/// The progress in one line that fits a terminal of any width.
struct ProgressBar {
    let status: ProgressStatus
    let style: TerminalStyle

    /// Returns the line for a terminal of `columns` columns, with colours.
    ///
    /// The text is narrower than the terminal, because many wrap at the last column.
    func text(columns: Int) -> String {
        pieces(columns: columns)
            .map { style.hasColours ? $0.colour.painted($0.text) : $0.text }
            .joined(separator: Self.gap)
    }

    /// A part of the line.
    struct Piece {
        var text: String
        var colour = Colour.plain
    }

    /// A field with texts of several lengths.
    private struct Field {
        /// The order from left to right.
        var place: Int
        /// From the shortest to the longest.
        var texts: [String]
        var colour = Colour.plain
        /// Whether this is the bar, which fills the remaining width.
        var isBar = false
    }

    private static let gap = "  "
    /// The bar's width in columns, with its ends.
    private static let barWidths = 10...52

    /// Returns the parts in order, two spaces apart.
    func pieces(columns: Int) -> [Piece] {
        let width = columns - 1
        var chosen: [(field: Field, text: String)] = []
        var used = 0
        for group in [importantFields, otherFields] {
            let first = chosen.count
            // The most important fields come first, in their shortest form.
            for field in group {
                let text = field.texts[0]
                let cost = TextWidth.of(text) + (chosen.isEmpty ? 0 : Self.gap.count)
                guard used + cost <= width else { continue }
                used += cost
                chosen.append((field, text))
            }
            // Longer forms follow, if they fit.
            for index in chosen.indices[first...] {
                for text in chosen[index].field.texts {
                    let longer = TextWidth.of(text) - TextWidth.of(chosen[index].text)
                    guard longer > 0, used + longer <= width else { continue }
                    used += longer
                    chosen[index].text = text
                }
            }
        }
        let spare = width - used
        return chosen.sorted { $0.field.place < $1.field.place }.map { field, text in
            guard field.isBar else { return Piece(text: text, colour: field.colour) }
            let room = min(Self.barWidths.lowerBound + spare, Self.barWidths.upperBound)
            return Piece(text: bar(columns: room), colour: field.colour)
        }
    }

    /// The important fields, the most important first.
    private var importantFields: [Field] {
        var all: [Field] = []
        if status.phase != .sending {
            let word = status.phase == .writingReport ? "report" : status.phase.rawValue
            all.append(Field(place: 0, texts: [word, ProgressWords.sentence(for: status.phase)]))
        }
        if let percent = status.percent {
            let digits = String(percent)
            let text = String(repeating: " ", count: 3 - digits.count) + digits + "%"
            all.append(Field(place: 2, texts: [text]))
        }
        all.append(Field(place: 3, texts: lineTexts))
        all += problems
        if let wait, isWaitSerious { all.append(wait) }
        if let left = status.timeLeft {
            all.append(Field(place: 6, texts: ["\(ProgressWords.clock(left)) left"]))
        }
        if status.fraction != nil {
            let empty = String(repeating: " ", count: Self.barWidths.lowerBound)
            all.append(Field(place: 1, texts: [empty], colour: .good, isBar: true))
        }
        if let rate = status.linesPerSecond {
            all.append(Field(place: 5, texts: ["\(ProgressWords.shown(rate))/s"]))
        }
        if let wait, !isWaitSerious { all.append(wait) }
        return all
    }

    /// The optional fields, the most important first.
    private var otherFields: [Field] {
        var all: [Field] = []
        if status.phase == .sending || status.phase == .stopping {
            all.append(Field(place: 7, texts: [ProgressWords.inFlight(status)]))
        }
        if status.retries > 0 {
            let text = WholeNumber.shown(status.retries, "retry", plural: "retries")
            all.append(Field(place: 13, texts: [text]))
        }
        if status.counts.accepted > 0 {
            let count = WholeNumber.shown(status.counts.accepted)
            all.append(Field(place: 8, texts: ["\(count) accepted"]))
        }
        if let total = status.bytesTotal {
            let text = "\(ByteCount.shown(status.bytes)) of \(ByteCount.shown(total))"
            all.append(Field(place: 4, texts: [text]))
        }
        return all
    }

    private var lineTexts: [String] {
        let count = WholeNumber.shown(status.lines)
        let plain = count + (status.lines == 1 ? " line" : " lines")
        guard let total = status.linesTotal else { return [count, plain] }
        return [count, plain, "\(count) of \(WholeNumber.shown(total)) lines"]
    }

    private var problems: [Field] {
        let counts = status.counts
        let all: [(count: UInt64, short: String, word: String, place: Int, colour: Colour)] = [
            (counts.unknown, "unk", "unknown", 12, .doubtful),
            (counts.failed, "fail", "failed", 11, .bad),
            (counts.rejected, "rej", "rejected", 9, .bad),
            (counts.invalid, "inv", "invalid", 10, .bad),
            (counts.notAttempted, "n/a", "not attempted", 12, .doubtful),
        ]
        return all.filter { $0.count > 0 }.map { problem in
            let count = WholeNumber.shown(problem.count)
            return Field(
                place: problem.place,
                texts: ["\(count) \(problem.short)", "\(count) \(problem.word)"],
                colour: problem.colour)
        }
    }

    private var wait: Field? {
        status.wait.map { wait in
            Field(
                place: 14,
                texts: [ProgressWords.start(of: wait), ProgressWords.sentence(for: wait)],
                colour: isWaitSerious ? .doubtful : .plain)
        }
    }

    /// Whether the cause of the wait is the server, not a flag.
    private var isWaitSerious: Bool {
        switch status.wait?.reason {
        case .retryAfter, .outage, .backoff, .retryBudget, .learnedRate, .key: true
        default: false
        }
    }

    private func bar(columns: Int) -> String {
        let cells = columns - 2
        let fraction = status.fraction ?? 0
        guard style.isUnicode else {
            let full = Int(fraction * Double(cells))
            return "[" + String(repeating: "#", count: full)
                + String(repeating: "-", count: cells - full) + "]"
        }
        // Cells fill by eighths.
        let eighths = Int(fraction * Double(cells * 8))
        var text = "▕" + String(repeating: "█", count: eighths / 8)
        if eighths % 8 > 0 { text += ["▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8 - 1] }
        let filled = (eighths + 7) / 8
        return text + String(repeating: " ", count: cells - filled) + "▏"
    }
}
