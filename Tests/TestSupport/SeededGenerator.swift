import Foundation

/// A reproducible random generator: SplitMix64 from a seed.
package struct SeededGenerator: RandomNumberGenerator, Sendable, CustomStringConvertible {
    package let seed: UInt64
    private var state: UInt64

    package init(seed: UInt64) {
        self.seed = seed
        state = seed
    }

    /// Makes a generator with a new seed, or with that of `HOOKBATCH_SEED`.
    ///
    /// The seed is printed, so that a failure can be reproduced.
    package static func fromEnvironment(_ name: String = #function) -> SeededGenerator {
        let given = ProcessInfo.processInfo.environment["HOOKBATCH_SEED"].flatMap { UInt64($0) }
        let generator = SeededGenerator(seed: given ?? UInt64.random(in: .min ... .max))
        print("\(name): \(generator)")
        return generator
    }

    package var description: String { "HOOKBATCH_SEED=\(seed)" }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
