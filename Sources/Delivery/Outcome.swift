/// What became of a line, once and for all. The raw value stands in reports.
package enum Outcome: String, Hashable, Sendable, CaseIterable {
    /// Some attempt was accepted.
    case accepted
    /// Refused for good, and no attempt was uncertain.
    case rejected
    /// Failed validation; no request was made.
    case invalid
    /// Retries are used up and no attempt was uncertain: certainly not accepted.
    case failed
    /// Not known to be accepted, and some attempt was uncertain: it may have arrived.
    case unknown
    /// Given up without a request.
    case notAttempted = "not_attempted"
}

/// How many lines ended in each outcome.
package struct Counts: Hashable, Sendable {
    package var accepted: UInt64 = 0
    package var rejected: UInt64 = 0
    package var invalid: UInt64 = 0
    package var failed: UInt64 = 0
    package var unknown: UInt64 = 0
    package var notAttempted: UInt64 = 0

    package init() {}

    /// The lines with an outcome.
    package var total: UInt64 { accepted + rejected + invalid + failed + unknown + notAttempted }

    package subscript(outcome: Outcome) -> UInt64 {
        get {
            switch outcome {
            case .accepted: accepted
            case .rejected: rejected
            case .invalid: invalid
            case .failed: failed
            case .unknown: unknown
            case .notAttempted: notAttempted
            }
        }
        set {
            switch outcome {
            case .accepted: accepted = newValue
            case .rejected: rejected = newValue
            case .invalid: invalid = newValue
            case .failed: failed = newValue
            case .unknown: unknown = newValue
            case .notAttempted: notAttempted = newValue
            }
        }
    }
}
