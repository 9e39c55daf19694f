package import Delivery
package import Ledger

/// A record's fields, borrowed for a call.
package struct RecordView {
    package var id: LineID
    /// The number of the file's name in its row: the input, or an origin after all inputs.
    package var fileName: Int
    /// The physical line on which it starts in that file.
    package var line: UInt64
    /// The offset in its row's detail; nil without one.
    package var shownOffset: UInt64?
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

    /// Takes the file and line of the record's row.
    package mutating func take(_ origin: RecordOrigin, fileName: Int) {
        self.fileName = fileName
        line = origin.line
        shownOffset = origin.offset
        mayHaveArrived = mayHaveArrived || origin.mayHaveArrived
    }

    package init(
        id: LineID, line: UInt64? = nil, ordinal: UInt64, offset: UInt64, length: UInt64,
        hash: UInt64,
        appID: UnsafeRawBufferPointer?, eventType: UnsafeRawBufferPointer?,
        original: UnsafeRawBufferPointer?, time: Int64? = nil
    ) {
        self.id = id
        fileName = id.file
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
