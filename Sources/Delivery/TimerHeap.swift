import Time

/// Timers, earliest first: a binary heap.
struct TimerHeap: Sendable {
    /// What becomes due.
    enum Event: Hashable, Sendable {
        /// The next attempt of the line in a slot.
        case retry(slot: Int)
        /// The blocked lines of the application at an index.
        case blocked(app: Int)
    }

    struct Timer: Hashable, Sendable {
        var due: Instant
        var event: Event
    }

    private var timers: [Timer] = []

    /// The earliest timer, nil if there is none.
    var first: Timer? { timers.first }

    mutating func insert(_ timer: Timer) {
        timers.append(timer)
        var child = timers.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard timer.due < timers[parent].due else { break }
            timers[child] = timers[parent]
            child = parent
        }
        timers[child] = timer
    }

    /// Removes the earliest timer if it is due, and returns its event.
    mutating func popDue(now: Instant) -> Event? {
        guard let first = timers.first, first.due <= now else { return nil }
        let last = timers.removeLast()
        if timers.isEmpty { return first.event }
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < timers.count else { break }
            if child + 1 < timers.count, timers[child + 1].due < timers[child].due { child += 1 }
            guard timers[child].due < last.due else { break }
            timers[parent] = timers[child]
            parent = child
        }
        timers[parent] = last
        return first.event
    }
}
