/// The conversion of a CSV report's row to its NDJSON row.
///
/// The result is the same byte for byte, except that an escape that JSON does not need (`\u0063`
/// for `c` in an event type) becomes the character.
enum CSVRow {
    fileprivate enum Column {
        case text
        /// Digits, `-` and `.`, copied unchanged.
        case number
        /// Lower-case letters and `_`, copied unchanged.
        case word
    }

    /// The columns of a report, by its header.
    struct Columns {
        fileprivate var all: [(name: StaticString, kind: Column)]
    }

    private static let columns: [(name: StaticString, kind: Column)] = [
        ("{\"file\":", .text), (",\"line\":", .number), (",\"appId\":", .text),
        (",\"event_type\":", .text), (",\"outcome\":\"", .word), ("\",\"status\":", .number),
        (",\"message_id\":", .text), (",\"attempts\":", .number),
        (",\"possible_duplicate\":", .word), (",\"started_at\":", .text),
        (",\"latency_ms\":", .number), (",\"error\":", .text), (",\"detail\":", .text),
    ]
    private static let ofAttempts: [(name: StaticString, kind: Column)] = [
        (",\"endpoint_id\":", .text)
    ]
    private static let ofReplay: [(name: StaticString, kind: Column)] = [
        (",\"scheduled_at\":", .text), (",\"lag_ms\":", .number),
    ]
    private static let ofTries: [(name: StaticString, kind: Column)] = [
        (",\"tries\":", .number), (",\"history\":", .text),
    ]

    /// Returns the columns of a CSV report with the header `row`; nil for another row.
    ///
    /// It has no line feed. Spreadsheets add a byte-order mark and quotes, which are ignored.
    static func columns(header row: UnsafeRawBufferPointer) -> Columns? {
        let mark: [UInt8] = [0xef, 0xbb, 0xbf]
        let start = row.starts(with: mark) ? 3 : 0
        let names = row[start...].filter { $0 != 0x22 && $0 != 0x0d }
        let found = ReportColumns.all.first { further in
            names.elementsEqual(CSVReport.header(further).dropLast())
        }
        return found.map { further in
            Columns(
                all: columns + (further.hasEndpoint ? ofAttempts : [])
                    + (further.isScheduled ? ofReplay : [])
                    + (further.hasTries ? ofTries : []))
        }
    }

    /// Appends the NDJSON row for `row`, both without a line feed.
    ///
    /// Returns false if `row` is malformed or has other columns. The caller validates the result's
    /// values.
    static func rewrite(
        _ row: UnsafeRawBufferPointer, columns: Columns, to output: inout RowBuffer,
        cell: inout [UInt8]
    ) -> Bool {
        let end = row.last == 0x0d ? row.count - 1 : row.count
        var index = 0
        for (number, column) in columns.all.enumerated() {
            if number > 0 {
                guard index < end, row[index] == 0x2c else { return false }
                index += 1
            }
            guard let isQuoted = parseCell(row, &index, end: end, into: &cell) else {
                return false
            }
            output.append(column.name)
            switch column.kind {
            case .text where cell.isEmpty && !isQuoted: output.append("null")
            case .number where cell.isEmpty: output.append("null")
            case .text: append(text: cell, to: &output)
            case .number:
                guard cell.allSatisfy({ $0 >= 0x2d && $0 <= 0x39 && $0 != 0x2f }) else {
                    return false
                }
                output.append(cell)
            case .word:
                guard cell.allSatisfy({ $0 >= 0x61 && $0 <= 0x7a || $0 == 0x5f }) else {
                    return false
                }
                output.append(cell)
            }
        }
        output.append("}")
        return index == end
    }

    /// Parses the cell at `index` and appends its text to `cell`.
    ///
    /// Returns whether it is quoted; nil if its quotes are invalid (RFC 4180 §2).
    private static func parseCell(
        _ row: UnsafeRawBufferPointer, _ index: inout Int, end: Int, into cell: inout [UInt8]
    ) -> Bool? {
        cell.removeAll(keepingCapacity: true)
        guard index < end, row[index] == 0x22 else {
            let start = index
            while index < end, row[index] != 0x2c {
                if row[index] == 0x22 { return nil }
                index += 1
            }
            cell.append(contentsOf: row[start..<index])
            return false
        }
        index += 1
        while index < end {
            if row[index] == 0x22 {
                guard index + 1 < end, row[index + 1] == 0x22 else {
                    index += 1
                    return index == end || row[index] == 0x2c ? true : nil
                }
                index += 1
            }
            cell.append(row[index])
            index += 1
        }
        return nil
    }

    /// Appends the literal that `CSVReport` wrote as this cell.
    private static func append(text cell: [UInt8], to output: inout RowBuffer) {
        cell.withUnsafeBytes { cell in
            let start = CSVReport.isFormula(cell) && cell.first == CSVReport.apostrophe ? 1 : 0
            output.append(byte: 0x22)
            var index = start
            while index < cell.count {
                let rest = UnsafeRawBufferPointer(rebasing: cell[index...])
                let plain = rest.firstIndex(of: 0x5c) ?? rest.count
                output.append(inner: UnsafeRawBufferPointer(rebasing: rest[..<plain]))
                index += plain
                guard plain < rest.count else { break }
                let escape = escapeLength(rest, at: plain)
                if escape > 0 {
                    output.append(UnsafeRawBufferPointer(rebasing: rest[plain..<plain + escape]))
                } else {
                    output.append("\\\\")
                }
                index += max(escape, 1)
            }
            output.append(byte: 0x22)
        }
    }

    /// Returns the length of the escape at `index`; 0 if the backslash there is not one.
    private static func escapeLength(_ text: UnsafeRawBufferPointer, at index: Int) -> Int {
        guard index + 1 < text.count else { return 0 }
        switch text[index + 1] {
        case 0x5c, UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"), UInt8(ascii: "b"),
            UInt8(ascii: "f"):
            return 2
        case UInt8(ascii: "u") where text.count - index >= 6:
            let isHex = text[index + 2..<index + 6].allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
                default: false
                }
            }
            return isHex ? 6 : 0
        default: return 0
        }
    }
}
