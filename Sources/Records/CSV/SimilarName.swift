/// A comparison of a column's name with that of a field, to detect a misspelt one.
enum SimilarName {
    /// The maximum length of a similar name, in bytes.
    private static let maxBytes = 64

    /// Characters that are hard to see: soft hyphen, no-break space, zero-width characters.
    private static let invisible: Set<UInt32> = [0xAD, 0xA0, 0x200B, 0x200C, 0x200D, 0xFEFF]

    /// Whether the names differ only in case, invisible characters and white space around them.
    static func isSimilar(_ column: [UInt8], to name: [UInt8]) -> Bool {
        guard column.count >= name.count, column.count <= maxBytes else { return false }
        let visible = String(decoding: column, as: UTF8.self).unicodeScalars.filter {
            !invisible.contains($0.value)
        }
        let start = visible.drop { $0.properties.isWhitespace }
        let end = start.reversed().prefix { $0.properties.isWhitespace }.count
        return String(start.dropLast(end)).lowercased()
            == String(decoding: name, as: UTF8.self).lowercased()
    }
}
