import Records

/// A slow, readable reader of any CSV dialect for comparison, without a size limit.
struct ReferenceDialect {
    struct Row: Equatable {
        var line: Int
        var offset: Int
        var length = 0
        /// The text of each cell; nil for a null.
        var fields: [[UInt8]?] = []
        var code: RecordProblem.Code?
    }

    private let bytes: [UInt8]
    private let dialect: CSVDialect
    /// Whether CR, LF and CR LF each end a row.
    private let endsInReturn: Bool
    private var i = 0
    private var line = 1
    /// Whether the current row has a quoted cell or an escape.
    private var isWritten = false
    private var escapeEnd = 0

    private init(_ bytes: [UInt8], _ dialect: CSVDialect, endsInReturn: Bool) {
        self.bytes = bytes
        self.dialect = dialect
        self.endsInReturn = endsInReturn
    }

    /// All rows that are not blank, including the header.
    static func rows(of bytes: [UInt8], _ dialect: CSVDialect, endsInReturn: Bool) -> [Row] {
        var reader = ReferenceDialect(bytes, dialect, endsInReturn: endsInReturn)
        var rows: [Row] = []
        while reader.i < bytes.count {
            if let row = reader.row() { rows.append(row) }
        }
        return rows
    }

    private mutating func row() -> Row? {
        let start = i
        var row = Row(line: line, offset: start)
        isWritten = false
        escapeEnd = 0
        var contentStart = start
        repeat {
            contentStart = i
            switch field() {
            case .success(let text): row.fields.append(text)
            case .failure(let problem):
                row.code = problem.code
                row.fields = []
                contentStart = start
                escapeEnd = 0
                if problem.code == .csvUnclosedQuote { i = start }
                while i < bytes.count, !isLineEnd(bytes[i]) { i += 1 }
            }
        } while row.code == nil && skip(dialect.delimiter ?? 0)
        row.length = i - start - returns(from: max(contentStart, escapeEnd))
        if i < bytes.count {
            i += endsInReturn && bytes[i...].starts(with: [13, 10]) ? 2 : 1
        }
        line += lineEnds(in: bytes[start..<i])
        let content = bytes[start..<start + row.length]
        if row.code == nil, String(validating: content, as: UTF8.self) == nil {
            row.code = .invalidUTF8
        }
        let isBlank =
            row.fields.count == 1 && !isWritten && content.allSatisfy { [32, 9, 13].contains($0) }
        return isBlank ? nil : row
    }

    private struct Problem: Error {
        var code: RecordProblem.Code
    }

    /// Reads a cell up to its delimiter, line end or problem.
    private mutating func field() -> Result<[UInt8]?, Problem> {
        var text: [UInt8] = []
        let start = i
        guard dialect.quote == .double, skip(UInt8(ascii: "\"")) else {
            while i < bytes.count, bytes[i] != dialect.delimiter, !isLineEnd(bytes[i]) {
                if bytes[i] == UInt8(ascii: "\""), dialect.quote == .double {
                    return .failure(Problem(code: .csvQuote))
                }
                text.append(character())
            }
            if dialect.escape == .backslash, bytes[start..<i] == [92, 78] { return .success(nil) }
            text.removeLast(returns(from: max(start, escapeEnd)))
            let isNull =
                dialect.escape == .backslash
                && bytes[start..<i].dropLast(returns(from: max(start, escapeEnd))) == [92, 78]
            return .success(isNull ? nil : text)
        }
        isWritten = true
        while i < bytes.count {
            guard bytes[i] == UInt8(ascii: "\"") else {
                text.append(character())
                continue
            }
            i += 1
            if skip(UInt8(ascii: "\"")) {
                text.append(UInt8(ascii: "\""))
                continue
            }
            if i == bytes.count || bytes[i] == dialect.delimiter || isLineEnd(bytes[i]) {
                return .success(text)
            }
            for rowEnd in [[13, 10], [13, 13, 10]] as [[UInt8]]
            where bytes[i...].starts(with: rowEnd) {
                i += rowEnd.count - 1
                return .success(text)
            }
            while !endsInReturn, i < bytes.count, bytes[i] == 13 { i += 1 }
            return .failure(Problem(code: .csvQuote))
        }
        return .failure(Problem(code: .csvUnclosedQuote))
    }

    /// Reads a character, which may be escaped.
    private mutating func character() -> UInt8 {
        i += 1
        guard bytes[i - 1] == 92, dialect.escape == .backslash else { return bytes[i - 1] }
        isWritten = true
        escapeEnd = min(i + 1, bytes.count)
        guard i < bytes.count else { return 92 }
        i += 1
        let letters = Array("btnvfr0Z".utf8)
        let values: [UInt8] = [8, 9, 10, 11, 12, 13, 0, 26]
        return letters.firstIndex(of: bytes[i - 1]).map { values[$0] } ?? bytes[i - 1]
    }

    /// The number of CRs before the row end at `i` that belong to it.
    private func returns(from start: Int) -> Int {
        guard !endsInReturn, i < bytes.count, bytes[i] == 10, start <= i else { return 0 }
        return bytes[start..<i].suffix(2).reversed().prefix { $0 == 13 }.count
    }

    private func isLineEnd(_ byte: UInt8) -> Bool {
        byte == 10 || byte == 13 && endsInReturn
    }

    private func lineEnds(in part: ArraySlice<UInt8>) -> Int {
        part.indices.count {
            if part[$0] == 13 { return endsInReturn }
            return part[$0] == 10
                && !(endsInReturn && $0 > part.startIndex && part[$0 - 1] == 13)
        }
    }

    private mutating func skip(_ byte: UInt8) -> Bool {
        guard i < bytes.count, bytes[i] == byte else { return false }
        i += 1
        return true
    }
}
