/// A writer of a CSV cell's text, valid UTF-8, as a JSON string literal.
///
/// Each quote in the cell is doubled.
struct LiteralWriter {
    /// The number of bytes that may be overwritten after the literal.
    static let slack = 7

    private let input: UnsafePointer<UInt8>
    private let start: Int
    private let end: Int

    init(from input: UnsafePointer<UInt8>, _ cell: CSVCell) {
        self.init(from: input, start: cell.start, end: cell.end)
    }

    init(from input: UnsafePointer<UInt8>, start: Int, end: Int) {
        self.input = input
        self.start = start
        self.end = end
    }

    /// The maximum length of the literal, in bytes.
    var maxLength: Int { 6 * (end - start) + 2 }

    /// The length of the literal, in bytes.
    var length: Int {
        var bytes = 2
        var i = start
        while i < end {
            while i + 8 <= end, Word.literalSpecials(in: Word.load(input, at: i)) == 0 {
                i += 8
                bytes += 8
            }
            guard i < end else { break }
            switch JSONString.escape(for: input[i]) {
            case .none: bytes += 1
            case .short: bytes += 2
            case .code: bytes += 6
            }
            i += input[i] == Byte.quote ? 2 : 1
        }
        return bytes
    }

    /// Writes the literal and returns its length.
    func write(to output: UnsafeMutablePointer<UInt8>) -> Int {
        output[0] = Byte.quote
        var written = 1
        var i = start
        while i < end {
            while i + 8 <= end {
                let word = Word.load(input, at: i)
                UnsafeMutableRawPointer(output + written)
                    .storeBytes(of: word.littleEndian, as: UInt64.self)
                let plain = Word.firstIndex(Word.literalSpecials(in: word))
                i += plain
                written += plain
                if plain < 8 { break }
            }
            guard i < end else { break }
            let byte = input[i]
            i += byte == Byte.quote ? 2 : 1
            switch JSONString.escape(for: byte) {
            case .none:
                output[written] = byte
                written += 1
            case .short(let letter):
                output[written] = Byte.backslash
                output[written + 1] = letter
                written += 2
            case .code:
                Self.write(code: byte, to: output + written)
                written += 6
            }
        }
        output[written] = Byte.quote
        return written + 1
    }

    /// Writes the literal from its last byte to its first.
    ///
    /// `length` is the value of the property. `output` may be the cell itself: in this order no byte
    /// is overwritten before it is read.
    func writeBackwards(to output: UnsafeMutablePointer<UInt8>, length: Int) {
        var at = length - 1
        output[at] = Byte.quote
        var i = end
        while i > start {
            while i - 8 >= start {
                let word = Word.load(input, at: i - 8)
                guard Word.literalSpecials(in: word) == 0 else { break }
                i -= 8
                at -= 8
                UnsafeMutableRawPointer(output + at)
                    .storeBytes(of: word.littleEndian, as: UInt64.self)
            }
            guard i > start else { break }
            let byte = input[i - 1]
            i -= byte == Byte.quote ? 2 : 1
            switch JSONString.escape(for: byte) {
            case .none:
                at -= 1
                output[at] = byte
            case .short(let letter):
                at -= 2
                output[at] = Byte.backslash
                output[at + 1] = letter
            case .code:
                at -= 6
                Self.write(code: byte, to: output + at)
            }
        }
        precondition(at == 1, "the literal has another length than computed")
        output[0] = Byte.quote
    }

    @inline(__always)
    private static func write(code byte: UInt8, to output: UnsafeMutablePointer<UInt8>) {
        for (k, letter) in "\\u00".utf8.enumerated() { output[k] = letter }
        output[4] = JSONString.hexDigit(byte >> 4)
        output[5] = JSONString.hexDigit(byte & 0xF)
    }
}
