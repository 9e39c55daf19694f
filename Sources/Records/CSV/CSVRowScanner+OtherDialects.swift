/// The rules of a dialect other than RFC 4180, and the state of scanning a row by them.
struct OtherDialect {
    enum State { case fieldStart, unquoted, quoted, quoteInQuoted, broken }

    let hasQuotes: Bool
    let hasEscapes: Bool
    /// Whether CR, LF and CR LF each end a row. Otherwise LF, CR LF and CR CR LF do.
    let endsInReturn: Bool

    var state = State.fieldStart
    /// The number of CRs after a closing quote.
    var returns = 0
    /// The end of the last escape, whose CR does not belong to a row end.
    var escapeEnd = 0

    init(_ dialect: CSVDialect, endsInReturn: Bool) {
        hasQuotes = dialect.quote == .double
        hasEscapes = dialect.escape == .backslash
        self.endsInReturn = endsInReturn
    }

    mutating func reset() {
        state = .fieldStart
        returns = 0
        escapeEnd = 0
    }
}

/// Scans rows of other dialects, byte by byte.
extension CSVRowScanner {
    static func isDelimiter(_ byte: UInt8) -> Bool {
        byte < 0x80 && byte != Byte.quote && byte != Byte.lineFeed && byte != Byte.carriageReturn
    }

    /// Whether the scanned part of the row ends in a quoted field.
    var isInQuotes: Bool { state == .quoted || state == .other && other.state == .quoted }

    /// Does what `scan` does.
    @inline(never)
    mutating func scanOther(
        _ row: UnsafePointer<UInt8>, to end: Int, isFinal: Bool, columns: CSVColumns
    ) -> RowEnd? {
        if position == 0 { other.reset() }
        while position < end {
            let byte = row[position]
            if other.hasEscapes, byte == Byte.backslash, other.state != .quoteInQuoted,
                other.state != .broken
            {
                guard position + 1 < end || isFinal else { return nil }
                if other.state == .fieldStart { startField() }
                skipEscape(to: end)
                continue
            }
            switch other.state {
            case .fieldStart:
                startField()
                if byte == Byte.quote, other.hasQuotes { openField() }
            case .unquoted:
                if byte == delimiter {
                    endOtherField(row, at: position)
                    endField(at: position, columns)
                    nextField()
                } else if byte == Byte.quote, other.hasQuotes {
                    breakOther(reasonForQuote(row), at: position)
                } else if isRowEnd(byte) {
                    let content = max(fieldStart, other.escapeEnd)
                    guard let rowEnd = rowEnd(row, to: end, isFinal, content: content) else {
                        return nil
                    }
                    endOtherField(row, at: rowEnd.length)
                    endField(at: rowEnd.length, columns)
                    return rowEnd
                } else {
                    position += 1
                }
            case .quoted:
                if byte == Byte.quote { other.state = .quoteInQuoted }
                position += 1
            case .quoteInQuoted:
                guard !isRowEnd(byte) else {
                    let quoteEnd = position - other.returns
                    guard let rowEnd = rowEnd(row, to: end, isFinal, content: quoteEnd) else {
                        return nil
                    }
                    endField(at: quoteEnd - 1, columns)
                    return RowEnd(length: quoteEnd, next: rowEnd.next)
                }
                continueAfterQuote(row, columns)
            case .broken:
                guard isRowEnd(byte) else {
                    position += 1
                    continue
                }
                guard let rowEnd = rowEnd(row, to: end, isFinal, content: 0) else { return nil }
                return rowEnd
            }
        }
        return isFinal ? endOther(row, columns) : nil
    }

    /// Ends the row at the end of the input; nil in a quoted field.
    mutating func endOther(_ row: UnsafePointer<UInt8>, _ columns: CSVColumns) -> RowEnd? {
        switch other.state {
        case .quoted: return nil
        case .fieldStart:
            startField()
            endField(at: position, columns)
        case .unquoted:
            endOtherField(row, at: position)
            endField(at: position, columns)
        case .quoteInQuoted where other.returns > 0:
            setProblem(.bytesAfterQuote, at: position - other.returns)
        case .quoteInQuoted: endField(at: position - 1, columns)
        case .broken: break
        }
        return RowEnd(length: position, next: position)
    }

    /// The reason why a quote in an unquoted field is wrong.
    @inline(never)
    func reasonForQuote(_ row: UnsafePointer<UInt8>) -> RecordProblem.Reason {
        let first = row[fieldStart]
        return first == Byte.openBrace || first == Byte.openBracket
            ? .unquotedJSON : .quoteInField
    }

    /// The reason why the bytes after the quote at an index are wrong.
    @inline(never)
    func reasonAfterQuote(_ row: UnsafePointer<UInt8>, at quote: Int) -> RecordProblem.Reason {
        quote > fieldStart && row[quote - 1] == Byte.backslash && !other.hasEscapes
            ? .escapedQuote : .bytesAfterQuote
    }

    private mutating func startField() {
        fieldStart = position
        isEscaped = false
        other.state = .unquoted
    }

    private mutating func openField() {
        openQuote = position
        hasQuotes = true
        position += 1
        fieldStart = position
        other.state = .quoted
    }

    private mutating func nextField() {
        position += 1
        other.state = .fieldStart
    }

    /// Skips a backslash and the next byte, which may be a line break.
    private mutating func skipEscape(to end: Int) {
        isEscaped = true
        // Its line breaks are to be counted.
        hasQuotes = true
        position = min(position + 2, end)
        other.escapeEnd = position
    }

    /// Makes an unquoted field that is `\N` empty, and still escaped: a null.
    private mutating func endOtherField(_ row: UnsafePointer<UInt8>, at end: Int) {
        guard isEscaped, end - fieldStart == 2, row[fieldStart + 1] == UInt8(ascii: "N") else {
            return
        }
        fieldStart = end
    }

    private mutating func continueAfterQuote(_ row: UnsafePointer<UInt8>, _ columns: CSVColumns) {
        let byte = row[position]
        if other.returns == 0, byte == Byte.quote {
            isEscaped = true
            other.state = .quoted
            position += 1
        } else if other.returns == 0, byte == delimiter {
            endField(at: position - 1, columns)
            nextField()
        } else if other.returns < 2, byte == Byte.carriageReturn {
            other.returns += 1
            position += 1
        } else {
            let end = position - other.returns
            breakOther(reasonAfterQuote(row, at: end - 1), at: end)
        }
    }

    private mutating func breakOther(_ reason: RecordProblem.Reason, at position: Int) {
        setProblem(reason, at: position)
        other.state = .broken
    }

    private func isRowEnd(_ byte: UInt8) -> Bool {
        byte == Byte.lineFeed || byte == Byte.carriageReturn && other.endsInReturn
    }

    /// The row end at `position`; nil if the next byte is needed.
    ///
    /// - Parameter content: The first byte that may belong to the row end.
    private func rowEnd(
        _ row: UnsafePointer<UInt8>, to end: Int, _ isFinal: Bool, content: Int
    ) -> RowEnd? {
        guard other.endsInReturn else {
            let length = Self.rowLength(row, lineFeed: position, from: content)
            return RowEnd(length: length, next: position + 1)
        }
        guard row[position] == Byte.carriageReturn else {
            return RowEnd(length: position, next: position + 1)
        }
        guard position + 1 < end else {
            return isFinal ? RowEnd(length: position, next: end) : nil
        }
        let isPair = row[position + 1] == Byte.lineFeed
        return RowEnd(length: position, next: position + (isPair ? 2 : 1))
    }
}
