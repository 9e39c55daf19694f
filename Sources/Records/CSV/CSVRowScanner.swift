import CBytes

/// An incremental scanner for an RFC 4180 row and its fields.
///
/// It can stop at any byte and resume with more bytes. Positions are relative to the row's start. A
/// misplaced quote ends the row at the next line break.
struct CSVRowScanner {
    enum State {
        case fieldStart, unquoted, quoted
        /// After a quote in a quoted field: closing, or the first of two.
        case quoteInQuoted
        /// After a closing quote and a CR: an LF or a second CR must follow.
        case carriageReturnAfterQuote
        /// After a closing quote and two CRs: an LF must follow.
        case secondReturnAfterQuote
        /// After a problem: the rest of the row up to the line break.
        case broken
        /// In a row of another dialect: see `other`.
        case other
    }

    let delimiter: UInt8
    /// The rules of a dialect other than RFC 4180, and the state under them.
    var other: OtherDialect
    private let firstState: State
    private(set) var state: State
    /// The first byte that is not scanned yet.
    var position = 0
    var fieldStart = 0
    var isEscaped = false
    /// The number of complete fields.
    private(set) var fieldCount = 0
    var hasQuotes = false
    /// The position of the last opening quote.
    var openQuote = 0
    /// The first problem with the quotes.
    private(set) var problem: (reason: RecordProblem.Reason, position: Int)?

    private(set) var appID = CSVField()
    private(set) var eventType = CSVField()
    private(set) var payload = CSVField()
    /// The cells that only some inputs need.
    var kept = KeptCells()

    /// The end of a row.
    struct RowEnd {
        /// The row's length in bytes, without the line break.
        var length: Int
        /// The start of the next row.
        var next: Int
    }

    /// - Parameter endsInReturn: Whether CR, LF and CR LF each end a row.
    init(delimiter: UInt8, _ dialect: CSVDialect = CSVDialect(), endsInReturn: Bool = false) {
        precondition(
            Self.isDelimiter(delimiter),
            "a CSV delimiter is an ASCII byte other than a quote, CR or LF")
        self.delimiter = delimiter
        other = OtherDialect(dialect, endsInReturn: endsInReturn)
        firstState = dialect.hasOtherCells || endsInReturn ? .other : .fieldStart
        state = firstState
    }

    /// Prepares for the next row.
    mutating func reset() {
        state = firstState
        position = 0
        isEscaped = false
        fieldCount = 0
        hasQuotes = false
        problem = nil
        // A short row must not show the key of the row before it.
        kept.key = CSVField()
    }

    /// Scans up to the end of the row; nil if it is not before `end`.
    ///
    /// - Parameter isFinal: Whether the input ends at `end`. This ends any row except one with an
    ///   open quote.
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
                if let rowEnd = afterReturns(1, row, columns) { return rowEnd }
            case .secondReturnAfterQuote:
                if let rowEnd = afterReturns(2, row, columns) { return rowEnd }
            case .broken:
                if let rowEnd = scanBroken(row, to: end) { return rowEnd }
            case .other:
                return scanOther(row, to: end, isFinal: isFinal, columns: columns)
            }
        }
        return isFinal ? endOfInput(row, columns) : nil
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
            breakRow(reasonForQuote(row), at: i)
            return nil
        }
        let length = Self.rowLength(row, lineFeed: i, from: fieldStart)
        endField(at: length, columns)
        return RowEnd(length: length, next: i + 1)
    }

    /// The end of a row's content before its line feed, at `start` or after it.
    ///
    /// A row ends in LF, CR LF or CR CR LF. Programs on Windows write the last one by converting the
    /// line feed of CR LF.
    @inline(__always)
    static func rowLength(
        _ row: UnsafePointer<UInt8>, lineFeed: Int, from start: Int
    ) -> Int {
        guard lineFeed > start, row[lineFeed - 1] == Byte.carriageReturn else { return lineFeed }
        let isSecond = lineFeed - 1 > start && row[lineFeed - 2] == Byte.carriageReturn
        return isSecond ? lineFeed - 2 : lineFeed - 1
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

    /// Scans up to the closing quote, past doubled ones.
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

    /// Scans whole blocks of 64 bytes. True if one contains the closing quote.
    ///
    /// Quotes are dense in JSON cells, and a branch for each would be mispredicted.
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
                // The last quote of the first odd run is the closing quote.
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
        // The next byte decides whether the quote is the first of a pair.
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
            breakRow(reasonAfterQuote(row, at: position - 1), at: position)
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

    /// Continues after a closing quote and `returns` CRs.
    private mutating func afterReturns(
        _ returns: Int, _ row: UnsafePointer<UInt8>, _ columns: CSVColumns
    ) -> RowEnd? {
        let rowLength = position - returns
        if row[position] == Byte.lineFeed {
            endField(at: rowLength - 1, columns)
            return RowEnd(length: rowLength, next: position + 1)
        }
        if row[position] == Byte.carriageReturn, returns == 1 {
            state = .secondReturnAfterQuote
            position += 1
        } else {
            breakRow(.bytesAfterQuote, at: rowLength)
        }
        return nil
    }

    private mutating func scanBroken(_ row: UnsafePointer<UInt8>, to end: Int) -> RowEnd? {
        while position < end, row[position] != Byte.lineFeed { position += 1 }
        guard position < end else { return nil }
        let length = Self.rowLength(row, lineFeed: position, from: 0)
        return RowEnd(length: length, next: position + 1)
    }

    private mutating func endOfInput(
        _ row: UnsafePointer<UInt8>, _ columns: CSVColumns
    ) -> RowEnd? {
        switch state {
        case .quoted: return nil
        case .fieldStart:
            fieldStart = position
            endField(at: position, columns)
        case .unquoted: endField(at: position, columns)
        case .quoteInQuoted: endField(at: position - 1, columns)
        case .carriageReturnAfterQuote: breakRow(.bytesAfterQuote, at: position - 1)
        case .secondReturnAfterQuote: breakRow(.bytesAfterQuote, at: position - 2)
        case .broken: break
        case .other: return endOther(row, columns)
        }
        return RowEnd(length: position, next: position)
    }

    private mutating func breakRow(_ reason: RecordProblem.Reason, at position: Int) {
        setProblem(reason, at: position)
        state = .broken
    }

    mutating func setProblem(_ reason: RecordProblem.Reason, at position: Int) {
        problem = (reason, position)
    }

    @inline(__always)
    mutating func endField(at end: Int, _ columns: CSVColumns) {
        let field = CSVField(start: fieldStart, end: end, isEscaped: isEscaped)
        if fieldCount == columns.appID { appID = field }
        if fieldCount == columns.eventType { eventType = field }
        if fieldCount == columns.payload { payload = field }
        if fieldCount >= kept.firstColumn { kept.add(field, column: fieldCount) }
        fieldCount += 1
    }
}
