import Delivery
import Platform

/// A writer of the origins of undelivered lines, under a temporary name.
struct OriginsWriter: ~Copyable {
    private let plan: OriginsPlan
    private var file: AtomicFile
    private var buffer: RowBuffer
    private var count: UInt64 = 0

    private init(_ file: consuming AtomicFile, _ plan: OriginsPlan) {
        self.plan = plan
        self.file = file
        buffer = RowBuffer(capacity: 1024)
    }

    /// - Parameter kind: `rejected` or `unknown`.
    static func create(
        _ path: String, _ plan: OriginsPlan, kind: String
    ) throws(SystemError) -> OriginsWriter {
        var writer = OriginsWriter(try AtomicFile(path), plan)
        var header = plan.header
        header.lines += "." + kind
        header.append(to: &writer.buffer)
        try writer.writeOut()
        return writer
    }

    /// Appends the origin of the next undelivered line.
    mutating func append(_ row: UndeliveredLine) throws(OriginsError) {
        let earlier = try plan.earlier?.origin(of: row.record, hash: row.hash)
        // A line that may have arrived stays so, even if it is invalid since it was edited.
        let mayHaveArrived =
            earlier?.mayHaveArrived ?? plan.earlier?.unmatchedMayHaveArrived ?? false
        let outcome = mayHaveArrived ? .unknown : row.fields.outcome
        let start = buffer.count
        buffer.append("{\"file\":")
        buffer.append(row.bytes[row.fields.file])
        buffer.append(",\"line\":")
        buffer.append(decimal: row.fields.line)
        buffer.append(",\"offset\":")
        buffer.append(
            optional: earlier == nil && plan.hasOffsets ? Self.offset(of: row) : earlier?.offset)
        buffer.append(",\"appId\":")
        if let appID = row.fields.appID {
            buffer.append(row.bytes[appID])
        } else {
            buffer.append("null")
        }
        buffer.append(",\"outcome\":\"")
        buffer.append(Array(outcome.rawValue.utf8))
        buffer.append("\",\"hash\":\"")
        buffer.append(hex: row.hash)
        buffer.append("\",\"key\":")
        appendKey(of: row, earlier: earlier?.key)
        buffer.close(rowFrom: start)
        count += 1
        do { try writeOut() } catch { throw .system(error) }
    }

    /// Appends the last row and syncs the file, which keeps its temporary name.
    consuming func finish() throws(SystemError) {
        let start = buffer.count
        buffer.append(OriginsFile.endStart)
        buffer.append(decimal: count)
        buffer.close(rowFrom: start)
        try writeOut()
        try file.finish()
    }

    /// Appends the key that the same message keeps.
    ///
    /// A line that was rejected gets a new one: a server may store rejections with their keys. A line
    /// that was never sent needs none.
    private mutating func appendKey(of row: UndeliveredLine, earlier: [UInt8]?) {
        switch row.fields.outcome {
        case .failed, .unknown, .notAttempted: break
        case .accepted, .rejected, .invalid: return buffer.append("null")
        }
        if let earlier {
            buffer.append("\"")
            earlier.withUnsafeBytes { buffer.append(inner: $0) }
            buffer.append("\"")
        } else if let prefix = plan.keyPrefix {
            buffer.append("\"")
            buffer.append(Array(prefix.utf8))
            buffer.append("-")
            buffer.append(decimal: row.input)
            buffer.append("-")
            buffer.append(decimal: plan.isNumbered ? row.record : row.fields.line)
            buffer.append("\"")
        } else {
            buffer.append("null")
        }
    }

    private static func offset(of row: UndeliveredLine) -> UInt64? {
        ReportRow(bytes: row.bytes, fields: row.fields).recordOffset
    }

    private mutating func writeOut() throws(SystemError) {
        try file.append(buffer.bytes)
        buffer.removeAll()
    }
}
