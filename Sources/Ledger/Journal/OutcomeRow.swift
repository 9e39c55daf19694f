package import Delivery

/// What is recorded of a line that has come to its end. All bytes are borrowed for the call.
package struct OutcomeRow {
    package var line: LineID
    package var outcome: Outcome
    /// The position of the record among its input's records, from 1.
    package var record: UInt64
    /// Where the record begins in its input, in bytes.
    package var offset: UInt64
    /// Bytes of the record, without its line terminator.
    package var length: UInt64
    /// XXH64 of those bytes.
    package var hash: UInt64
    /// Where the record's bytes stand in the spool, if they were put there.
    package var spool: UInt64?

    /// Plain text.
    package var appID: UnsafeRawBufferPointer?
    /// A JSON string literal, quotes included.
    package var eventType: UnsafeRawBufferPointer?
    /// The last status code.
    package var status: Int?
    /// The destination's name for the message: plain text, from a server that is not trusted.
    package var messageID: UnsafeRawBufferPointer?
    package var attempts = 0
    package var isPossibleDuplicate = false
    /// When the last attempt began, in milliseconds since 1970.
    package var startedAtMilliseconds: Int64?
    /// How long the last attempt took.
    package var latencyNanoseconds: Int64?
    package var error = ErrorCode.none
    /// One sentence or the server's own words: plain text of any content; its first 400 bytes
    /// are recorded.
    package var detail: UnsafeRawBufferPointer?

    package init(
        line: LineID, outcome: Outcome, record: UInt64, offset: UInt64, length: UInt64,
        hash: UInt64
    ) {
        self.line = line
        self.outcome = outcome
        self.record = record
        self.offset = offset
        self.length = length
        self.hash = hash
    }
}

/// A row's stable `error`.
package enum ErrorCode {
    /// `null`.
    case none
    /// `http_` and the status code.
    case status(Int)
    /// The failure's own code.
    case transport(TransportFailure)
    /// A code that this program knows.
    case fixed(StaticString)
    /// A code as borrowed bytes.
    case bytes(UnsafeRawBufferPointer)
}
