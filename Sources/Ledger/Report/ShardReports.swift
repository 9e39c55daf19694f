import Delivery

/// The rows of the reports of all shards, requested record by record in the order of the inputs.
///
/// Each report must have exactly the rows of its shard's records, in this order.
package final class ShardReports {
    /// By shard, from shard 1 on; nil without a report.
    private let readers: [ReportReader?]
    /// The names of the inputs as literals.
    private let names: [[UInt8]]

    /// A report that does not have exactly the rows of its shard's records.
    package enum Mismatch: Error, Hashable, Sendable {
        case report(ReportError)
        /// The record of a line has no row.
        case missing(path: String, input: String, line: UInt64)
        /// A row, on this line of the report, is of another record, or of none.
        case unexpected(path: String, line: UInt64)
    }

    /// A record whose row is requested.
    package struct Record {
        /// The number of its input, from 1.
        package var input: Int
        /// The physical line.
        package var line: UInt64
        /// Its valid application id; nil if it has none.
        package var appID: UnsafeRawBufferPointer?
        package var isInvalid: Bool

        package init(
            input: Int, line: UInt64, appID: UnsafeRawBufferPointer?, isInvalid: Bool
        ) {
            self.input = input
            self.line = line
            self.appID = appID
            self.isInvalid = isInvalid
        }
    }

    private let inputs: [String]
    /// The rows of each report so far.
    private var counts: [UInt64]

    /// Opens the reports. All are open at once.
    ///
    /// - Parameters:
    ///   - paths: By shard, from shard 1 on; nil without a report.
    ///   - inputs: The paths of the inputs, as the rows have them.
    package init(_ paths: [String?], inputs: [String]) throws(ReportError) {
        self.inputs = inputs
        counts = Array(repeating: 0, count: paths.count)
        names = inputs.map { input in
            var name = RowBuffer(capacity: input.utf8.count + 2)
            name.append(text: input)
            return Array(name.bytes)
        }
        // All buffers together have a few megabytes, whatever the number of shards.
        let bufferSize = max(4 << 10, min(256 << 10, (4 << 20) / max(paths.count, 1)))
        var readers: [ReportReader?] = []
        for path in paths {
            guard let path else {
                readers.append(nil)
                continue
            }
            readers.append(try ReportReader(path, bufferSize: bufferSize))
        }
        self.readers = readers
    }

    /// Returns the row of the next record of a shard; nil if the shard has no report. Its bytes are
    /// valid until the shard's next row is requested.
    ///
    /// - Parameter shard: The number of the record's shard, from 1.
    package func row(of record: Record, in shard: Int) throws(Mismatch) -> ReportRow? {
        guard let reader = readers[shard - 1] else { return nil }
        guard let row = try next(of: reader) else {
            throw .missing(
                path: reader.path, input: inputs[record.input - 1], line: record.line)
        }
        counts[shard - 1] += 1
        guard isRow(row, of: record) else {
            throw .unexpected(path: reader.path, line: counts[shard - 1])
        }
        return row
    }

    /// Checks that no report has another row.
    package func finish() throws(Mismatch) {
        for (index, reader) in readers.enumerated() {
            guard let reader, try next(of: reader) != nil else { continue }
            throw .unexpected(path: reader.path, line: counts[index] + 1)
        }
    }

    private func next(of reader: ReportReader) throws(Mismatch) -> ReportRow? {
        do { return try reader.next() } catch { throw .report(error) }
    }

    private func isRow(_ row: ReportRow, of record: Record) -> Bool {
        guard row.fields.line == record.line,
            row.bytes[row.fields.file].elementsEqual(names[record.input - 1]),
            (row.fields.outcome == .invalid) == record.isInvalid
        else { return false }
        guard let literal = row.fields.appID, let appID = record.appID else {
            return row.fields.appID == nil && record.appID == nil
        }
        return row.bytes[literal].dropFirst().dropLast().elementsEqual(appID)
    }
}
