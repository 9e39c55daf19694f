/// A field of the current row, by its position in the buffer.
struct CSVCell {
    var start: Int
    var end: Int
    var isEscaped: Bool
    /// The column, from 0.
    var column: Int

    init(_ field: CSVField, in rowStart: Int, column: Int) {
        start = rowStart + field.start
        end = rowStart + field.end
        isEscaped = field.isEscaped
        self.column = column
    }

    var isEmpty: Bool { start == end }

    /// Whether the cell is an unquoted `\N` in a dialect with backslash escapes.
    var isNull: Bool { isEmpty && isEscaped }

    /// The position in the buffer of the byte `index` of the cell's text.
    func position(ofTextIndex index: Int, in bytes: UnsafePointer<UInt8>) -> Int {
        guard isEscaped else { return start + index }
        var i = start
        for _ in 0..<index where i < end { i += bytes[i] == Byte.quote ? 2 : 1 }
        return min(i, end)
    }
}
