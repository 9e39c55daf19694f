/// A field of the current row: where it stands in the buffer.
struct CSVCell {
    var start: Int
    var end: Int
    var isEscaped: Bool
    /// Its column, from 0.
    var column: Int

    init(_ field: CSVField, in rowStart: Int, column: Int) {
        start = rowStart + field.start
        end = rowStart + field.end
        isEscaped = field.isEscaped
        self.column = column
    }

    var isEmpty: Bool { start == end }

    /// Where in the buffer the byte stands that became the byte `index` of the cell's text.
    func position(ofTextIndex index: Int, in bytes: UnsafePointer<UInt8>) -> Int {
        guard isEscaped else { return start + index }
        var i = start
        for _ in 0..<index where i < end { i += bytes[i] == Byte.quote ? 2 : 1 }
        return min(i, end)
    }
}

extension RecordReader {
    /// The text of a cell: where it stands, or in scratch with its doubled quotes made single.
    mutating func text(of cell: CSVCell) -> ByteRange {
        guard cell.isEscaped else {
            return ByteRange(start: cell.start, count: cell.end - cell.start)
        }
        let first = scratch.count
        scratch.reserve(cell.end - cell.start + UnquotedCopy.slack)
        var copy = UnquotedCopy(from: UnsafePointer(buffer.bytes), to: scratch.bytes + first)
        copy.take(cell.start, to: cell.end)
        scratch.count = first + copy.written
        return scratch.range(from: first)
    }

    /// Writes a text, valid UTF-8, to scratch as a JSON string literal.
    mutating func appendLiteral(of text: ByteRange) -> ByteRange {
        let first = scratch.count
        scratch.reserve(text.count + 2 + 8)
        scratch.append(Byte.quote)
        var i = 0
        while i < text.count {
            // The text may stand in scratch itself, which making room may move.
            let plain = plainRun(of: text, from: i)
            scratch.reserve(plain + 6)
            let input = pointer(to: text)
            (scratch.bytes + scratch.count).update(from: input + i, count: plain)
            scratch.count += plain
            i += plain
            guard i < text.count else { break }
            let byte = input[i]
            i += 1
            switch JSONString.escape(for: byte) {
            case .none: scratch.append(byte)
            case .short(let letter):
                scratch.append(Byte.backslash)
                scratch.append(letter)
            case .code:
                for byte in "\\u00".utf8 { scratch.append(byte) }
                scratch.append(JSONString.hexDigit(byte >> 4))
                scratch.append(JSONString.hexDigit(byte & 0xF))
            }
        }
        scratch.append(Byte.quote)
        return scratch.range(from: first)
    }

    /// How many bytes from `start` on need no escape.
    private func plainRun(of text: ByteRange, from start: Int) -> Int {
        let input = pointer(to: text)
        var i = start
        while i + 8 <= text.count, Word.literalSpecials(in: Word.load(input, at: i)) == 0 { i += 8 }
        while i < text.count, case .none = JSONString.escape(for: input[i]) { i += 1 }
        return i - start
    }
}
