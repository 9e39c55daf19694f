/// A block of a guide, in the part of Markdown that the guides use (CommonMark, and its tables of
/// GitHub).
enum MarkdownBlock {
    case heading(String)
    case code([String])
    /// The cells of each row, the heading first.
    case table([[String]])
    /// One item of a list, with its marker and the blank after it.
    case item(marker: String, text: String)
    case paragraph(String)

    /// Whether it is an item of the list to which the block before it belongs.
    func continuesList(of before: Self) -> Bool {
        guard case .item(let marker, _) = self, case .item(let last, _) = before else {
            return false
        }
        return marker.hasPrefix("-") == last.hasPrefix("-")
    }

    /// Returns the blocks in order.
    static func all(in markdown: String) -> [Self] {
        var blocks: [Self] = []
        var lines = markdown.split(separator: "\n", omittingEmptySubsequences: false)[...]
        while let line = lines.popFirst() {
            if line.isEmpty { continue }
            if line.hasPrefix(fence) {
                let code = lines.prefix { !$0.hasPrefix(fence) }
                lines = lines.dropFirst(code.count + 1)
                blocks.append(.code(code.map(String.init)))
            } else if line.hasPrefix("#") {
                blocks.append(.heading(String(line.drop { $0 == "#" }.dropFirst())))
            } else if line.hasPrefix("|") {
                let rows = lines.prefix { $0.hasPrefix("|") }
                lines = lines.dropFirst(rows.count)
                // The first of them only separates the heading.
                blocks.append(.table(([line] + rows.dropFirst()).map(cells)))
            } else {
                let marker = marker(of: line)
                var text = String(line.dropFirst(marker.count))
                while let next = lines.first, continues(next) {
                    text += " " + next.drop { $0 == " " }
                    lines.removeFirst()
                }
                blocks.append(marker.isEmpty ? .paragraph(text) : .item(marker: marker, text: text))
            }
        }
        return blocks
    }

    private static let fence = "```"

    /// Whether a line belongs to the paragraph or item before it.
    private static func continues(_ line: Substring) -> Bool {
        !line.isEmpty && !line.hasPrefix(fence) && !line.hasPrefix("#") && !line.hasPrefix("|")
            && marker(of: line).isEmpty
    }

    /// Returns `- ` or `1. ` at the start of an item; empty for other lines.
    private static func marker(of line: Substring) -> String {
        if line.hasPrefix("- ") { return "- " }
        let number = line.prefix { $0.isASCII && $0.isNumber }
        return !number.isEmpty && line.dropFirst(number.count).hasPrefix(". ") ? number + ". " : ""
    }

    private static func cells(_ row: Substring) -> [String] {
        var cells = [""]
        var isEscaped = false
        for character in row.dropFirst() {
            switch character {
            case "\\" where !isEscaped:
                isEscaped = true
                continue
            case "|" where !isEscaped: cells.append("")
            case "|": cells[cells.count - 1].append(character)
            default: cells[cells.count - 1] += isEscaped ? "\\\(character)" : String(character)
            }
            isEscaped = false
        }
        // After the last bar is nothing.
        return cells.dropLast().map {
            String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
    }
}
