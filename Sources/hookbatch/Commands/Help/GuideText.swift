/// A guide for a terminal: its Markdown without the signs that only a renderer needs, in lines that
/// fit. Commands and their output keep their lines, so that they can be copied.
struct GuideText {
    /// The width in columns.
    private let width: Int
    /// Whether headings are styled.
    private let isStyled: Bool

    /// Clamps the width to 20 to 100 columns.
    init(width: Int, isStyled: Bool) {
        self.width = min(100, max(20, width))
        self.isStyled = isStyled
    }

    /// Returns the text of a guide, with a final line break.
    func text(of markdown: String) -> String {
        let blocks = MarkdownBlock.all(in: markdown)
        var text = ""
        for (index, block) in blocks.enumerated() {
            if index > 0 {
                // The items of a list are not apart.
                text += block.continuesList(of: blocks[index - 1]) ? "\n" : "\n\n"
            }
            text += rendered(block)
        }
        return text + "\n"
    }

    private func rendered(_ block: MarkdownBlock) -> String {
        switch block {
        case .heading(let title):
            let title = Self.plain(title)
            return isStyled ? Style.strong.wrapped(title) : title
        case .code(let lines):
            return lines.map { $0.isEmpty ? "" : "    " + $0 }.joined(separator: "\n")
        case .table(let rows): return table(rows.map { $0.map(Self.plain) })
        case .item(let marker, let text): return wrapped(text, after: marker)
        case .paragraph(let text): return wrapped(text, after: "")
        }
    }

    /// Returns lines, all but the first one indented by the width of what is before the text.
    private func wrapped(_ text: String, after start: String) -> String {
        let indent = String(repeating: " ", count: start.count)
        return start
            + TextWrap.lines(Self.plain(text), columns: width - start.count)
            .joined(separator: "\n" + indent)
    }

    /// Returns aligned columns if they fit; otherwise the first cell of each row, and below it the
    /// others.
    private func table(_ rows: [[String]]) -> String {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { column < $0.count ? TextWidth.of($0[column]) : 0 }.max() ?? 0
        }
        if widths.reduce(0, +) + 2 * columns <= width {
            return rows.map { row in
                let line = zip(row, widths).map { cell, width in
                    "  " + cell + String(repeating: " ", count: width - TextWidth.of(cell))
                }.joined()
                return String(line.reversed().drop { $0 == " " }.reversed())
            }.joined(separator: "\n")
        }
        let heading = rows.first ?? []
        return rows.dropFirst().map { row in
            var lines = [wrapped(row.first ?? "", after: "  ")]
            for (index, cell) in row.enumerated().dropFirst() where !cell.isEmpty {
                // With two columns it is clear what the second one is.
                let name = columns > 2 && index < heading.count ? heading[index] + ": " : ""
                lines.append(wrapped(name + cell, after: "      "))
            }
            return lines.joined(separator: "\n")
        }.joined(separator: "\n")
    }

    /// Returns the text without emphasis and without the targets of links. Code keeps its marks, which
    /// delimit it.
    private static func plain(_ text: String) -> String {
        withoutTargets(text).split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .map { index, part in
                // Between two marks is code.
                index.isMultiple(of: 2) ? part.parts(between: "**").joined() : String(part)
            }.joined(separator: "`")
    }

    /// Returns `[text](target)` as `text`.
    private static func withoutTargets(_ text: String) -> String {
        var parts = text.parts(between: "](")
        for index in parts.indices.dropFirst() {
            if let start = parts[index - 1].lastIndex(of: "[") {
                parts[index - 1].remove(at: start)
            }
            parts[index] = parts[index].drop { $0 != ")" }.dropFirst()
        }
        return parts.joined()
    }
}
