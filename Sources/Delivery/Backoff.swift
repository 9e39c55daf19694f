/// The wait before a line's next attempt: exponential, with full jitter.
///
///     failures   1      2     3     4     5     6     7     8 and more
///     maximum    250ms  500ms 1s    2s    4s    8s    16s   30s
///
/// The wait is uniformly distributed from 0 to the maximum, so that lines which failed together are
/// not retried together.
package enum Backoff {
    /// The maximum of the first wait, in nanoseconds.
    package static let base: Int64 = 250_000_000
    /// The maximum of all waits, in nanoseconds.
    package static let cap: Int64 = 30_000_000_000

    /// The maximum wait after `failures` failed attempts (at least 1), in nanoseconds.
    package static func ceiling(afterFailures failures: Int) -> Int64 {
        let doublings = failures - 1
        // 250 ms doubled seven times is above the cap: no need to shift further.
        return doublings >= 7 ? cap : min(cap, base << Int64(max(doublings, 0)))
    }

    /// Draws a wait after `failures` failed attempts, in nanoseconds.
    package static func wait(afterFailures failures: Int, random: inout SplitMix64) -> Int64 {
        Int64(random.next(upTo: UInt64(ceiling(afterFailures: failures))))
    }
}

/// The random generator SplitMix64 (Steele, Lea and Flood, 2014).
///
/// It is small and fast, and gives the same numbers for one seed everywhere.
package struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Draws a number from 0 to `bound`, both included, uniformly.
    package mutating func next(upTo bound: UInt64) -> UInt64 {
        bound == .max ? next() : next(upperBound: bound + 1)
    }
}
