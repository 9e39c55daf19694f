/// The position of a known member's value in a line; negative if absent.
struct FoundValue {
    var start = -1
    var end = -1
    /// The position of the member's second name; negative if there is one only.
    var duplicate = -1

    var isPresent: Bool { start >= 0 }
    var isDuplicated: Bool { duplicate >= 0 }

    /// Adds an occurrence of the member. The last value counts.
    @inline(__always)
    mutating func add(_ start: Int, _ end: Int, name: Int) {
        if isPresent, duplicate < 0 { duplicate = name }
        self.start = start
        self.end = end
    }
}
