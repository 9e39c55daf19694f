/// An outcome row's position in report and journal.
package struct RowIndex: Hashable, Comparable, Sendable {
    /// The number of the record in its input, from 1.
    package var record: UInt64
    /// The row's first byte in the journal.
    package var offset: UInt64
    /// The number of the input, from 1.
    package var input: UInt32
    /// Bytes of the row, without its line feed.
    package var length: UInt32

    package init(input: UInt32, record: UInt64, offset: UInt64, length: UInt32) {
        self.record = record
        self.offset = offset
        self.input = input
        self.length = length
    }

    package static func < (a: RowIndex, b: RowIndex) -> Bool {
        if a.input != b.input { return a.input < b.input }
        return a.record != b.record ? a.record < b.record : a.offset < b.offset
    }

    var position: ReportPosition { ReportPosition(input: Int(input), record: record) }
}
