/// The attempts so far of a line without an outcome; the journal keeps it.
package struct LineHistory: Hashable, Sendable {
    /// Attempts begun, in all processes of the run.
    package var attempts = 0
    /// Attempts that count against `--retries` (those made while a circuit was open do not).
    package var countedAttempts = 0
    /// Whether the fate of some attempt is uncertain.
    package var isUncertain = false
    /// Whether an attempt was begun after an uncertain one.
    package var isPossibleDuplicate = false
    /// The last status code received, nil if there was none.
    package var lastStatus: Int?
    /// The transport failure of the last attempt, nil if it had none.
    package var lastFailure: TransportFailure?
    /// The earliest wall-clock time of the next attempt, in ms since 1970; nil for at once.
    package var retryAt: Int64?

    package init() {}

    /// Whether certainly nothing was sent for the line.
    var isUnsent: Bool { attempts == 0 && !isUncertain }

    /// Records that an attempt begins.
    package mutating func begin() {
        attempts += 1
        if isUncertain { isPossibleDuplicate = true }
    }

    /// Records how an attempt ended. Whether it counts is recorded apart.
    mutating func recordEnd(_ result: AttemptResult, fate: Fate) {
        lastStatus = result.answer?.status ?? lastStatus
        lastFailure = result.failure
        if fate == .uncertain { isUncertain = true }
    }
}
