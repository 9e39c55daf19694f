import Delivery
import Records

/// A report's rows as CSV (RFC 4180), terminated by a line feed.
enum CSVReport {
    private static let columns =
        "file,line,appId,event_type,outcome,status,message_id,attempts,possible_duplicate,"
        + "started_at,latency_ms,error,detail"

    /// The header with further columns.
    static func header(_ further: ReportColumns) -> [UInt8] {
        let text =
            columns + (further.hasEndpoint ? ",endpoint_id" : "")
            + (further.isScheduled ? ",scheduled_at,lag_ms" : "")
            + (further.hasTries ? ",tries,history" : "")
        return Array((text + "\n").utf8)
    }

    /// Appends a row.
    ///
    /// - Parameters:
    ///   - further: The further columns of the header.
    ///   - fields: The fields of `row`.
    ///   - cell: Reused storage for a cell's text.
    static func append(
        _ row: UnsafeRawBufferPointer, _ fields: borrowing OutcomeFields,
        further: ReportColumns, to output: inout RowBuffer, cell: inout [UInt8]
    ) {
        func text(_ range: ByteRange?) {
            if let range { append(textOf: row[range], to: &output, cell: &cell) }
        }
        text(fields.file)
        output.append(",")
        output.append(decimal: fields.line)
        output.append(",")
        text(fields.appID)
        output.append(",")
        text(fields.eventType)
        output.append(",")
        output.append(Array(fields.outcome.rawValue.utf8))
        output.append(",")
        if let status = fields.status { output.append(decimal: status) }
        output.append(",")
        text(fields.messageID)
        output.append(",")
        output.append(decimal: fields.attempts)
        output.append(fields.isPossibleDuplicate ? ",true," : ",false,")
        text(fields.startedAt)
        output.append(",")
        if let latency = fields.latency { output.append(row[latency]) }
        output.append(",")
        text(fields.error)
        output.append(",")
        text(fields.detail)
        if further.hasEndpoint {
            output.append(",")
            text(fields.endpoint)
        }
        if further.isScheduled {
            output.append(",")
            text(fields.scheduledAt)
            output.append(",")
            if let lag = fields.lag { output.append(row[lag]) }
        }
        if further.hasTries {
            output.append(",")
            if let tries = fields.tries { output.append(decimal: tries) }
            output.append(",")
            text(fields.history)
        }
        output.append("\n")
    }

    static let apostrophe: UInt8 = 0x27

    /// Whether a spreadsheet would run this text as a formula.
    ///
    /// Leading apostrophes are ignored. Such a cell gets one more apostrophe, so that a reader can distinguish the added one from
    /// those of the text.
    static func isFormula(_ text: some Collection<UInt8>) -> Bool {
        guard let first = text.first(where: { $0 != apostrophe }) else { return false }
        return [0x3d, 0x2b, 0x2d, 0x40, 0x09, 0x0d].contains(first)
    }

    /// Appends the text of a literal as a cell.
    ///
    /// Invisible characters and backslashes keep their escapes, so that the literal can be restored
    /// from the cell. An empty text is quoted, since an empty cell is null. A formula gets an
    /// apostrophe.
    private static func append(
        textOf literal: UnsafeRawBufferPointer, to output: inout RowBuffer, cell: inout [UInt8]
    ) {
        cell.removeAll(keepingCapacity: true)
        RowText.append(textOf: literal, to: &cell, keepingEscapes: true)
        let isQuoted =
            cell.isEmpty
            || cell.contains { $0 == 0x2c || $0 == 0x22 || $0 == 0x0a || $0 == 0x0d }
        if isQuoted { output.append("\"") }
        if isFormula(cell) { output.append(byte: apostrophe) }
        if isQuoted {
            for byte in cell {
                if byte == 0x22 { output.append(byte: 0x22) }
                output.append(byte: byte)
            }
            output.append("\"")
        } else {
            output.append(cell)
        }
    }
}
