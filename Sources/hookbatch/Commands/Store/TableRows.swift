import Destinations

/// A table for a person: a header, a rule, aligned columns, no line wider than the terminal.
///
/// It holds its rows, so that it is for a few.
struct TableRows: RowFormat {
    private let listing: StoreListing
    /// Columns of the terminal.
    private let width: Int
    private var rows: [[String]] = []

    /// Cells are cut to this many characters before they are laid out: what is cut is not held.
    private static let longestCell = 200
    private static let gap = 2
    /// What people wrote is narrowed to this before ids and times are.
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
            let start = UnsafeRawBufferPointer(rebasing: text.prefix(4 * Self.longestCell))
            let words = Shown.escaped(String(decoding: start, as: UTF8.self))
            switch column.kind {
            case .truth: cells.append(words == "1" ? "yes" : "no")
            case .number: cells.append(Int(words).map { WholeNumber.shown($0) } ?? words)
            case .time: cells.append(String(words.prefix(19).map { $0 == "T" ? " " : $0 }))
            case .word: cells.append(words)
            case .text, .url, .json: cells.append(TextWidth.cut(words, to: Self.longestCell))
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

    /// The columns that say something: not what is the same in every row of a store unless someone
    /// changed it, nor what repeats another column.
    private var shownColumns: [Int] {
        listing.columns.indices.filter { index in
            switch listing.columns[index].name {
            case "org_id": rows.contains { $0[index] != "org_local" }
            case "env_id": rows.contains { $0[index] != "env_local" }
            case "status": rows.contains { $0[index] != "pending" }
            case "updated_at": rows.contains { $0[index] != $0[index - 1] }
            case "idempotency_key": false
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
        default: listing.columns[column].name
        }
    }

    /// As wide as the widest cell; if that is too much, what people wrote gives way first, then
    /// whatever is widest.
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

    /// Takes from the widest of some columns until all columns fit, or each of them has come down
    /// to `least`.
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
            // Ids that follow each other differ in their ends.
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

    /// The text, or an ellipsis between its beginning and its end.
    private static func cutMiddle(_ text: String, to width: Int) -> String {
        guard TextWidth.of(text) > width else { return text }
        let end = text.suffix(max(0, (width - 1) * 2 / 3))
        return TextWidth.cut(text, to: width - TextWidth.of(String(end))) + end
    }
}
