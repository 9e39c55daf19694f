/// Finds where quotes stand side by side in an odd number, in a text that comes in blocks of 64
/// bytes: inside a quoted field such a run holds the closing quote.
struct QuoteRuns {
    private static let evenPlaces: UInt64 = 0x5555_5555_5555_5555

    /// 1 if the last block ends within a run that is odd so far.
    private var carry: UInt64 = 0

    /// Whether the last block ends within a run that is odd so far.
    var isOpen: Bool { carry != 0 }

    /// Marks the byte behind each odd run, in the mask of a block's quotes.
    ///
    /// Adding its first bit to a run carries to the place behind it; a run is odd if that place and
    /// the first are not both even or both odd. A run that goes on from the block before counts as
    /// if it began one place earlier.
    @inline(__always)
    mutating func oddEnds(of quotes: UInt64) -> UInt64 {
        let starts = quotes & ~(quotes << 1)
        let evenStarts = starts & (Self.evenPlaces ^ carry)
        let (behindOdd, overflows) = quotes.addingReportingOverflow(starts & ~evenStarts)
        let behindEven = quotes &+ evenStarts
        let ends =
            (behindEven & ~quotes & ~Self.evenPlaces)
            | ((behindOdd | carry) & ~quotes & Self.evenPlaces)
        carry = overflows ? 1 : 0
        return ends
    }
}
