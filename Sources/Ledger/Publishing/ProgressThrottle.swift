/// The interval between progress reports: a number of lines or bytes.
package struct ProgressThrottle {
    private var lines: UInt64 = 0
    private var bytes: UInt64 = 0

    package static let lineStep: UInt64 = 1024
    package static let byteStep: UInt64 = 4 << 20

    package init() {}

    /// Counts a line of `bytes`. Returns whether progress is due, and then starts over.
    package mutating func countLine(bytes: UInt64) -> Bool {
        lines += 1
        // A length that is read from a file may be any number; the sum must not overflow.
        self.bytes += min(bytes, Self.byteStep)
        guard lines == Self.lineStep || self.bytes >= Self.byteStep else { return false }
        self = ProgressThrottle()
        return true
    }
}
