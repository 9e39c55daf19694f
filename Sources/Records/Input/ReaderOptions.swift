/// The validation rules and the settings of a reader.
package struct ReaderOptions: Sendable {
    /// The allowed JSON types of a payload.
    package enum Payload: String, Hashable, Sendable, CaseIterable {
        /// An object, a string or null, as documented by the API.
        case objectOrString = "object-or-string"
        case any
    }

    /// The interpretation of the cells in a CSV payload column.
    package enum CSVPayload: String, Hashable, Sendable, CaseIterable {
        /// JSON, text, or absent if empty.
        ///
        /// JSON starts with `{`, `"` or `[`, or is `null`.
        case auto
        /// Every cell is JSON.
        case json
        /// Every cell is text and is sent as a JSON string.
        case text
    }

    /// The positions of the fields in a record.
    package var mapping = FieldMapping()
    package var payload = Payload.objectOrString
    package var csvPayload = CSVPayload.auto
    /// Whether the first CSV row is a header.
    ///
    /// Without one the columns are appId, event_type and, if the first row has a third, payload.
    package var hasHeader = true
    /// The maximum record size, in bytes without line terminator. At least 1.
    package var maxRecordBytes = 8 << 20
    /// The maximum size of a line, in bytes: CR CR LF may follow a record of the maximum size.
    var maxLineBytes: Int { maxRecordBytes + 3 }
    /// The position of the idempotency key in a record; nil for no key.
    ///
    /// In CSV the first token names a column. Further tokens lead into the JSON of its cell.
    package var idempotencyKeyFrom: JSONPointer?
    /// The position of the array of records in each value of a JSON input.
    ///
    /// It leads through objects only. Nil: the values, and the elements of arrays, are records.
    package var records: JSONPointer?
    /// The records to keep: see `RecordReader.isSelected`.
    package var selection = RecordSelection()
    /// The shard of the records to keep; nil for all.
    package var shard: Shard?
    /// Whether `Record.hash` is computed; otherwise it is 0.
    package var computesHashes = true
    /// The minimum length, in bytes, of payloads that are prepared in place.
    package var largePayloadBytes = 64 << 10
    /// The reader's normal buffer size, in bytes. At least 128 KiB.
    package var bufferBytes = 256 << 10

    package init() {}

    /// The pointers of the idempotency key and the selection, whose values are not in messages.
    var otherUses: [JSONPointer] {
        (idempotencyKeyFrom.map { [$0] } ?? []) + selection.pointers
    }
}
