/// The start of a CSV input: a line such as `sep=;`, if any, and the first row that is not blank.
struct CSVStart {
    /// The delimiter from the line `sep=`.
    private(set) var separator: UInt8?
    /// The length of the line `sep=` with its end.
    private(set) var separatorLength = 0
    /// The first row, without its end.
    private(set) var row = 0..<0
    /// Whether a CR alone ends the first row.
    private(set) var endsInReturn = false

    private let text: UnsafeBufferPointer<UInt8>
    private let isFinal: Bool
    private let dialect: CSVDialect

    /// Nil if more bytes are needed to decide.
    ///
    /// - Parameter isFinal: Whether the input ends with `text`, or more bytes decide nothing.
    init?(_ text: UnsafeBufferPointer<UInt8>, isFinal: Bool, _ dialect: CSVDialect) {
        self.text = text
        self.isFinal = isFinal
        self.dialect = dialect
        guard readSeparator(), readFirstRow() else { return nil }
    }

    /// Whether the row after the first has as many cells; nil if more bytes are needed.
    ///
    /// It has if the input ends after the first.
    func isSecondRowAlike(_ delimiter: UInt8) -> Bool? {
        let next = row.upperBound + 1
        guard next < text.count else { return isFinal ? true : nil }
        guard let end = rowEnd(from: next) else { return nil }
        let count = cellCount(in: next..<end.content, delimiter)
        return count == cellCount(in: row, delimiter)
    }

    /// Reads the line `sep=`. Returns whether the bytes decide.
    private mutating func readSeparator() -> Bool {
        let name = Array("sep=".utf8)
        for (i, letter) in name.enumerated() {
            guard i < text.count else { return isFinal }
            guard text[i] == letter || text[i] | 0x20 == letter else { return true }
        }
        guard name.count < text.count else { return isFinal }
        let found = text[name.count]
        guard CSVRowScanner.isDelimiter(found), found != Byte.backslash else { return true }
        let end = name.count + 1
        guard end < text.count else {
            if isFinal { (separator, separatorLength) = (found, end) }
            return isFinal
        }
        guard let length = lineEndLength(at: end) else { return false }
        if length > 0 { (separator, separatorLength) = (found, end + length) }
        return true
    }

    /// Finds the first row, from `separatorLength` on. Returns whether the bytes decide.
    private mutating func readFirstRow() -> Bool {
        var start = separatorLength
        while true {
            guard let end = rowEnd(from: start) else { return false }
            let isBlank = text[start..<end.content].allSatisfy(Byte.isJSONSpace)
            guard isBlank, end.content < text.count else {
                row = start..<end.content
                endsInReturn = end.isReturn
                return true
            }
            start = end.content + max(end.length, 1)
        }
    }

    /// The end of the row at `start`: its content, and the length of the row end.
    private func rowEnd(from start: Int) -> (content: Int, length: Int, isReturn: Bool)? {
        var isQuoted = false
        var isFieldStart = true
        var i = start
        while i < text.count {
            let byte = text[i]
            if byte == Byte.backslash, dialect.escape == .backslash {
                i += 2
                isFieldStart = false
                continue
            }
            if isQuoted {
                isQuoted = byte != Byte.quote
                // The second of two quotes opens the field again.
                isFieldStart = !isQuoted
            } else if byte == Byte.lineFeed {
                return (i, 1, false)
            } else if byte == Byte.carriageReturn {
                guard let length = lineEndLength(at: i) else { return nil }
                return (i, length, length == 1)
            } else {
                isQuoted = byte == Byte.quote && isFieldStart && dialect.quote == .double
                isFieldStart = mayDelimit(byte)
            }
            i += 1
        }
        return isFinal ? (text.count, 0, false) : nil
    }

    /// The length of the line end at `i`: 0 without one, nil if more bytes are needed.
    private func lineEndLength(at i: Int) -> Int? {
        if text[i] == Byte.lineFeed { return 1 }
        guard text[i] == Byte.carriageReturn else { return 0 }
        for length in 2...3 {
            let last = i + length - 1
            guard last < text.count else { return isFinal ? 1 : nil }
            if text[last] == Byte.lineFeed { return length }
            guard text[last] == Byte.carriageReturn else { return 1 }
        }
        return 1
    }

    private func mayDelimit(_ byte: UInt8) -> Bool {
        if let delimiter = dialect.delimiter ?? separator { return byte == delimiter }
        return byte == Byte.comma || CSVDialect.otherDelimiters.contains(byte)
    }

    private func cellCount(in row: Range<Int>, _ delimiter: UInt8) -> Int {
        var count = 1
        var isQuoted = false
        for byte in text[row] {
            if byte == Byte.quote { isQuoted.toggle() }
            if byte == delimiter, !isQuoted { count += 1 }
        }
        return count
    }
}
