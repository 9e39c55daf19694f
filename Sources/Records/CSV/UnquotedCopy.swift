import CBytes

/// A copy of a quoted cell's inside, with each doubled quote made single.
///
/// Quotes are dense in JSON cells, and a branch for each would be mispredicted. Therefore the
/// quotes of 64 bytes are found at once, and the bytes between two pairs are copied in whole words.
/// The next copy overwrites the excess bytes.
struct UnquotedCopy {
    /// The number of bytes that may be overwritten after the text.
    static let slack = 64
    /// The number of bytes per copy when the copy replaces the original.
    static let piece = 8 << 10

    private let input: UnsafePointer<UInt8>
    private let output: UnsafeMutablePointer<UInt8>
    /// The number of bytes that were written.
    private(set) var written = 0

    /// Creates a copy to `output`, with room for all bytes and `slack` more.
    init(from input: UnsafePointer<UInt8>, to output: UnsafeMutablePointer<UInt8>) {
        self.input = input
        self.output = output
    }

    /// Copies the bytes `start..<end`, in which each quote is doubled.
    ///
    /// Returns the position after the last copied byte: `end`, or one more if `end` splits a pair
    /// of quotes.
    @discardableResult
    mutating func unquote(_ start: Int, to end: Int) -> Int {
        var i = start
        // A copy reads up to 15 bytes after the block.
        while i + 80 <= end {
            var quotes = hb_equal64(input + i, Byte.quote)
            var next = 0
            while quotes != 0 {
                let quote = quotes.trailingZeroBitCount
                copy(from: i + next, count: quote + 1 - next)
                next = quote + 2
                // Clear the second of the pair too, unless the next block starts with it.
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

    /// Copies in words of 16 bytes, and writes up to 15 bytes more.
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
