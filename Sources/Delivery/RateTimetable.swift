package import Time

/// Rates by the time of day, the same every day.
///
/// A rate depends on the local time of day alone. So it needs no memory of earlier moments, and
/// neither a change of daylight saving time nor a clock that is set can leave it wrong.
package struct RateTimetable: Hashable, Sendable {
    /// A rate from a time of day until that of the next part.
    package struct Part: Hashable, Sendable {
        package var from: TimeOfDay
        /// nil: a pause.
        package var rate: Rate?

        package init(from: TimeOfDay, rate: Rate?) {
            self.from = from
            self.rate = rate
        }
    }

    /// In the order of the day, with different times; at least one.
    package let parts: [Part]

    /// A rate for the whole day; nil: a pause.
    package init(_ rate: Rate?) { parts = [Part(from: TimeOfDay(seconds: 0), rate: rate)] }

    /// - Parameter parts: At least one, with different times, in any order.
    package init(_ parts: [Part]) {
        precondition(
            !parts.isEmpty && Set(parts.map(\.from)).count == parts.count,
            "the parts of a timetable begin at different times")
        self.parts = parts.sorted { $0.from < $1.from }
    }

    /// Returns the timetable of each of several processes.
    package func divided(by parts: Int) -> RateTimetable {
        RateTimetable(
            self.parts.map { Part(from: $0.from, rate: $0.rate?.divided(by: parts)) })
    }

    /// Whether the whole day has one part.
    package var isConstant: Bool { parts.count == 1 }

    /// Whether no part has a rate.
    package var isAlwaysPaused: Bool { parts.allSatisfy { $0.rate == nil } }

    /// Returns the part at a local time: the one that began last.
    package func part(at time: TimeOfDay) -> Part {
        parts.last { $0.from <= time } ?? parts[parts.count - 1]
    }

    /// Returns the part after the one at a local time; the same one if the day has one part.
    package func part(after time: TimeOfDay) -> Part {
        parts.first { $0.from > time } ?? parts[0]
    }

    /// Returns when the pause at a local time ends; nil without a pause, or if it never ends.
    package func endOfPause(at time: TimeOfDay) -> TimeOfDay? {
        guard part(at: time).rate == nil else { return nil }
        let after = parts.filter { $0.from > time } + parts.filter { $0.from <= time }
        return after.first { $0.rate != nil }?.from
    }

    /// Returns the time from a local time until the last of `count` starts, in nanoseconds.
    ///
    /// The first one is at once, or at the end of a pause. Days have 24 hours. nil if there is never
    /// a start; clamped to 292 years.
    package func nanoseconds(for count: UInt64, from start: TimeOfDay) -> Int64? {
        guard !isAlwaysPaused else { return nil }
        guard count > 0 else { return 0 }
        var wanted = Double(count - 1)
        var elapsed = 0.0
        var time = start
        if let end = endOfPause(at: time) {
            elapsed = Double(end.seconds(since: time)) * 1e9
            time = end
        }
        if isConstant, let rate = parts[0].rate {
            elapsed += wanted * rate.interval
            return elapsed < 9e18 ? Int64(elapsed) : .max
        }
        let perDay = span(of: time).reduce(0.0) { $0 + $1.starts }
        // Of the last day every part is walked through.
        let days = max(0, (wanted / perDay).rounded(.down) - 1)
        wanted -= days * perDay
        elapsed += days * Double(TimeOfDay.secondsPerDay) * 1e9
        while true {
            for (starts, length) in span(of: time) {
                // At the rate of this part to the last start, which is in it.
                if wanted <= starts {
                    elapsed += starts > 0 ? wanted / starts * length : 0
                    return elapsed < 9e18 ? Int64(elapsed) : .max
                }
                wanted -= starts
                elapsed += length
            }
        }
    }

    /// The starts and the lengths in nanoseconds of the parts of 24 hours from a local time.
    private func span(of start: TimeOfDay) -> [(starts: Double, length: Double)] {
        var all: [(starts: Double, length: Double)] = []
        var time = start
        var left = TimeOfDay.secondsPerDay
        while left > 0 {
            let next = part(after: time).from
            let distance = next.seconds(since: time)
            let seconds = min(distance == 0 ? TimeOfDay.secondsPerDay : distance, left)
            let length = Double(seconds) * 1e9
            all.append((part(at: time).rate.map { length / $0.interval } ?? 0, length))
            left -= seconds
            time = next
        }
        return all
    }
}
