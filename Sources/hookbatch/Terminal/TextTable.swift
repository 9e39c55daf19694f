/// Rows of a name, a number and a note, aligned and indented.
struct TextTable {
    struct Row {
        var name: String
        var count: UInt64?
        var note: String?
        /// The colour of the number.
        var colour: Colour
        /// Whether the note is a path, which is never wrapped, so that it can be copied.
        var isPath = false

        init(_ name: String, count: UInt64? = nil, note: String? = nil, colour: Colour = .plain) {
            self.name = name
            self.count = count
            self.note = note
            self.colour = colour
        }
    }

    let rows: [Row]
    var style = TerminalStyle.plain
    /// Maximum columns of a line, beyond which a note is wrapped; nil is no limit.
    var columns: Int?
    /// The minimum widths of names and numbers in columns.
    private var minName = 0
    private var minCount = 0

    init(rows: [Row]) { self.rows = rows }

    /// Returns one table per section that is not empty, with the same columns.
    static func aligned(
        _ sections: [[Row]], _ style: TerminalStyle, columns: Int?
    ) -> [TextTable] {
        let whole = TextTable(rows: sections.flatMap(\.self))
        return sections.filter { !$0.isEmpty }.map { rows in
            var table = TextTable(rows: rows)
            table.style = style
            table.columns = columns
            (table.minName, table.minCount) = (whole.nameWidth, whole.countWidth)
            return table
        }
    }

    /// The lines without a final line break. Names are left-aligned, numbers right-aligned.
    var text: String {
        let (nameWidth, countWidth) = (max(nameWidth, minName), max(countWidth, minCount))
        let hasCounts = rows.contains { $0.count != nil }
        return rows.map { row in
            var line = "  " + row.name + Self.spaces(nameWidth - TextWidth.of(row.name))
            if hasCounts {
                let count = Self.shown(row.count)
                line += "  " + Self.spaces(countWidth - count.count)
                line += style.painted(count, row.colour)
            }
            guard let note = row.note else { return line }
            let margin = 4 + nameWidth + (hasCounts ? 2 + countWidth : 0)
            guard let columns, !row.isPath else { return line + "  " + note }
            guard columns - margin >= Self.minNote else {
                let isShort = margin + TextWidth.of(note) <= columns
                return isShort
                    ? line + "  " + note
                    : line + "\n    "
                        + TextWrap.lines(note, columns: columns - 4).joined(separator: "\n    ")
            }
            return line + "  "
                + TextWrap.lines(note, columns: columns - margin)
                .joined(separator: "\n" + Self.spaces(margin))
        }.joined(separator: "\n")
    }

    /// A narrower column of notes continues below the name.
    private static let minNote = 20

    private var nameWidth: Int { rows.map { TextWidth.of($0.name) }.max() ?? 0 }

    private var countWidth: Int { rows.map { Self.shown($0.count).count }.max() ?? 0 }

    private static func shown(_ count: UInt64?) -> String {
        count.map { WholeNumber.shown($0) } ?? ""
    }

    private static func spaces(_ count: Int) -> String {
        String(repeating: " ", count: max(0, count))
    }
}
