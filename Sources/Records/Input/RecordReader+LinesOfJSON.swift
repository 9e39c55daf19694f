/// Recognizes a log of text and JSON lines that was read as CSV.
extension RecordReader {
    /// Returns the refusal with the advice on lines of JSON, if the bytes after the header have one.
    package func explained(_ refusal: InputRefusal) -> InputRefusal {
        switch refusal {
        case .missingColumns(_, _, let similar) where similar.isEmpty: break
        case .malformedHeader: break
        default: return refusal
        }
        return withUnconsumed(Self.hasLineOfJSON) ? .linesOfJSON(refusal) : refusal
    }

    /// Whether one of the lines begins with `{"`.
    private static func hasLineOfJSON(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var isLineStart = true
        for index in bytes.indices.dropLast() {
            if isLineStart, bytes[index] == Byte.openBrace, bytes[index + 1] == Byte.quote {
                return true
            }
            isLineStart = bytes[index] == Byte.lineFeed
        }
        return false
    }
}
