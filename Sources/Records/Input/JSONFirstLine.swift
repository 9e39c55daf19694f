/// The distinction of NDJSON and other JSON by the first line.
enum JSONFirstLine {
    /// Whether the first line of an input that begins with `[` is text.
    ///
    /// Nil if more bytes are needed. An array of objects is decided at once.
    static func isText(_ bytes: [UInt8]) -> Bool? {
        bytes.withUnsafeBufferPointer { text in
            guard let start = text.baseAddress else { return nil }
            let lineFeed = text.firstIndex(of: Byte.lineFeed)
            let scanner = JSONScanner(bytes: start, end: lineFeed ?? text.count)
            if lineFeed == nil {
                let first = scanner.afterSpace(1)
                let punctuation = [Byte.openBrace, Byte.openBracket, Byte.closeBracket, Byte.quote]
                return first < text.count && punctuation.contains(text[first]) ? false : nil
            }
            return scanner.isText(at: 0)
        }
    }

    /// Whether the first line of an input that begins with `{` is meant as one value.
    ///
    /// It is not if its value goes on in the next line, or if another value follows it. A line with
    /// an error is: NDJSON reads the next line. Nil if the line does not end in `bytes`.
    static func isWholeValue(_ bytes: [UInt8]) -> Bool? {
        bytes.withUnsafeBufferPointer { text in
            guard let start = text.baseAddress else { return nil }
            let lineFeed = text.firstIndex(of: Byte.lineFeed)
            let scanner = JSONScanner(bytes: start, end: lineFeed ?? text.count)
            let valueEnd = scanner.value(at: 0, depth: 0)
            guard valueEnd >= 0 else {
                guard let lineFeed else { return nil }
                guard JSONProblem(packed: valueEnd).reason == .unexpectedEnd else { return true }
                // A string can't go on in the next line.
                var frame = JSONFrame()
                _ = frame.scan(start, from: 0, to: lineFeed)
                return frame.isInString
            }
            let next = scanner.afterSpace(valueEnd)
            guard next < scanner.end else { return lineFeed == nil ? nil : true }
            return text[next] != Byte.openBrace && text[next] != Byte.openBracket
        }
    }
}
