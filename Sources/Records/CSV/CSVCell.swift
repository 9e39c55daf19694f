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
        // One byte more: a second quote is written before it is written over.
        scratch.reserve(cell.end - cell.start + 1)
        let output = scratch.bytes
        let input = UnsafePointer(buffer.bytes)
        var written = first
        var i = cell.start
        // Whether the byte before is the first quote of a pair.
        var inPair: UInt8 = 0
        while i < cell.end {
            // Long plain stretches go by words. Where quotes are dense, a branch at each would be
            // mispredicted: bytes are then written one by one, and a second quote written over.
            if inPair == 0, i + 32 <= cell.end, Self.isFreeOfQuotes(input + i) {
                (output + written).update(from: input + i, count: 32)
                written += 32
                i += 32
                continue
            }
            let stop = min(i + 32, cell.end)
            while i < stop {
                let isQuote: UInt8 = input[i] == Byte.quote ? 1 : 0
                output[written] = input[i]
                let isSecond = isQuote & inPair
                written += Int(1 - isSecond)
                inPair = isQuote ^ isSecond
                i += 1
            }
        }
        scratch.count = written
        return scratch.range(from: first)
    }

    /// Whether none of the 32 bytes is a quote.
    @inline(__always)
    private static func isFreeOfQuotes(_ bytes: UnsafePointer<UInt8>) -> Bool {
        let quotes = Word.repeating(Byte.quote)
        return
            (Word.zeros(in: Word.load(bytes, at: 0) ^ quotes)
            | Word.zeros(in: Word.load(bytes, at: 8) ^ quotes)
            | Word.zeros(in: Word.load(bytes, at: 16) ^ quotes)
            | Word.zeros(in: Word.load(bytes, at: 24) ^ quotes)) == 0
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
