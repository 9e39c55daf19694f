package import Time

extension AppTable {
    /// What a run knows of one application.
    package struct App: Sendable {
        /// A hash of its id.
        package var key: UInt64 = 0
        /// Lines in the window.
        package var lines = 0
        /// Lines in flight, or waiting for their retry.
        private(set) var active = 0
        /// Lines that are ready for their first attempt of this process.
        private(set) var ready = 0
        /// The time before which nothing starts, from `Retry-After`.
        package var pausedUntil = Instant(nanoseconds: .min)
        /// The pace of `--app-rate`, from the first check of a line.
        private(set) var pacer: Pacer?
        private var hasAccepted = false
        private var consecutiveNotFound = 0
        /// Whether its lines are not sent any more.
        package private(set) var isAbandoned = false
        /// Blocked lines in the order of the input, linked through the lines; -1: none.
        ///
        /// Under a limit of concurrency they come after those that are ready. No more lines are in
        /// the queue than may start, or a line would be overtaken there.
        var firstBlocked = -1
        var lastBlocked = -1
        /// Whether a timer will service the blocked lines.
        var hasTimer = false
        var lastSeen: UInt64 = 0

        package init() {}

        /// Counts a line that changes its state; nothing else changes `active` and `ready`.
        @inline(__always)
        mutating func moveLine(from old: Window.Line.State, to new: Window.Line.State) {
            if old.isActive != new.isActive { active += new.isActive ? 1 : -1 }
            if (old == .ready) != (new == .ready) { ready += new == .ready ? 1 : -1 }
        }

        /// Whether another line may be ready, under a limit of `limit` lines.
        func hasRoom(limit: Int?) -> Bool { limit.map { active + ready < $0 } ?? true }

        /// Whether forgetting the application would lose a pause, a debt of its pace, or its state.
        func isWorthKeeping(now: Instant) -> Bool {
            isAbandoned || pausedUntil > now || consecutiveNotFound > 0
                || isPaced(now: now)
        }

        /// Whether `--app-rate` holds back a start now.
        func isPaced(now: Instant) -> Bool {
            pacer.map { $0.earliestStart(now: now) > now } ?? false
        }

        /// When its pace allows the next start; a start that must wait counts as waiting.
        mutating func requestStart(at rate: Rate, burst: Int, now: Instant) -> Instant {
            if pacer == nil { pacer = Pacer(rate, burst: burst, now: now) }
            guard let earliest = pacer?.earliestStart(now: now) else { return now }
            if earliest > now { pacer?.deferStart(now: now) }
            return earliest
        }

        /// Records the start of an attempt under `--app-rate`.
        mutating func recordStart(now: Instant) { pacer?.recordStart(now: now) }

        /// Records what a response says of the application.
        ///
        /// It is abandoned after `limit` consecutive responses that it is unknown, if it has
        /// accepted nothing.
        package mutating func recordResponse(_ fate: Fate, isUnknownApp: Bool, limit: Int?) {
            switch fate {
            case .accepted:
                hasAccepted = true
                consecutiveNotFound = 0
            case .refused:
                consecutiveNotFound = isUnknownApp ? consecutiveNotFound + 1 : 0
            case .unsent, .uncertain:
                break
            }
            if let limit, !hasAccepted, consecutiveNotFound >= limit { isAbandoned = true }
        }
    }
}
