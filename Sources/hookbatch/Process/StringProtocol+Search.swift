/// Searches for a text; Swift's own need a library that is not linked.
extension StringProtocol {
    /// Whether the text contains another one.
    func holds(_ text: String) -> Bool { range(ofFirst: text) != nil }

    /// Returns where a text is first; nil if it is not there.
    func range(ofFirst text: String) -> Range<Index>? {
        indices.first { self[$0...].hasPrefix(text) }.map { range(of: text, from: $0) }
    }

    /// Returns where a text is last; nil if it is not there.
    func range(ofLast text: String) -> Range<Index>? {
        indices.last { self[$0...].hasPrefix(text) }.map { range(of: text, from: $0) }
    }

    /// Returns the parts between a text, of which there is always one.
    func parts(between text: String) -> [SubSequence] {
        var parts: [SubSequence] = []
        var rest = self[...]
        while let found = rest.range(ofFirst: text) {
            parts.append(rest[..<found.lowerBound])
            rest = rest[found.upperBound...]
        }
        return parts + [rest]
    }

    private func range(of text: String, from start: Index) -> Range<Index> {
        start..<(index(start, offsetBy: text.count, limitedBy: endIndex) ?? endIndex)
    }
}
