/// A physical line of an input, from 1, including the header.
package struct LineNumber: Hashable, Comparable, Sendable {
    package var value: UInt64

    package init(_ value: UInt64) { self.value = value }

    package static func < (a: LineNumber, b: LineNumber) -> Bool { a.value < b.value }
}

/// A distance in bytes from the start of an input, including a byte-order mark.
package struct ByteOffset: Hashable, Comparable, Sendable {
    package var value: UInt64

    package init(_ value: UInt64) { self.value = value }

    package static func < (a: ByteOffset, b: ByteOffset) -> Bool { a.value < b.value }
}

/// A range of bytes in the reader's storage, valid until the reader moves on.
package struct ByteRange: Hashable, Sendable {
    package var start: Int
    package var count: Int

    package init(start: Int, count: Int) {
        self.start = start
        self.count = count
    }
}

/// One record of an input: its position, and its fields or problem.
///
/// `RecordReader.bytes(_:)` resolves the ranges. They are valid until the next call of `next()`,
/// `fill` or `preparePayload()`.
package struct Record: Sendable {
    /// The record's number in its input, from 1, without gaps. Invalid records count, blank lines
    /// and the CSV header do not.
    package var ordinal: UInt64 = 0
    /// The first of the record's physical lines.
    package var line = LineNumber(0)
    /// The position of the record's first byte.
    package var offset = ByteOffset(0)
    /// The record's length in bytes, without its line terminator.
    package var length: UInt64 = 0
    /// XXH64 of the record's bytes without the line terminator.
    ///
    /// For a record over the size limit it is of the first `maxRecordBytes` bytes.
    package var hash: UInt64 = 0
    /// The record's original bytes; nil for a record over the size limit.
    package var bytes: ByteRange?
    /// The application id, in ASCII. In an invalid record only a valid id is present.
    package var appID: ByteRange?
    /// The event type as a JSON string literal with its quotes.
    ///
    /// In an invalid record only a valid event type is present.
    package var eventType: ByteRange?
    /// The payload's bytes in the input; nil if absent.
    ///
    /// They are JSON (in a quoted CSV cell with each quote doubled) or text.
    /// `RecordReader.preparePayload` converts them to the JSON that is sent.
    package var payload: ByteRange?
    /// The idempotency key, visible ASCII; nil without `ReaderOptions.idempotencyKeyFrom`.
    package var idempotencyKey: ByteRange?
    /// The record's first problem; nil for a valid record.
    package var problem: RecordProblem?
}
