/// Copies the inside of a quoted cell and makes each doubled quote single.
///
/// Quotes are dense in JSON cells, and a branch at each would be mispredicted: the quotes of 64
/// bytes are found at once, and what lies between two pairs is copied in whole words, over whose
/// ends the next copy goes.
struct UnquotedCopy {
    /// What may be written beyond the end of the text.
    static let slack = 64

    private let input: UnsafePointer<UInt8>
    private let output: UnsafeMutablePointer<UInt8>
    /// How many bytes were written.
    private(set) var written = 0

    /// `output` has room for as many bytes as are taken, and `slack` more.
    init(from input: UnsafePointer<UInt8>, to output: UnsafeMutablePointer<UInt8>) {
        self.input = input
        self.output = output
    }

    /// Takes the bytes from `start` to `end`, in which each quote is one of two.
    mutating func take(_ start: Int, to end: Int) {
        var i = start
        // A copy reads up to 15 bytes behind the block.
        while i + 80 <= end {
            var quotes = Self.quotes(in: input + i)
            var next = 0
            while quotes != 0 {
                let quote = quotes.trailingZeroBitCount
                copy(from: i + next, count: quote + 1 - next)
                next = quote + 2
                // The second of the pair; it is not there if it is the next block's first byte.
                quotes &= quotes - 1
                quotes &= quotes &- 1
            }
            if next < 64 { copy(from: i + next, count: 64 - next) }
            i += max(64, next)
        }
        while i < end {
            output[written] = input[i]
            written += 1
            i += input[i] == Byte.quote ? 2 : 1
        }
    }

    /// Copies in words of 16 bytes: the last may write up to 15 bytes more.
    @inline(__always)
    private mutating func copy(from start: Int, count: Int) {
        let source = UnsafeRawPointer(input + start)
        let target = UnsafeMutableRawPointer(output + written)
        var at = 0
        repeat {
            let low = source.loadUnaligned(fromByteOffset: at, as: UInt64.self)
            let high = source.loadUnaligned(fromByteOffset: at + 8, as: UInt64.self)
            target.storeBytes(of: low, toByteOffset: at, as: UInt64.self)
            target.storeBytes(of: high, toByteOffset: at + 8, as: UInt64.self)
            at += 16
        } while at < count
        written += count
    }

    /// A bit for each of 64 bytes, the first the lowest: whether it is a quote.
    @inline(__always)
    private static func quotes(in bytes: UnsafePointer<UInt8>) -> UInt64 {
        let quote = Word.repeating(Byte.quote)
        var bits: UInt64 = 0
        for word in 0..<8 {
            let marks = Word.allZeros(in: Word.load(bytes, at: word * 8) ^ quote) >> 7
            // Gathers the lowest bits of the eight bytes in the highest byte.
            bits |= ((marks &* 0x0102_0408_1020_4080) >> 56) << UInt64(word * 8)
        }
        return bits
    }
}
