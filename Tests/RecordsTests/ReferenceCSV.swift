import Records

/// A slow, readable CSV reader for comparison, without a size limit.
struct ReferenceCSV {
    struct Row: Equatable {
        var line: Int
        var offset: Int
        var length: Int
        var fields: [[UInt8]] = []
        var code: RecordProblem.Code?
    }

    private let bytes: [UInt8]
    private var i = 0
    private var line = 1

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// All rows that are not blank, including the header.
    static func rows(of bytes: [UInt8]) -> [Row] {
        var reader = ReferenceCSV(bytes)
        var rows: [Row] = []
        while reader.i < bytes.count {
            if let row = reader.row() { rows.append(row) }
        }
        return rows
    }

    private mutating func row() -> Row? {
        let start = i
        let startLine = line
        var row = Row(line: startLine, offset: start, length: 0)
        var hadQuotes = false
        repeat {
            switch field() {
            case .unquoted(let text): row.fields.append(text)
            case .quoted(let text):
                hadQuotes = true
                row.fields.append(text)
            case .misplacedQuote:
                row.code = .csvQuote
                row.fields = []
                i = bytes[i...].firstIndex(of: 10) ?? bytes.count
            case .unclosedQuote:
                row.code = .csvUnclosedQuote
                row.fields = []
                i = bytes[start...].firstIndex(of: 10) ?? bytes.count
            }
        } while row.code == nil && skip(UInt8(ascii: ","))
        let returns = bytes[start..<i].suffix(2).reversed().prefix { $0 == 13 }.count
        row.length = i - start - (i < bytes.count ? returns : 0)
        _ = skip(10)
        line += bytes[start..<i].count { $0 == 10 }
        if row.code == nil,
            String(validating: bytes[start..<start + row.length], as: UTF8.self) == nil
        {
            row.code = .invalidUTF8
        }
        let isBlank =
            row.fields.count == 1 && !hadQuotes
            && row.fields[0].allSatisfy { [32, 9, 13].contains($0) }
        return isBlank ? nil : row
    }

    private enum Field {
        case unquoted([UInt8])
        case quoted([UInt8])
        case misplacedQuote
        case unclosedQuote
    }

    /// Reads a field up to its delimiter, line break or problem.
    private mutating func field() -> Field {
        var text: [UInt8] = []
        guard skip(UInt8(ascii: "\"")) else {
            while i < bytes.count, bytes[i] != UInt8(ascii: ","), bytes[i] != 10 {
                if bytes[i] == UInt8(ascii: "\"") { return .misplacedQuote }
                text.append(bytes[i])
                i += 1
            }
            if i < bytes.count, bytes[i] == 10 {
                text.removeLast(text.suffix(2).reversed().prefix { $0 == 13 }.count)
            }
            return .unquoted(text)
        }
        while i < bytes.count {
            if skip(UInt8(ascii: "\"")) {
                if skip(UInt8(ascii: "\"")) {
                    text.append(UInt8(ascii: "\""))
                    continue
                }
                let isEnd = i == bytes.count || bytes[i] == UInt8(ascii: ",") || bytes[i] == 10
                for rowEnd in [[13, 10], [13, 13, 10]] as [[UInt8]] {
                    guard bytes[i...].starts(with: rowEnd) else { continue }
                    i += rowEnd.count - 1
                    return .quoted(text)
                }
                return isEnd ? .quoted(text) : .misplacedQuote
            }
            text.append(bytes[i])
            i += 1
        }
        return .unclosedQuote
    }

    private mutating func skip(_ byte: UInt8) -> Bool {
        guard i < bytes.count, bytes[i] == byte else { return false }
        i += 1
        return true
    }
}
