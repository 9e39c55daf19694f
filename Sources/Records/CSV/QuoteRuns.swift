/// A search for odd runs of quotes, in consecutive blocks of 64 bytes.
///
/// Inside a quoted field an odd run contains the closing quote.
struct QuoteRuns {
    private static let evenPositions: UInt64 = 0x5555_5555_5555_5555

    /// 1 if the last block ends within an odd run.
    private var carry: UInt64 = 0

    /// Whether the last block ends within an odd run.
    var isOpen: Bool { carry != 0 }

    /// Marks the byte after each odd run in the mask of a block's quotes.
    ///
    /// Adding a run's first bit to the run carries to the position after it. A run is odd if one of
    /// these two positions is even and the other odd. A run continued from the previous block counts
    /// as if it started one position earlier.
    @inline(__always)
    mutating func oddEnds(of quotes: UInt64) -> UInt64 {
        let starts = quotes & ~(quotes << 1)
        let evenStarts = starts & (Self.evenPositions ^ carry)
        let (afterOdd, overflows) = quotes.addingReportingOverflow(starts & ~evenStarts)
        let afterEven = quotes &+ evenStarts
        let ends =
            (afterEven & ~quotes & ~Self.evenPositions)
            | ((afterOdd | carry) & ~quotes & Self.evenPositions)
        carry = overflows ? 1 : 0
        return ends
    }
}
