import Records
import Time

/// The rules for values of a store, whose rows another program may have written or damaged.
enum StoredValue {
    /// Maximum length of an id, in bytes. Those of this program have 29 and 30.
    static let maxIDBytes = 128
    /// Maximum of a counter. Arbitrary: beyond all schedules, and far from an overflow.
    static let maxCount = 1_000_000_000

    /// Whether a text is an id: visible ASCII.
    static func isID(_ text: UnsafeRawBufferPointer) -> Bool {
        (1...maxIDBytes).contains(text.count) && text.allSatisfy { (0x21...0x7E).contains($0) }
    }

    /// Whether a text is a time as the store writes it: `2026-03-01T12:00:00.250Z`.
    static func isTime(_ text: UnsafeRawBufferPointer) -> Bool {
        guard text.count == RFC3339.byteCount, let time = RFC3339.parse(text) else { return false }
        return time.rfc3339.utf8.elementsEqual(text)
    }

    /// Whether a JSON string literal that was made of a stored text is an event type.
    static func isEventType(literal: UnsafeRawBufferPointer) -> Bool {
        // The text may not be UTF-8.
        JSONDocument.isValid(literal) && EventType.isValid(literal: literal)
    }

    /// The condition of SQL for a column with the id of a message: one of `isID`.
    ///
    /// A full stop would make a signature ambiguous. Both lengths are equal for ASCII without NUL
    /// bytes.
    static func isMessageID(column name: String) -> String {
        """
        (typeof(\(name)) = 'text' AND length(\(name)) BETWEEN 1 AND \(maxIDBytes)
            AND length(CAST(\(name) AS BLOB)) = length(\(name))
            AND \(name) NOT GLOB '*[^!-~]*' AND instr(\(name), '.') = 0)
        """
    }

    /// The expression of SQL for a counter, within its limits whatever the column has.
    static func count(column name: String) -> String {
        "min(max(CAST(\(name) AS INTEGER), 0), \(maxCount))"
    }
}
