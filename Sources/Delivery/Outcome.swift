/// The final result of a line. The raw value is the one in reports.
package enum Outcome: String, Hashable, Sendable, CaseIterable {
    /// Some attempt was accepted.
    case accepted
    /// Permanently refused, and no attempt was uncertain.
    case rejected
    /// Failed validation; there was no request.
    case invalid
    /// Certainly not accepted: retries are used up, no attempt was uncertain.
    case failed
    /// Unconfirmed, and some attempt was uncertain: it may have arrived.
    case unknown
    /// Abandoned without a request.
    case notAttempted = "not_attempted"
}

/// The number of lines with each outcome.
package struct Counts: Hashable, Sendable {
    package var accepted: UInt64 = 0
    package var rejected: UInt64 = 0
    package var invalid: UInt64 = 0
    package var failed: UInt64 = 0
    package var unknown: UInt64 = 0
    package var notAttempted: UInt64 = 0

    package init() {}

    /// The number of lines with an outcome.
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
