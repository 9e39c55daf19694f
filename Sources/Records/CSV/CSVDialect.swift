/// The way in which a CSV input is written; by default RFC 4180.
package struct CSVDialect: Hashable, Sendable {
    package enum Quote: String, CaseIterable, Sendable {
        /// A cell may be in quotes, with each quote in it doubled.
        case double
        /// Quotes are ordinary characters.
        case none
    }

    package enum Escape: String, CaseIterable, Sendable {
        case none
        /// A backslash escapes the next character, as in the text dumps of PostgreSQL and MySQL.
        case backslash
    }

    /// An ASCII byte except quote, CR, LF and backslash; nil if the header decides.
    package var delimiter: UInt8?
    package var quote: Quote
    package var escape: Escape

    package init(delimiter: UInt8? = nil, quote: Quote = .double, escape: Escape = .none) {
        self.delimiter = delimiter
        self.quote = quote
        self.escape = escape
    }

    /// The delimiters besides the comma that a header may decide for.
    static let otherDelimiters: [UInt8] = [Byte.semicolon, Byte.tab, Byte.verticalBar]

    /// Whether the cells have backslash escapes or ordinary quotes.
    var hasOtherCells: Bool { quote == .none || escape == .backslash }
}
