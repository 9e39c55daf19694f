package import Delivery

/// The faults of a rehearsal, injected into requests for messages with the right key.
package struct FaultSettings: Hashable, Sendable {
    /// The delay of a response in nanoseconds, uniform over the range.
    package var latency: ClosedRange<Int64>
    /// Requests above this rate get a 429; nil: no limit.
    package var limit: Rate?
    /// The share of requests that get a 500 and are not stored, 0 to 1.
    package var failShare: Double
    /// The share of requests whose connection is reset, 0 to 1: half before the message is stored,
    /// half after.
    package var dropShare: Double
    /// The same seed and the same order of requests give the same faults.
    package var seed: UInt64

    package init(
        latency: ClosedRange<Int64> = 0...0, limit: Rate? = nil, failShare: Double = 0,
        dropShare: Double = 0, seed: UInt64 = 0
    ) {
        precondition(latency.lowerBound >= 0, "an answer can't leave before its request came")
        precondition((0...1).contains(failShare), "a share is from 0 to 1")
        precondition((0...1).contains(dropShare), "a share is from 0 to 1")
        self.latency = latency
        self.limit = limit
        self.failShare = failShare
        self.dropShare = dropShare
        self.seed = seed
    }
}
