/// Names with figures, in aligned columns below headings.
struct PlanTable {
    struct Row {
        var name: String
        var figures: [String]
    }

    /// The headings of the figures.
    let headings: [String]
    let rows: [Row]

    private static let indent = 2
    private static let gap = 2
    /// Minimum width of a name, on any terminal.
    private static let minNameWidth = 8

    /// Returns the lines without a final line break. Names are left-aligned, and truncated so that
    /// lines fit into `width` columns; nil is no limit.
    func text(width: Int?) -> String {
        let figureWidths = headings.indices.map { column in
            rows.reduce(TextWidth.of(headings[column])) {
                max($0, TextWidth.of($1.figures[column]))
            }
        }
        var nameWidth = rows.reduce(0) { max($0, TextWidth.of($1.name)) }
        if let width {
            let taken = figureWidths.reduce(Self.indent) { $0 + Self.gap + $1 }
            nameWidth = min(nameWidth, max(width - taken, Self.minNameWidth))
        }
        return ([Row(name: "", figures: headings)] + rows).map { row in
            let name = TextWidth.cut(row.name, to: nameWidth)
            var line = Self.spaces(Self.indent) + name
            line += Self.spaces(nameWidth - TextWidth.of(name))
            for (figure, width) in zip(row.figures, figureWidths) {
                line += Self.spaces(Self.gap + width - TextWidth.of(figure)) + figure
            }
            return line
        }.joined(separator: "\n")
    }

    private static func spaces(_ count: Int) -> String { String(repeating: " ", count: count) }
}
