/// Tells lines of text from JSON that is broken.
extension JSONScanner {
    /// Whether a line that is not valid JSON, and not blank, is text, by what begins at `position`.
    ///
    /// A line that begins with punctuation of JSON may be a part of a longer JSON text. A bracket
    /// with a date or a word in it begins a log's line.
    @inline(never)
    func isText(at position: Int) -> Bool {
        guard position < end else { return false }
        switch bytes[position] {
        case Byte.openBracket: return isWordInBrackets(after: position + 1)
        case Byte.openBrace, Byte.closeBrace, Byte.closeBracket, Byte.quote, Byte.comma, Byte.colon:
            return false
        case 0x1B:
            // A terminal's colours.
            return true
        case ..<Byte.space, 0x7F: return false
        default:
            // JSON after a mark or a space that can't be seen.
            let rest = UnsafeBufferPointer(start: bytes + position, count: end - position)
            return !rest.starts(with: TextEncoding.utf8Mark) && !rest.starts(with: [0xC2, 0xA0])
        }
    }

    private func isWordInBrackets(after bracket: Int) -> Bool {
        let first = afterSpace(bracket)
        guard first < end else { return false }
        switch bytes[first] {
        case Byte.openBrace, Byte.openBracket, Byte.closeBracket, Byte.quote, Byte.comma:
            return false
        default: break
        }
        let valueEnd = value(at: first, depth: 1)
        guard valueEnd >= 0 else { return true }
        let next = afterSpace(valueEnd)
        return next < end && bytes[next] != Byte.comma && bytes[next] != Byte.closeBracket
    }
}
