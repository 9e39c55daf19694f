/// A slow and simple parser of RFC 4180, for the program's output.
package enum CSVRows {
    package struct Malformed: Error, CustomStringConvertible {
        package var description: String
    }

    /// Returns the cells of all rows. Every row ends with LF or CR LF, the last one too.
    package static func parse(_ bytes: [UInt8]) throws(Malformed) -> [[String]] {
        var rows: [[String]] = []
        var row: [String] = []
        var cell: [UInt8] = []
        var isQuoted = false
        var wasQuoted = false
        var position = 0
        func endCell() {
            row.append(String(decoding: cell, as: UTF8.self))
            cell.removeAll()
            wasQuoted = false
        }
        while position < bytes.count {
            let byte = bytes[position]
            let next = position + 1 < bytes.count ? bytes[position + 1] : nil
            position += 1
            switch (byte, isQuoted) {
            case (quote, true) where next == quote:
                cell.append(quote)
                position += 1
            case (quote, true): isQuoted = false
            case (_, true): cell.append(byte)
            case (quote, false):
                guard cell.isEmpty, !wasQuoted else {
                    throw Malformed(description: "a quote within a cell before byte \(position)")
                }
                isQuoted = true
                wasQuoted = true
            case (UInt8(ascii: ","), false): endCell()
            case (UInt8(ascii: "\r"), false) where next == UInt8(ascii: "\n"): continue
            case (UInt8(ascii: "\n"), false):
                endCell()
                rows.append(row)
                row.removeAll()
            case (_, false):
                guard !wasQuoted else {
                    throw Malformed(description: "text after a quoted cell at byte \(position - 1)")
                }
                cell.append(byte)
            }
        }
        guard !isQuoted, cell.isEmpty, row.isEmpty else {
            throw Malformed(description: "the last row does not end")
        }
        return rows
    }

    private static let quote = UInt8(ascii: "\"")
}
