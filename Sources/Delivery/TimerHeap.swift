import Time

/// Timers, earliest first.
struct TimerHeap: Sendable {
    /// What becomes due.
    enum Event: Hashable, Sendable {
        /// The next attempt of the line in a slot.
        case retry(slot: Int)
        /// The blocked lines of the application at an index.
        case blocked(app: Int)
    }

    struct Timer: Hashable, Comparable, Sendable {
        var due: Instant
        var event: Event

        static func < (a: Timer, b: Timer) -> Bool { a.due < b.due }
    }

    private var timers = MinHeap<Timer>()

    /// The earliest timer, nil if there is none.
    var first: Timer? { timers.first }

    mutating func insert(_ timer: Timer) { timers.push(timer) }

    /// Removes the earliest timer if it is due, and returns its event.
    mutating func popDue(now: Instant) -> Event? {
        guard let first = timers.first, first.due <= now else { return nil }
        return timers.pop()?.event
    }
}
