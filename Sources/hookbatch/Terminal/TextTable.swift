/// Rows of a name, a number and a note, aligned and indented.
struct TextTable {
    struct Row {
        var name: String
        var count: UInt64?
        var note: String?

        init(_ name: String, count: UInt64? = nil, note: String? = nil) {
            self.name = name
            self.count = count
            self.note = note
        }
    }

    let rows: [Row]

    /// The lines without a final line break. Names are left-aligned, numbers right-aligned.
    var text: String {
        let nameWidth = rows.map(\.name.count).max() ?? 0
        let counts = rows.map { $0.count.map { WholeNumber.shown($0) } ?? "" }
        let countWidth = counts.map(\.count).max() ?? 0
        return zip(rows, counts).map { row, count in
            var line = "  " + row.name + Self.spaces(nameWidth - row.name.count)
            if countWidth > 0 { line += "  " + Self.spaces(countWidth - count.count) + count }
            if let note = row.note { line += "  " + note }
            return line
        }.joined(separator: "\n")
    }

    private static func spaces(_ count: Int) -> String { String(repeating: " ", count: count) }
}
