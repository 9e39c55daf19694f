package import Delivery
import Platform
package import Time

/// The rate of a run as the clock or a file changes it.
///
/// It is polled at every whole second. So it needs no notice of a clock that is set or of a change
/// of daylight saving time: the next second has another time of day.
package struct RateControl: Sendable {
    /// What a poll found.
    package struct Changes: Sendable {
        /// The new rate, and since when it applies; nil if it is as before.
        package var rate: (new: Rate?, at: Instant)?
        package var events: [RunEvent] = []
    }

    /// When to poll next.
    package private(set) var due = Instant(nanoseconds: .min)
    private var timetable: RateTimetable
    private var file: RateFile?
    private let timeOfDay: @Sendable (Int64) -> TimeOfDay
    /// The rate of the last poll, and when it was; nil before the first poll.
    private var last: (rate: Rate?, at: Instant)?

    /// - Parameters:
    ///   - timetable: The rates until `file` changes.
    ///   - timeOfDay: Returns the local time of day of a wall clock's milliseconds since 1970.
    package init(
        _ timetable: RateTimetable, file: RateFile? = nil,
        timeOfDay: @escaping @Sendable (Int64) -> TimeOfDay = { LocalTime(at: $0).timeOfDay }
    ) {
        self.timetable = timetable
        self.file = file
        self.timeOfDay = timeOfDay
    }

    /// Returns what has changed, and sets `due`.
    package mutating func poll(now: ClockReading) -> Changes {
        var changes = Changes()
        let milliseconds = (now.wall % 1000 + 1000) % 1000
        due = now.instant.advanced(byNanoseconds: (1000 - milliseconds) * 1_000_000)
        let isFromFile = readFile(&changes)
        let time = timeOfDay(now.wall)
        let part = timetable.part(at: time)
        defer { last = (part.rate, now.instant) }
        guard let last else {
            changes.rate = (part.rate, now.instant)
            if part.rate == nil { changes.events.append(event(at: time)) }
            return changes
        }
        guard part.rate != last.rate else { return changes }
        var began = now.instant
        if !isFromFile {
            // A late wake-up does not move the beginning of a part.
            let since = Int64(time.seconds(since: part.from)) * 1000 + milliseconds
            began = max(last.at, now.instant.advanced(byNanoseconds: -since * 1_000_000))
        }
        changes.rate = (part.rate, began)
        changes.events.append(event(at: time))
        return changes
    }

    /// Returns when the present pause ends and how long that is from now; nil if it never ends.
    package func endOfPause(wall: Int64) -> (time: TimeOfDay, left: Duration)? {
        let now = timeOfDay(wall)
        return timetable.endOfPause(at: now).map { ($0, .seconds($0.seconds(since: now))) }
    }

    /// Reads a file that has changed; returns whether the timetable is new.
    private mutating func readFile(_ changes: inout Changes) -> Bool {
        guard let path = file?.path, let read = file?.readIfChanged() else { return false }
        switch read {
        case .success(let new):
            timetable = new
            return true
        case .failure(let problem):
            changes.events.append(.rateFileProblem(path: path, problem))
            return false
        }
    }

    private func event(at time: TimeOfDay) -> RunEvent {
        let rate = timetable.part(at: time).rate
        let end = timetable.isConstant ? nil : timetable.part(after: time).from
        return .rateChanged(rate, until: rate == nil ? timetable.endOfPause(at: time) : end)
    }
}
