/// The members of the payloads that a reader builds, and their values in the current record.
struct PayloadMembers {
    /// The value of a source in the current record.
    struct Value {
        enum Kind: UInt8 {
            case absent, null, isTrue, isFalse
            /// JSON, in the buffer or in scratch.
            case json
            /// JSON in the buffer, with doubled quotes.
            case quotedJSON
            /// Text of a CSV cell in the buffer.
            case text
        }

        var kind = Kind.absent
        var range = ByteRange(start: 0, count: 0)

        static let absent = Value()
    }

    /// The place of a source in a CSV row.
    struct Cell {
        /// The index of the column among the kept ones.
        var slot: Int
        var conversion: PayloadTemplate.Conversion
        /// The number of objects around the value in the payload.
        var depth: Int
        /// Whether the source is a value in the JSON of the cell.
        var isNested: Bool
        /// The index of the first source in the JSON of the same cell: its text is shared.
        var firstNested: Int
    }

    var layout = PayloadLayout()
    /// The values of the layout's sources.
    var values: [Value] = []

    // CSV
    var emptyCells = PayloadTemplate.EmptyCells.omit
    /// The text of an unquoted cell that means null; empty for none.
    var nullText: [UInt8] = []
    var cells: [Cell] = []
    /// The texts of the cells whose JSON is searched, by the index of the first such source.
    var texts: [ByteRange] = []

    // JSON
    /// The values at the first steps to the sources.
    var found: [FoundValue] = []
    var hasOthers = false
    /// The record's object.
    var object = ByteRange(start: 0, count: 0)

    /// Whether one of these steps writes something.
    func isAnyPresent(_ steps: Range<Int>) -> Bool {
        for index in steps {
            switch layout.steps[index] {
            case .open, .close: continue
            case .source(_, let source): if values[source].kind != .absent { return true }
            case .constant: return true
            case .others: if hasOthers { return true }
            }
        }
        return false
    }
}
