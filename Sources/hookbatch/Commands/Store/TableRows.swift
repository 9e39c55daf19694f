import Destinations

/// A table with a header, a rule and aligned columns, no wider than the terminal.
///
/// It buffers its rows, so it suits short listings.
struct TableRows: RowFormat {
    private let listing: StoreListing
    /// Columns of the terminal.
    private let width: Int
    private var rows: [[String]] = []

    /// Maximum characters of a buffered cell.
    private static let maxCell = 200
    private static let gap = 2
    /// Text columns shrink to this width before ids and times do.
    private static let narrowText = 12

    init(listing: StoreListing, width: Int) {
        self.listing = listing
        self.width = max(20, width)
    }

    mutating func append(_ row: borrowing StoreRow, to output: inout [UInt8]) {
        var cells: [String] = []
        for (index, column) in listing.columns.enumerated() {
            guard let text = row.text(index) else {
                cells.append("-")
                continue
            }
            let start = UnsafeRawBufferPointer(rebasing: text.prefix(4 * Self.maxCell))
            let words = Escaping.escaped(String(decoding: start, as: UTF8.self))
            switch column.kind {
            case .truth: cells.append(words == "1" ? "yes" : "no")
            case .number: cells.append(Int(words).map { WholeNumber.shown($0) } ?? words)
            case .time: cells.append(String(words.prefix(19).map { $0 == "T" ? " " : $0 }))
            case .word: cells.append(words)
            case .text, .url, .json: cells.append(TextWidth.cut(words, to: Self.maxCell))
            }
        }
        rows.append(cells)
    }

    func end(_ output: inout [UInt8]) {
        guard !rows.isEmpty else {
            output += "none\n".utf8
            return
        }
        let shown = shownColumns
        let widths = widths(of: shown)
        append(shown.map { header(of: $0) }, shown, widths, to: &output)
        append(widths.map { String(repeating: "─", count: $0) }, shown, widths, to: &output)
        for row in rows { append(shown.map { row[$0] }, shown, widths, to: &output) }
    }

    /// The informative columns: without those that have their default in every row or repeat
    /// another column.
    private var shownColumns: [Int] {
        listing.columns.indices.filter { index in
            switch listing.columns[index].name {
            case "org_id": rows.contains { $0[index] != "org_local" }
            case "env_id": rows.contains { $0[index] != "env_local" }
            case "status": rows.contains { $0[index] != "pending" }
            case "updated_at": rows.contains { $0[index] != $0[index - 1] }
            case "idempotency_key": false
            case "attempts", "failed": rows.contains { $0[index] != "0" }
            case "events", "disabled_reason", "failing_since", "due_at", "attempted_at",
                "response_status", "error", "response":
                rows.contains { $0[index] != "-" }
            default: true
            }
        }
    }

    private func header(of column: Int) -> String {
        switch listing.columns[column].name {
        case "application_id": "application"
        case "message_id": "message"
        case "endpoint_id": "endpoint"
        case "created_at": "created (UTC)"
        case "updated_at": "updated (UTC)"
        case "due_at": "due (UTC)"
        case "attempted_at": "last attempt (UTC)"
        case "response_status": "response"
        case "response": "text"
        case "disabled_reason": "disabled"
        case "failing_since": "failing since (UTC)"
        default: listing.columns[column].name
        }
    }

    /// Returns the width of the widest cell of each column. If they do not fit, text columns shrink
    /// first, then the widest columns.
    private func widths(of shown: [Int]) -> [Int] {
        var widths = shown.map { column in
            rows.reduce(TextWidth.of(header(of: column))) { max($0, TextWidth.of($1[column])) }
        }
        let room = width - Self.gap * (widths.count - 1)
        let written = shown.indices.filter { index in
            switch listing.columns[shown[index]].kind {
            case .text, .url, .json: true
            case .word, .time, .number, .truth: false
            }
        }
        Self.narrow(&widths, at: written, to: Self.narrowText, room: room)
        Self.narrow(&widths, at: Array(shown.indices), to: 1, room: room)
        return widths
    }

    /// Shrinks the widest of some columns until all columns fit, or each of them has the width
    /// `least`.
    private static func narrow(
        _ widths: inout [Int], at places: [Int], to least: Int, room: Int
    ) {
        var excess = widths.reduce(0, +) - room
        while excess > 0, let widest = places.max(by: { widths[$0] < widths[$1] }),
            widths[widest] > least
        {
            widths[widest] -= 1
            excess -= 1
        }
    }

    private func append(
        _ cells: [String], _ columns: [Int], _ widths: [Int], to output: inout [UInt8]
    ) {
        var line = ""
        for (position, cell) in cells.enumerated() {
            if position > 0 { line += String(repeating: " ", count: Self.gap) }
            let kind = listing.columns[columns[position]].kind
            // Consecutive ids differ at their ends.
            let text =
                kind == .word
                ? Self.cutMiddle(cell, to: widths[position])
                : TextWidth.cut(cell, to: widths[position])
            let padding = String(repeating: " ", count: widths[position] - TextWidth.of(text))
            line += kind == .number ? padding + text : text + padding
        }
        while line.last == " " { line.removeLast() }
        output += line.utf8
        output.append(UInt8(ascii: "\n"))
    }

    /// Returns the text, or its beginning and end around an ellipsis.
    private static func cutMiddle(_ text: String, to width: Int) -> String {
        guard TextWidth.of(text) > width else { return text }
        let end = text.suffix(max(0, (width - 1) * 2 / 3))
        return TextWidth.cut(text, to: width - TextWidth.of(String(end))) + end
    }
}
