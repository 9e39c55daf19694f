/// The position of a record among all inputs, as one integer in record order.
struct RecordPlace: Hashable, Comparable, Sendable {
    /// Never 0, because lines count from 1.
    let packed: UInt64

    private static let lineBits: UInt64 = 44

    /// - Parameters:
    ///   - input: Counted from 0, below a million.
    ///   - line: From 1, below 17 million million.
    init(input: Int, line: UInt64) {
        precondition(
            input >= 0 && input < 1 << 20 && line > 0 && line < 1 << Self.lineBits,
            "more inputs or lines than a place can tell apart")
        packed = UInt64(input) << Self.lineBits | line
    }

    /// Unpacks a position.
    init(packed: UInt64) {
        precondition(packed != 0, "no place is 0")
        self.packed = packed
    }

    var input: Int { Int(packed >> Self.lineBits) }
    var line: UInt64 { packed & (1 << Self.lineBits - 1) }

    static func < (a: RecordPlace, b: RecordPlace) -> Bool { a.packed < b.packed }
}
