import Foundation

/// The seed of a random test: HOOKBATCH_SEED if set, otherwise a different one each time.
package enum TestSeed {
    package static let fixed = ProcessInfo.processInfo.environment["HOOKBATCH_SEED"].flatMap(
        UInt64.init)

    package static func next() -> UInt64 {
        if let fixed { return fixed }
        var generator = SystemRandomNumberGenerator()
        return generator.next() >> 32
    }
}
