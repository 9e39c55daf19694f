package import Delivery

/// A record's fields, borrowed for a call.
package struct RecordView {
    package var id: LineID
    /// The physical line on which it starts.
    package var line: UInt64
    /// The number of the record in its input, from 1.
    package var ordinal: UInt64
    /// The record's first byte in the input.
    package var offset: UInt64
    /// Bytes without the line terminator.
    package var length: UInt64
    /// XXH64 of the record.
    package var hash: UInt64
    /// Plain text; nil if it is missing or invalid.
    package var appID: UnsafeRawBufferPointer?
    /// A JSON string literal; nil if it is missing or invalid.
    package var eventType: UnsafeRawBufferPointer?
    /// The record as read; nil if it is too long to be kept.
    package var original: UnsafeRawBufferPointer?
    /// When it was recorded, in nanoseconds since 1970; for a replay.
    package var time: Int64?
    /// Whether it may have arrived in an earlier run.
    package var mayHaveArrived = false

    package init(
        id: LineID, line: UInt64? = nil, ordinal: UInt64, offset: UInt64, length: UInt64,
        hash: UInt64,
        appID: UnsafeRawBufferPointer?, eventType: UnsafeRawBufferPointer?,
        original: UnsafeRawBufferPointer?, time: Int64? = nil
    ) {
        self.id = id
        self.line = line ?? id.line
        self.ordinal = ordinal
        self.offset = offset
        self.length = length
        self.hash = hash
        self.appID = appID
        self.eventType = eventType
        self.original = original
        self.time = time
    }
}
