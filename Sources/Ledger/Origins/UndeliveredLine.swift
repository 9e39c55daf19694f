import Delivery

/// The row of an undelivered line, with the place of its record. Its bytes are borrowed.
package struct UndeliveredLine {
    let bytes: UnsafeRawBufferPointer
    let fields: OutcomeFields
    /// The number of the input, and of the record there, from 1.
    let input: Int
    let record: UInt64
    /// XXH64 of the record.
    let hash: UInt64

    var isUnknown: Bool { fields.outcome == .unknown }

    package init(
        _ bytes: UnsafeRawBufferPointer, _ fields: OutcomeFields, input: Int, record: UInt64,
        hash: UInt64
    ) {
        self.bytes = bytes
        self.fields = fields
        self.input = input
        self.record = record
        self.hash = hash
    }

    init(_ row: borrowing JournalRow) {
        self.init(
            row.bytes, row.fields, input: row.location.input, record: row.location.record,
            hash: row.location.hash)
    }
}
