/// When somebody who goes through many lines looks up: after so many of them, or so many bytes,
/// whichever comes first.
package struct LookPace {
    private var lines: UInt64 = 0
    private var bytes: UInt64 = 0

    package static let lines: UInt64 = 1024
    package static let bytes: UInt64 = 4 << 20

    package init() {}

    /// Notes a line of so many bytes; whether it is time for a look, from which it counts anew.
    package mutating func isDue(after bytes: UInt64) -> Bool {
        lines += 1
        // A length of which a file tells may be any number.
        self.bytes += min(bytes, Self.bytes)
        guard lines == Self.lines || self.bytes >= Self.bytes else { return false }
        self = LookPace()
        return true
    }
}
