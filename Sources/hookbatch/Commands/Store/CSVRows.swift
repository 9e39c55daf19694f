import Destinations
import Records

/// CSV (RFC 4180) with a header row. NULL is an empty cell.
///
/// Active characters are the escapes of JSON, as in a report.
struct CSVRows: RowFormat {
    let listing: StoreListing

    func begin(_ output: inout [UInt8]) {
        output += listing.columns.map(\.name).joined(separator: ",").utf8
        output += "\r\n".utf8
    }

    func append(_ row: borrowing StoreRow, to output: inout [UInt8]) {
        for (index, column) in listing.columns.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            guard let text = row.text(index) else { continue }
            append(cell(text, column.kind), to: &output)
        }
        output += "\r\n".utf8
    }

    /// Returns the content of a cell. A text that a spreadsheet would run as a formula gets an
    /// apostrophe in front.
    private func cell(_ text: UnsafeRawBufferPointer, _ kind: StoreListing.Kind) -> [UInt8] {
        if kind == .json, JSONDocument.isValid(text) {
            var cell: [UInt8] = []
            ListedText.append(text, to: &cell)
            return cell
        }
        let cell = ListedText.escaped(text)
        if kind == .number, ListedText.isNumber(text) { return cell }
        // A valid id may begin with a hyphen.
        let isFormula =
            cell.first.map { "=+-@".utf8.contains($0) } == true
            && (kind == .text || !AppID.isValid(text))
        return isFormula ? [UInt8(ascii: "'")] + cell : cell
    }

    private func append(_ cell: [UInt8], to output: inout [UInt8]) {
        let needsQuotes = cell.contains { byte in
            byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte < 0x20
        }
        guard needsQuotes else { return output += cell }
        output.append(UInt8(ascii: "\""))
        for byte in cell {
            if byte == UInt8(ascii: "\"") { output.append(byte) }
            output.append(byte)
        }
        output.append(UInt8(ascii: "\""))
    }
}
