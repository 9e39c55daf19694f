/// Where an outcome's row stands in the journal, and which place it has in the report.
package struct RowIndex: Hashable, Comparable, Sendable {
    /// The position of the record among its input's records, from 1.
    package var record: UInt64
    /// Where the row begins in the journal.
    package var offset: UInt64
    /// Which input, from 1.
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
        a.input != b.input ? a.input < b.input : a.record < b.record
    }
}
