import Destinations

/// CSV (RFC 4180) with a header row. NULL is an empty cell.
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
            append(text, mayBeFormula: column.kind == .text, to: &output)
        }
        output += "\r\n".utf8
    }

    /// Appends a text; one that a spreadsheet would run as a formula gets an apostrophe in front.
    private func append(
        _ text: UnsafeRawBufferPointer, mayBeFormula: Bool, to output: inout [UInt8]
    ) {
        let isFormula = mayBeFormula && text.first.map { "=+-@\t\r".utf8.contains($0) } == true
        let needsQuotes = text.contains { byte in
            byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte < 0x20
        }
        if needsQuotes { output.append(UInt8(ascii: "\"")) }
        if isFormula { output.append(UInt8(ascii: "'")) }
        for byte in text {
            if byte == UInt8(ascii: "\"") { output.append(byte) }
            output.append(byte)
        }
        if needsQuotes { output.append(UInt8(ascii: "\"")) }
    }
}
