import Time

extension Window {
    /// A line in the window.
    struct Line: Sendable {
        enum State: Sendable {
            /// The slot has no line.
            case free
            /// Until its place in the replay.
            case scheduled
            /// In the queue for a first attempt.
            case ready
            /// Among its application's lines that are not in the queue yet.
            case blocked
            case inFlight
            /// Until the time of its next attempt.
            case waiting
            /// In the queue for its next attempt.
            case due

            /// Whether the line counts against `--app-concurrency`.
            @inline(__always)
            var isActive: Bool {
                switch self {
                case .inFlight, .waiting, .due: true
                case .free, .scheduled, .ready, .blocked: false
                }
            }
        }

        var state = State.free
        var id = LineID(file: 0, line: 0)
        /// The index of its application.
        var app = 0
        var bytes = 0
        var history = LineHistory()
        var startedAt = Instant(nanoseconds: 0)
        /// Whether the attempt that ended last counts against the retries.
        var isLastCounted = false
        /// The next blocked line of its application; -1: none.
        var nextBlocked = -1
    }
}
