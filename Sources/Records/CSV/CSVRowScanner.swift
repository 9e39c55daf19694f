import CBytes

/// A field of a row that was looked for: where its text stands, relative to the row's start,
/// without the quotes around it.
struct CSVField {
    var start = 0
    var end = 0
    /// Whether doubled quotes may stand in it; if not, no quotes do.
    var isEscaped = false
}

/// Finds the end of an RFC 4180 row and the fields that are wanted of it.
///
/// It can stop at any byte and go on when more are there. Positions are relative to the row's
/// start. A quote out of place ends the row at the line break that follows it.
struct CSVRowScanner {
    enum State {
        case fieldStart, unquoted, quoted
        /// After a quote inside a quoted field: the field's end, or the first of a doubled one.
        case quoteInQuoted
        /// After a CR that follows a closing quote: an LF must follow.
        case carriageReturnAfterQuote
        /// After a fault: on to the line break.
        case broken
    }

    private let delimiter: UInt8
    private(set) var state = State.fieldStart
    /// The first byte not yet looked at.
    private(set) var position = 0
    private var fieldStart = 0
    private var isEscaped = false
    /// How many fields have ended.
    private(set) var fieldCount = 0
    private(set) var hasQuotes = false
    /// Where the last quoted field was opened.
    private(set) var openQuote = 0
    /// What is wrong with the quotes, and where.
    private(set) var fault: (fault: RecordProblem.Fault, position: Int)?

    private(set) var appID = CSVField()
    private(set) var eventType = CSVField()
    private(set) var payload = CSVField()
    private(set) var key = CSVField()

    /// Where a row ends: its length, and with the line break.
    struct RowEnd {
        var length: Int
        var next: Int
    }

    init(delimiter: UInt8) {
        precondition(
            delimiter < 0x80 && delimiter != Byte.quote && delimiter != Byte.lineFeed
                && delimiter != Byte.carriageReturn,
            "a CSV delimiter is an ASCII byte other than a quote, CR or LF")
        self.delimiter = delimiter
    }

    /// Makes ready for the next row.
    mutating func reset() {
        state = .fieldStart
        position = 0
        isEscaped = false
        fieldCount = 0
        hasQuotes = false
        fault = nil
        // A column that a row may lack must not be found in the row before.
        key = CSVField()
    }

    /// Goes on to the end of the row in its first `end` bytes; nil if it does not end there.
    /// `isFinal` says that the input ends with them, which ends a row too (but no open quote).
    mutating func scan(
        _ row: UnsafePointer<UInt8>, to end: Int, isFinal: Bool, columns: CSVColumns
    ) -> RowEnd? {
        while position < end {
            switch state {
            case .fieldStart:
                fieldStart = position
                isEscaped = false
                if row[position] == Byte.quote {
                    openQuote = position
                    hasQuotes = true
                    position += 1
                    fieldStart = position
                    state = .quoted
                } else {
                    state = .unquoted
                }
            case .unquoted:
                if let rowEnd = scanUnquoted(row, to: end, columns) { return rowEnd }
            case .quoted:
                scanQuoted(row, to: end)
            case .quoteInQuoted:
                if let rowEnd = afterQuote(row, columns) { return rowEnd }
            case .carriageReturnAfterQuote:
                if row[position] == Byte.lineFeed {
                    endField(at: position - 2, columns)
                    return RowEnd(length: position - 1, next: position + 1)
                }
                fail(.bytesAfterQuote, at: position - 1)
            case .broken:
                if let rowEnd = scanBroken(row, to: end) { return rowEnd }
            }
        }
        return isFinal ? endOfInput(columns) : nil
    }

    private mutating func scanUnquoted(
        _ row: UnsafePointer<UInt8>, to end: Int, _ columns: CSVColumns
    ) -> RowEnd? {
        let i = nextUnquotedSpecial(row, from: position, to: end)
        position = i
        guard i < end else { return nil }
        if row[i] == delimiter {
            endField(at: i, columns)
            position = i + 1
            state = .fieldStart
            return nil
        }
        if row[i] == Byte.quote {
            fail(.quoteInField, at: i)
            return nil
        }
        let hasReturn = i > fieldStart && row[i - 1] == Byte.carriageReturn
        endField(at: hasReturn ? i - 1 : i, columns)
        return RowEnd(length: hasReturn ? i - 1 : i, next: i + 1)
    }

    @inline(__always)
    private func nextUnquotedSpecial(
        _ row: UnsafePointer<UInt8>, from start: Int, to end: Int
    ) -> Int {
        var i = start
        while i + 16 <= end {
            let found = hb_first_equal16(row + i, delimiter, Byte.quote, Byte.lineFeed)
            i += found
            if found < 16 { return i }
        }
        while i < end, row[i] != delimiter, row[i] != Byte.quote, row[i] != Byte.lineFeed { i += 1 }
        return i
    }

    /// On to the closing quote, over doubled ones.
    private mutating func scanQuoted(_ row: UnsafePointer<UInt8>, to end: Int) {
        var i = position
        if scanQuotedBlocks(row, from: &i, to: end) { return }
        while i < end {
            guard row[i] == Byte.quote else {
                i += 1
                continue
            }
            guard i + 1 < end, row[i + 1] == Byte.quote else {
                state = .quoteInQuoted
                position = i + 1
                return
            }
            isEscaped = true
            i += 2
        }
        position = end
    }

    /// Goes over blocks of 64 bytes, as far as there are whole ones, and says whether it found the
    /// closing quote.
    ///
    /// Quotes are dense in JSON cells, and a branch at each would be mispredicted.
    @inline(__always)
    private mutating func scanQuotedBlocks(
        _ row: UnsafePointer<UInt8>, from i: inout Int, to end: Int
    ) -> Bool {
        var runs = QuoteRuns()
        var seen: UInt64 = 0
        while i + 64 <= end {
            let quotes = hb_equal64(row + i, Byte.quote)
            let ends = runs.oddEnds(of: quotes)
            if ends != 0 {
                // The last quote of the first odd run is the closing one.
                let next = ends.trailingZeroBitCount
                let inside = next > 0 ? quotes & (1 << UInt64(next - 1) &- 1) : 0
                if seen | inside != 0 { isEscaped = true }
                state = .quoteInQuoted
                position = i + next
                return true
            }
            seen |= quotes
            i += 64
        }
        if seen != 0 { isEscaped = true }
        // What follows decides whether it is the first of a pair.
        if runs.isOpen { i -= 1 }
        return false
    }

    private mutating func afterQuote(
        _ row: UnsafePointer<UInt8>, _ columns: CSVColumns
    ) -> RowEnd? {
        let byte = row[position]
        if byte == Byte.quote {
            isEscaped = true
            state = .quoted
            position += 1
            return nil
        }
        guard byte == delimiter || byte == Byte.lineFeed || byte == Byte.carriageReturn else {
            fail(.bytesAfterQuote, at: position)
            return nil
        }
        position += 1
        if byte == Byte.carriageReturn {
            state = .carriageReturnAfterQuote
            return nil
        }
        endField(at: position - 2, columns)
        if byte == Byte.lineFeed { return RowEnd(length: position - 1, next: position) }
        state = .fieldStart
        return nil
    }

    private mutating func scanBroken(_ row: UnsafePointer<UInt8>, to end: Int) -> RowEnd? {
        while position < end, row[position] != Byte.lineFeed { position += 1 }
        guard position < end else { return nil }
        let hasReturn = position > 0 && row[position - 1] == Byte.carriageReturn
        return RowEnd(length: hasReturn ? position - 1 : position, next: position + 1)
    }

    private mutating func endOfInput(_ columns: CSVColumns) -> RowEnd? {
        switch state {
        case .quoted: return nil
        case .fieldStart:
            fieldStart = position
            endField(at: position, columns)
        case .unquoted: endField(at: position, columns)
        case .quoteInQuoted: endField(at: position - 1, columns)
        case .carriageReturnAfterQuote: fail(.bytesAfterQuote, at: position - 1)
        case .broken: break
        }
        return RowEnd(length: position, next: position)
    }

    private mutating func fail(_ fault: RecordProblem.Fault, at position: Int) {
        self.fault = (fault, position)
        state = .broken
    }

    @inline(__always)
    private mutating func endField(at end: Int, _ columns: CSVColumns) {
        let field = CSVField(start: fieldStart, end: end, isEscaped: isEscaped)
        if fieldCount == columns.appID { appID = field }
        if fieldCount == columns.eventType { eventType = field }
        if fieldCount == columns.payload { payload = field }
        if fieldCount == columns.key { key = field }
        fieldCount += 1
    }
}
