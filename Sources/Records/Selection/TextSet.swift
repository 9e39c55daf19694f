/// Texts to compare with: patterns, and any number of whole texts.
package struct TextSet: Hashable, Sendable {
    private var texts: Set<[UInt8]> = []
    private var patterns: [TextPattern] = []

    package init(_ patterns: [TextPattern]) { self.patterns = patterns }

    /// Creates the set of the lines of a text, without surrounding blanks, empty lines and a byte
    /// order mark.
    package init(lines: [UInt8]) {
        let hasMark = lines.starts(with: [0xEF, 0xBB, 0xBF])
        for line in (hasMark ? lines[3...] : lines[...]).split(separator: UInt8(ascii: "\n")) {
            // A list from Windows.
            let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            let text = RecordReader.withoutSpace(Array(line))
            if !text.isEmpty { texts.insert(text) }
        }
    }

    package var isEmpty: Bool { texts.isEmpty && patterns.isEmpty }

    package func contains(_ text: UnsafeRawBufferPointer) -> Bool {
        patterns.contains { $0.matches(text) } || !texts.isEmpty && texts.contains(Array(text))
    }
}
