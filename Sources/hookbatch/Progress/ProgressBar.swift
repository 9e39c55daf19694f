import Delivery
import Sending

/// The progress in one line that fits a terminal of any width.
///
/// Each field is a slot with a fixed place, as wide as its widest number so far. A line does not move
/// while it counts, and a wait comes and goes at its end.
struct ProgressBar {
    let status: ProgressStatus
    let style: TerminalStyle
    /// The widths that earlier drawings needed.
    private(set) var widths = Widths()

    /// - Parameter widths: Those of the drawing before this one.
    init(status: ProgressStatus, style: TerminalStyle, widths: Widths = Widths()) {
        self.status = status
        self.style = style
        self.widths = widths
        for field in basicFields + otherFields { self.widths.widen(field.slot, to: field.number) }
    }

    /// Returns the line for a terminal of `columns` columns, with colours.
    ///
    /// The text is narrower than the terminal, because many wrap at the last column.
    func text(columns: Int) -> String {
        let pieces = pieces(columns: columns)
        var text = ""
        for (index, piece) in pieces.enumerated() {
            if index > 0 {
                let isBeside = piece.slot == .bar || pieces[index - 1].slot == .bar
                text += isBeside ? " " : style.painted(style.separator, .faint)
            }
            text += style.painted(piece.text, piece.colour)
        }
        return text
    }

    /// Draws a status at the bottom of the terminal; `widths` are those of the last drawing.
    static func draw(_ status: ProgressStatus, _ style: TerminalStyle, _ widths: inout Widths) {
        let columns = Terminal.errorColumns
        let bar = ProgressBar(status: status, style: style, widths: widths)
        widths = bar.widths
        Terminal.drawBottomLine(bar.text(columns: columns), columns: columns)
    }

    /// The fields, from left to right.
    enum Slot: Int, CaseIterable, Sendable {
        case phase, bar, percent, lines, bytes, rate, timeLeft, inFlight, accepted
        case rejected, invalid, failed, unknown, notAttempted, retries, wait
    }

    /// The widest number of each slot, in columns.
    struct Widths: Sendable {
        private var columns = Array(repeating: 0, count: Slot.allCases.count)

        /// 0 if the slot was never shown.
        subscript(slot: Slot) -> Int { columns[slot.rawValue] }

        fileprivate mutating func widen(_ slot: Slot, to number: String) {
            columns[slot.rawValue] = max(columns[slot.rawValue], TextWidth.of(number))
        }
    }

    /// A part of the line.
    struct Piece {
        var slot: Slot
        var text: String
        var colour = Colour.plain
    }

    /// A field with texts of several lengths.
    fileprivate struct Field {
        var slot: Slot
        /// The part that changes; right-aligned in its slot.
        var number = ""
        /// What follows the number, from the shortest to the longest.
        var endings: [String]
        var colour = Colour.plain
    }

    /// The columns between two fields.
    private static let gap = 3
    /// The bar's width in columns, with its ends.
    private static let barWidths = 10...30
    /// The columns at the end of the line that only a wait uses: `waiting 12 s`, or `waiting`.
    private static let (waitColumns, minWaitColumns) = (12, 7)

    /// Returns the parts in order.
    func pieces(columns: Int) -> [Piece] {
        let width = columns - 1
        var chosen: [(field: Field, text: String)] = []
        var used = 0
        func cost(_ columns: Int) -> Int { columns + (chosen.isEmpty ? 0 : Self.gap) }
        func add(_ fields: [Field], within limit: Int) {
            for field in fields {
                let text = text(of: field, field.endings[0])
                let cost = cost(TextWidth.of(text))
                guard used + cost <= limit else { continue }
                used += cost
                chosen.append((field, text))
            }
        }
        func lengthen(within limit: Int) {
            // Failures first: their words matter most.
            let order =
                chosen.indices.filter { chosen[$0].field.isProblem }
                + chosen.indices.filter { !chosen[$0].field.isProblem }
            for index in order {
                for ending in chosen[index].field.endings {
                    let text = text(of: chosen[index].field, ending)
                    let longer = TextWidth.of(text) - TextWidth.of(chosen[index].text)
                    guard longer > 0, used + longer <= limit else { continue }
                    used += longer
                    chosen[index].text = text
                }
            }
        }
        add(countFields, within: width)
        // Reserved also without a wait, so that one displaces nothing.
        let free = width - used - Self.gap
        let limit =
            free >= Self.minWaitColumns ? max(used, width - Self.gap - Self.waitColumns) : width
        add(paceFields, within: limit)
        var barColumns = 0
        if status.fraction != nil {
            let wanted = columns < 100 ? 0 : min(columns / 6, Self.barWidths.upperBound)
            barColumns = max(Self.barWidths.lowerBound, min(wanted, limit - used - 1))
            if used + barColumns + 1 > limit { barColumns = 0 }
            used += barColumns > 0 ? barColumns + 1 : 0
        }
        lengthen(within: limit)
        add(otherFields, within: limit)
        var pieces = chosen.map { field, text in
            Piece(slot: field.slot, text: text, colour: field.colour)
        }
        if barColumns > 0 {
            pieces.append(Piece(slot: .bar, text: bar(columns: barColumns), colour: .good))
        }
        if let wait = wait(columns: width - used - (chosen.isEmpty ? 0 : Self.gap)) {
            pieces.append(wait)
        }
        return pieces.sorted { $0.slot.rawValue < $1.slot.rawValue }
    }

    private func text(of field: Field, _ ending: String) -> String {
        let missing = widths[field.slot] - TextWidth.of(field.number)
        return String(repeating: " ", count: max(0, missing)) + field.number + ending
    }

    private var basicFields: [Field] { countFields + paceFields }

    /// The fields that a line of any width shows, the most important first.
    private var countFields: [Field] {
        var all: [Field] = []
        if status.phase != .sending {
            let word = status.phase == .writingReport ? "report" : status.phase.rawValue
            all.append(
                Field(slot: .phase, endings: [word, ProgressWords.sentence(for: status.phase)]))
        }
        if let percent = status.percent {
            let digits = String(percent)
            let number = String(repeating: " ", count: 3 - digits.count) + digits
            all.append(Field(slot: .percent, number: number, endings: ["%"]))
        }
        let count = WholeNumber.shown(status.lines)
        var endings = ["", status.lines == 1 ? " line" : " lines"]
        if let total = status.linesTotal {
            endings.append(" of \(WholeNumber.shown(total)) lines")
        }
        return all + problems + [Field(slot: .lines, number: count, endings: endings)]
    }

    private var problems: [Field] {
        let counts = status.counts
        let all: [(count: UInt64, short: String, word: String, slot: Slot, colour: Colour)] = [
            (counts.unknown, "unk", "unknown", .unknown, .doubtful),
            (counts.failed, "fail", "failed", .failed, .bad),
            (counts.rejected, "rej", "rejected", .rejected, .bad),
            (counts.invalid, "inv", "invalid", .invalid, .bad),
            (counts.notAttempted, "n/a", "not attempted", .notAttempted, .doubtful),
        ]
        return all.filter { $0.count > 0 }.map { problem in
            Field(
                slot: problem.slot, number: WholeNumber.shown(problem.count),
                endings: [" \(problem.short)", " \(problem.word)"], colour: problem.colour)
        }
    }

    /// The remaining time and the rate. A slot that was shown once keeps its place.
    private var paceFields: [Field] {
        var all: [Field] = []
        if let left = status.timeLeft {
            all.append(
                Field(slot: .timeLeft, number: ProgressWords.clock(left), endings: [" left"]))
        } else if widths[.timeLeft] > 0, status.phase == .sending {
            all.append(Field(slot: .timeLeft, number: "-:--", endings: [" left"]))
        }
        if let rate = status.linesPerSecond {
            all.append(Field(slot: .rate, number: ProgressWords.shown(rate), endings: ["/s"]))
        }
        return all
    }

    /// The optional fields, the most important first.
    private var otherFields: [Field] {
        var all: [Field] = []
        if status.phase == .sending || status.phase == .stopping {
            let limit = status.concurrency.map { " of \(WholeNumber.shown($0))" } ?? ""
            all.append(
                Field(
                    slot: .inFlight, number: WholeNumber.shown(status.inFlight) + limit,
                    endings: [" in flight"]))
        }
        if status.retries > 0 {
            let word = status.retries == 1 ? " retry" : " retries"
            let count = WholeNumber.shown(status.retries)
            all.append(Field(slot: .retries, number: count, endings: [word]))
        }
        if status.counts.accepted > 0 {
            let count = WholeNumber.shown(status.counts.accepted)
            all.append(
                Field(slot: .accepted, number: count, endings: [" accepted"], colour: .good))
        }
        if let total = status.bytesTotal {
            all.append(
                Field(
                    slot: .bytes, number: ByteCount.shown(status.bytes),
                    endings: [" of \(ByteCount.shown(total))"]))
        }
        return all
    }

    /// Returns the longest text for the wait that fits; nil without one.
    private func wait(columns: Int) -> Piece? {
        guard let wait = status.wait else { return nil }
        var texts = [
            ProgressWords.sentence(for: wait), ProgressWords.start(of: wait),
            ProgressWords.verb(of: wait),
        ]
        // It may last, so that its cause is worth more.
        switch wait.reason {
        case .retryBudget: texts.insert(wait.reason.cause, at: 1)
        case .key: texts.insert("API key", at: 1)
        case .outage: texts.insert("server down", at: 1)
        default: break
        }
        return texts.first { TextWidth.of($0) <= columns }.map {
            Piece(slot: .wait, text: $0, colour: isWaitSerious ? .doubtful : .plain)
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

extension ProgressBar.Field {
    /// Whether it counts lines that were not accepted.
    fileprivate var isProblem: Bool {
        switch slot {
        case .rejected, .invalid, .failed, .unknown, .notAttempted: true
        default: false
        }
    }
}
