/// A text to compare with, exactly or with any text at its start or end.
package struct TextPattern: Hashable, Sendable {
    /// The UTF-8 that must occur.
    private let text: [UInt8]
    private let hasOpenStart: Bool
    private let hasOpenEnd: Bool

    /// Parses patterns with commas between them: `user.created,order.*`.
    ///
    /// `*` is any text, at the start or the end of a pattern. `\,`, `\*` and `\\` are the characters
    /// themselves. Nil for an empty pattern, another `*` or another backslash.
    package static func list(parsing list: String) -> [TextPattern]? {
        var patterns: [TextPattern] = []
        var text: [UInt8] = []
        // The positions in `text` before which there is a star.
        var stars: [Int] = []
        var hasCharacter = false

        func finish() -> Bool {
            guard hasCharacter, stars.count <= 2,
                stars.allSatisfy({ $0 == 0 || $0 == text.count })
            else { return false }
            let isAny = text.isEmpty
            guard !isAny || stars.count == 1 else { return false }
            let hasOpenStart = stars.first == 0
            let hasOpenEnd = stars.last == text.count
            guard isAny || stars.count == (hasOpenStart ? 1 : 0) + (hasOpenEnd ? 1 : 0) else {
                return false
            }
            patterns.append(
                TextPattern(text: text, hasOpenStart: hasOpenStart, hasOpenEnd: hasOpenEnd))
            text = []
            stars = []
            hasCharacter = false
            return true
        }

        var bytes = list.utf8.makeIterator()
        while let byte = bytes.next() {
            switch byte {
            case Byte.comma:
                guard finish() else { return nil }
                continue
            case UInt8(ascii: "*"): stars.append(text.count)
            case Byte.backslash:
                guard let next = bytes.next(),
                    next == Byte.comma || next == UInt8(ascii: "*") || next == Byte.backslash
                else { return nil }
                text.append(next)
            default: text.append(byte)
            }
            hasCharacter = true
        }
        return finish() ? patterns : nil
    }

    private init(text: [UInt8], hasOpenStart: Bool, hasOpenEnd: Bool) {
        self.text = text
        self.hasOpenStart = hasOpenStart
        self.hasOpenEnd = hasOpenEnd
    }

    func matches(_ other: UnsafeRawBufferPointer) -> Bool {
        guard other.count >= text.count else { return false }
        switch (hasOpenStart, hasOpenEnd) {
        case (false, false): return other.count == text.count && isThere(in: other, at: 0)
        case (false, true): return isThere(in: other, at: 0)
        case (true, false): return isThere(in: other, at: other.count - text.count)
        case (true, true):
            return (0...other.count - text.count).contains { isThere(in: other, at: $0) }
        }
    }

    private func isThere(in other: UnsafeRawBufferPointer, at index: Int) -> Bool {
        text.span.withUnsafeBytes { text in
            UnsafeRawBufferPointer(rebasing: other[index..<index + text.count])
                .elementsEqual(text)
        }
    }
}
