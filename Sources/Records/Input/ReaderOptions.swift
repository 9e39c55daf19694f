/// What a reader takes for valid, and how it reads.
package struct ReaderOptions: Sendable {
    /// Which JSON types a payload may have.
    package enum Payload: String, Hashable, Sendable, CaseIterable {
        /// An object, a string or null, as the API documents it.
        case objectOrString = "object-or-string"
        case any
    }

    /// What the cells of a CSV payload column are.
    package enum CSVPayload: String, Hashable, Sendable, CaseIterable {
        /// Empty is absent; `{`, `"`, `[` and the word `null` start JSON; the rest is text.
        case auto
        /// Every cell is JSON.
        case json
        /// Every cell is text, sent as a JSON string.
        case text
    }

    /// Where the fields of a record stand.
    package var mapping = FieldMapping()
    package var payload = Payload.objectOrString
    package var csvPayload = CSVPayload.auto
    /// Whether the first CSV row names the columns; if not, they are appId, event_type and, if the
    /// first row has it, payload.
    package var hasHeader = true
    /// The longest record that is taken, in bytes without its line terminator. At least 1.
    package var maxRecordBytes = 8 << 20
    /// Where a record's own idempotency key stands; nil to take none. In CSV the first step names a
    /// column, and further ones lead into the JSON of its cell.
    package var idempotencyKeyFrom: JSONPointer?
    /// Whether `Record.hash` is computed; it is 0 if not.
    package var computesHashes = true
    /// From this length on, in bytes, a payload is prepared where it stands, not copied.
    package var largePayloadBytes = 64 << 10
    /// The size of the reader's buffer, in bytes, while no record is longer. At least 128 KiB.
    package var bufferBytes = 256 << 10

    package init() {}
}
