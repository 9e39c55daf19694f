import Delivery
import Ledger
import Sending

/// The rows that were written to the journal, read back byte by byte without the journal's code.
struct SimulatorRows {
    /// Lines with a `sent` row and no request yet.
    private(set) var sent: Set<LineID> = []
    /// The last lease.
    private(set) var lease: LineID?
    /// The end of the record's bytes that the last row with a `spool` member refers to.
    private(set) var spoolEnd: UInt64?

    /// Removes a line whose request leaves; false if it has no `sent` row.
    mutating func removeSent(_ line: LineID) -> Bool { sent.remove(line) != nil }

    mutating func read(_ rows: [UInt8]) {
        for row in Self.lines(rows) {
            if row.starts(with: "{\"kind\":\"sent\"".utf8) {
                guard let file = Self.number("\"file\":", in: row) else { continue }
                for line in Self.lines(ofSentRow: row) {
                    sent.insert(LineID(file: Int(file), line: line))
                }
            } else if row.starts(with: "{\"kind\":\"attempt\"".utf8) {
                guard let file = Self.number("\"file\":", in: row),
                    let line = Self.number("\"line\":", in: row)
                else { continue }
                sent.remove(LineID(file: Int(file), line: line))
            } else if row.starts(with: "{\"kind\":\"lease\"".utf8) {
                guard let file = Self.number("\"file\":", in: row),
                    let line = Self.number("\"line\":", in: row)
                else { continue }
                lease = LineID(file: Int(file), line: line)
            } else if let offset = Self.number("\"spool\":", in: row),
                let length = Self.number("\"length\":", in: row)
            {
                spoolEnd = max(spoolEnd ?? 0, offset + length)
            }
        }
    }

    /// Splits rows by kind.
    static func split(_ rows: [UInt8]) -> (sent: [UInt8], lease: [UInt8], other: [UInt8]) {
        var parts: (sent: [UInt8], lease: [UInt8], other: [UInt8]) = ([], [], [])
        for row in lines(rows) {
            if row.starts(with: "{\"kind\":\"sent\"".utf8) {
                parts.sent += row + [0x0a]
            } else if row.starts(with: "{\"kind\":\"lease\"".utf8) {
                parts.lease += row + [0x0a]
            } else {
                parts.other += row + [0x0a]
            }
        }
        return parts
    }

    /// Returns the rows with checkpoints that lack their first open record.
    static func withoutOpenRecord(
        _ rows: [UInt8], _ encoder: consuming JournalEncoder
    ) -> [UInt8] {
        var changed: [UInt8] = []
        for row in lines(rows) {
            guard row.starts(with: "{\"kind\":\"checkpoint\"".utf8),
                let file = number("\"file\":", in: row),
                let record = number("\"record\":", in: row),
                let start = end(of: "\"open\":[", in: row)
            else {
                changed += row + [0x0a]
                continue
            }
            let open = row[start...].split(separator: UInt8(ascii: "[")).compactMap { pair in
                let numbers = pair.prefix { $0 != UInt8(ascii: "]") }
                    .split(separator: UInt8(ascii: ","))
                    .compactMap { UInt64(String(decoding: $0, as: UTF8.self)) }
                return numbers.count == 2
                    ? ReportPosition(input: Int(numbers[0]), record: numbers[1]) : nil
            }
            encoder.removeAll(keepingCapacity: true)
            encoder.appendCheckpoint(
                ReportPosition(input: Int(file), record: record), open: Array(open.dropFirst()))
            changed += Array(encoder.rows())
        }
        return changed
    }

    private static func lines(_ rows: [UInt8]) -> [ArraySlice<UInt8>] {
        rows.split(separator: 0x0a)
    }

    /// The lines of the pairs of a line and a hash.
    private static func lines(ofSentRow row: ArraySlice<UInt8>) -> [UInt64] {
        guard let start = end(of: "\"lines\":[", in: row) else { return [] }
        return row[start...].split(separator: UInt8(ascii: "[")).compactMap { pair in
            UInt64(String(decoding: pair.prefix { $0 != UInt8(ascii: ",") }, as: UTF8.self))
        }
    }

    private static func number(_ member: StaticString, in row: ArraySlice<UInt8>) -> UInt64? {
        guard var place = end(of: member, in: row) else { return nil }
        var value: UInt64 = 0
        while place < row.endIndex, row[place] >= 0x30, row[place] <= 0x39 {
            value = value * 10 + UInt64(row[place] - 0x30)
            place += 1
        }
        return value
    }

    /// The index after the last occurrence of `member`.
    private static func end(of member: StaticString, in row: ArraySlice<UInt8>) -> Int? {
        let length = member.utf8CodeUnitCount
        guard row.count >= length else { return nil }
        var start = row.endIndex - length
        while start >= row.startIndex {
            var index = 0
            while index < length, row[start + index] == member.utf8Start[index] { index += 1 }
            if index == length { return start + length }
            start -= 1
        }
        return nil
    }
}

/// A spool in memory, of which only the lengths matter.
final class SimulatorSpool: RecordSpool {
    private var size: UInt64
    /// Bytes in the file.
    private(set) var written: UInt64

    init(size: UInt64) {
        self.size = size
        written = size
    }

    func keep(_ record: UnsafeRawBufferPointer) -> UInt64? {
        defer { size += UInt64(record.count) }
        return size
    }

    func write() { written = size }
}
