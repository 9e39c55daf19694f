/// The location of a row's record in input and spool.
package struct RecordLocation: Hashable, Sendable {
    /// The number of the input, from 1.
    package var input: Int
    /// The number of the record in its input, from 1.
    package var record: UInt64
    /// The record's first byte in the input.
    package var offset: UInt64
    /// Bytes of the record, without its line terminator.
    package var length: UInt64
    /// XXH64 of the record.
    package var hash: UInt64
    /// The first byte of the copy in the spool; nil without one.
    package var spool: UInt64?

    /// Whether a number of a record can be one: the numbers after it must exist too.
    static func isValid(record: UInt64) -> Bool { record >= 1 && record < .max }
}

extension RecordLocation {
    /// Parses the members from `,"input":` on.
    init?(_ row: inout RowScanner) {
        guard row.skip(",\"input\":"), let input = row.integer(), input >= 1,
            row.skip(",\"record\":"), let record = row.number(), Self.isValid(record: record),
            row.skip(",\"offset\":"), let offset = row.number(),
            row.skip(",\"length\":"), let length = row.number(),
            // The end of the bytes is an offset of a file too.
            (offset | length) >> 62 == 0,
            row.skip(",\"hash\":"), let hash = row.hex(digits: 16)
        else { return nil }
        self.init(input: input, record: record, offset: offset, length: length, hash: hash)
        if row.skip(",\"spool\":") {
            guard let spool = row.number(), spool >> 62 == 0 else { return nil }
            self.spool = spool
        }
    }
}
