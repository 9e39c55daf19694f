package import Delivery

/// The outcome of a record, as it is written to the journal.
///
/// All bytes are borrowed for the call.
package struct OutcomeRow {
    package var line: LineID
    /// The number of the file's name in the row: the input, or an origin after all inputs.
    package var fileName: Int
    /// The physical line in that file, which is `line` if records are named by lines.
    package var physicalLine: UInt64
    /// The offset in the detail that distinguishes the records of one line; nil without one.
    package var shownOffset: UInt64?
    package var outcome: Outcome
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

    /// Plain text.
    package var appID: UnsafeRawBufferPointer?
    /// A JSON string literal, quotes included.
    package var eventType: UnsafeRawBufferPointer?
    /// The status code of the last response.
    package var status: Int?
    /// The message's id: plain text from an untrusted server.
    package var messageID: UnsafeRawBufferPointer?
    package var attempts = 0
    package var isPossibleDuplicate = false
    /// Start of the last attempt, in milliseconds since 1970.
    package var startedAtMilliseconds: Int64?
    /// Duration of the last attempt.
    package var latencyNanoseconds: Int64?
    package var error = ErrorCode.none
    /// The start that the replay planned, in milliseconds since 1970; nil without one.
    package var scheduledAtMilliseconds: Int64?
    /// The time from then to the first start in the last process, in nanoseconds.
    package var lagNanoseconds: Int64?
    /// One sentence, or the server's text: untrusted plain text, cut after 400 bytes.
    package var detail: UnsafeRawBufferPointer?

    package init(
        line: LineID, outcome: Outcome, record: UInt64, offset: UInt64, length: UInt64,
        hash: UInt64
    ) {
        self.line = line
        fileName = line.file
        physicalLine = line.line
        self.outcome = outcome
        self.record = record
        self.offset = offset
        self.length = length
        self.hash = hash
    }
}

/// The value of a row's `error`.
package enum ErrorCode {
    /// `null`.
    case none
    /// A status code, written as `http_NNN`.
    case status(Int)
    /// The code of a transport failure.
    case transport(TransportFailure)
    /// A code of this program.
    case fixed(StaticString)
    /// A code as borrowed bytes.
    case bytes(UnsafeRawBufferPointer)
}
