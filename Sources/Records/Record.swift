/// A physical line of an input, from 1, the header included: what an editor shows.
package struct LineNumber: Hashable, Comparable, Sendable {
    package var value: UInt64

    package init(_ value: UInt64) { self.value = value }

    package static func < (a: LineNumber, b: LineNumber) -> Bool { a.value < b.value }
}

/// A distance in bytes from the start of an input (a byte-order mark counts).
package struct ByteOffset: Hashable, Comparable, Sendable {
    package var value: UInt64

    package init(_ value: UInt64) { self.value = value }

    package static func < (a: ByteOffset, b: ByteOffset) -> Bool { a.value < b.value }
}

/// A stretch of bytes in the reader's storage, good until the reader is next asked to move on.
package struct ByteRange: Hashable, Sendable {
    package var start: Int
    package var count: Int

    package init(start: Int, count: Int) {
        self.start = start
        self.count = count
    }
}

/// One record of an input: where it stands, its fields as byte ranges, or what is wrong with it.
///
/// The ranges are resolved by `RecordReader.bytes(_:)` and hold until the reader's next `next()`,
/// `fill` or `preparePayload()`.
package struct Record: Sendable {
    /// Its position among the input's records, from 1, without gaps; invalid records count,
    /// blank lines and the CSV header do not.
    package var ordinal: UInt64 = 0
    /// The physical line on which it starts.
    package var line = LineNumber(0)
    /// Where its first byte stands in the input.
    package var offset = ByteOffset(0)
    /// Its length in the input, in bytes, without its line terminator.
    package var length: UInt64 = 0
    /// XXH64 of its bytes without the line terminator; of a record over the size limit, of its
    /// first `maxRecordBytes` bytes.
    package var hash: UInt64 = 0
    /// Its original bytes; nil if it was over the size limit and was skipped.
    package var bytes: ByteRange?
    /// The application id, in plain ASCII. Present in an invalid record only if it is good itself.
    package var appID: ByteRange?
    /// The event type as a JSON string literal, quotes included. Like `appID` in invalid records.
    package var eventType: ByteRange?
    /// The payload as it stands in the input: JSON text, in a quoted CSV cell with each quote doubled,
    /// or text; nil if absent. `RecordReader.preparePayload` makes of it what is sent.
    package var payload: ByteRange?
    /// The idempotency key taken from the record, visible ASCII; nil unless one was asked for.
    package var idempotencyKey: ByteRange?
    /// What is wrong with it; nil if it is valid.
    package var problem: RecordProblem?
}
