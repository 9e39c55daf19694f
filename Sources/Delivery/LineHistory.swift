/// What has happened so far to a line that has no outcome yet. It survives a crash in the journal.
package struct LineHistory: Hashable, Sendable {
    /// Attempts begun, in all processes of the run.
    package var attempts = 0
    /// Attempts that count against `--retries` (those made while a circuit was open do not).
    package var countedAttempts = 0
    /// Whether some attempt may have arrived without our knowing.
    package var isUncertain = false
    /// Whether an attempt was begun after an uncertain one.
    package var isPossibleDuplicate = false
    /// The last status code that came, nil if none did.
    package var lastStatus: Int?
    /// Why the last attempt without an answer ended, nil if it had one.
    package var lastFailure: TransportFailure?
    /// The earliest wall-clock time of the next attempt, in ms since 1970; nil if it need not wait.
    package var retryAt: Int64?

    package init() {}

    /// Notes that an attempt begins.
    package mutating func begin() {
        attempts += 1
        if isUncertain { isPossibleDuplicate = true }
    }
}
