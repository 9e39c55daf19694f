import CBytes

/// Copies the inside of a quoted cell and makes each doubled quote single.
///
/// Quotes are dense in JSON cells, and a branch at each would be mispredicted: the quotes of 64
/// bytes are found at once, and what lies between two pairs is copied in whole words, over whose
/// ends the next copy goes.
struct UnquotedCopy {
    /// What may be written beyond the end of the text.
    static let slack = 64
    /// How many bytes are taken at once where the copy replaces its original.
    static let piece = 8 << 10

    private let input: UnsafePointer<UInt8>
    private let output: UnsafeMutablePointer<UInt8>
    /// How many bytes were written.
    private(set) var written = 0

    /// `output` has room for as many bytes as are taken, and `slack` more.
    init(from input: UnsafePointer<UInt8>, to output: UnsafeMutablePointer<UInt8>) {
        self.input = input
        self.output = output
    }

    /// Takes the bytes from `start` to `end`, in which each quote is one of two. Returns where it
    /// has come to: behind the second of a pair that `end` cuts in two.
    @discardableResult
    mutating func take(_ start: Int, to end: Int) -> Int {
        var i = start
        // A copy reads up to 15 bytes behind the block.
        while i + 80 <= end {
            var quotes = hb_equal64(input + i, Byte.quote)
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
        return i
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
}
