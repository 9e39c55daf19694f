import Time

/// The lines of a window that wait for their places in a replay.
///
/// A line is first sorted in among others, then it has its place and waits for it. Records that have
/// an outcome already take part without a slot, since the places of others depend on them.
struct Replay: Sendable {
    /// The place of a line, by slot.
    private struct Line: Sendable {
        var offset: Int64 = 0
        /// The number of lines placed before it.
        var number: UInt64 = 0
        /// Whether its application has held it back: that moves no other line.
        var wasHeldByApp = false
        var start: ScheduledStart?
    }

    /// A start that is later than this has lost time, in nanoseconds: an alarm of the clock is
    /// late by less.
    private static let lateness = Pacer.lateness

    private let pace: RecordedPace
    private var schedule: RecordedSchedule
    /// The slots of lines without a place; nil for a record without a line.
    private var unplaced: SortWindow<Int?>
    private var placed = SlotQueue()
    private var nextNumber: UInt64 = 0
    private var lines: [Line] = []
    /// The instant of place 0; nil before the first line has its place.
    private var origin: Instant?
    /// The place of the first line of this process: the replay resumes there.
    private(set) var firstOffset: Int64?

    init(_ pace: RecordedPace, window: Int) {
        self.pace = pace
        schedule = RecordedSchedule(pace)
        unplaced = SortWindow(pace.sortWindow, capacity: window)
    }

    /// The lines that have their places and wait for them.
    var placedCount: Int { placed.count }

    /// The records that were older than one before them, beyond the sort window.
    var lateCount: UInt64 { schedule.lateCount }

    /// When the next line is due; nil if none has its place.
    var nextDue: Instant? { placed.first.map { due($0) } }

    /// Adds the next record of the input.
    ///
    /// - Parameters:
    ///   - time: When it was recorded, in nanoseconds since 1970.
    ///   - slot: Its line; nil if it is not sent any more.
    mutating func add(_ time: Int64, slot: Int?) {
        if let slot {
            while lines.count <= slot { lines.append(Line()) }
            lines[slot] = Line()
        }
        unplaced.add(time, slot)
        // At once, so that the places do not depend on how much is read in a turn.
        placeLines(isForced: false)
    }

    /// Gives their places to the lines that no later record can precede.
    ///
    /// - Parameters:
    ///   - isEnd: Whether no more records come.
    ///   - isFull: Whether no more records can be read before a line has ended.
    mutating func place(isEnd: Bool, isFull: Bool, now: Instant) {
        placeLines(isForced: isEnd || isFull && placed.count == 0)
        guard origin == nil, let first = placed.first else { return }
        // The recorded clock runs from the place of the first line.
        origin = now.advanced(byNanoseconds: -lines[first].offset)
        firstOffset = lines[first].offset
    }

    private mutating func placeLines(isForced: Bool) {
        while let record = unplaced.next(isForced: isForced) {
            let place = schedule.place(record.time)
            guard let slot = record.item else { continue }
            lines[slot].offset = place.offset
            lines[slot].number = nextNumber
            nextNumber += 1
            placed.append(slot)
        }
    }

    /// Removes the line that is due, if there is one.
    mutating func popDue(now: Instant) -> Int? {
        guard let slot = placed.first, due(slot) <= now else { return nil }
        placed.removeFirst()
        return slot
    }

    /// Whether the place of one line is before that of another.
    func isBefore(_ slot: Int, _ other: Int) -> Bool { lines[slot].number < lines[other].number }

    /// Records that the application of a line holds it back.
    mutating func holdBack(_ slot: Int) { lines[slot].wasHeldByApp = true }

    /// Records the start of an attempt.
    mutating func recordStart(_ slot: Int, now: ClockReading) {
        guard lines[slot].start == nil else { return }
        let lag = max(0, now.instant.nanoseconds(since: due(slot)))
        lines[slot].start = ScheduledStart(
            dueAt: now.wall - (lag + 500_000) / 1_000_000, lag: lag)
        guard !pace.catchesUp, !lines[slot].wasHeldByApp, lag > Self.lateness else { return }
        origin = origin?.advanced(byNanoseconds: lag)
    }

    /// The first start of a line in this process; nil before it.
    func start(_ slot: Int) -> ScheduledStart? { lines[slot].start }

    private func due(_ slot: Int) -> Instant {
        (origin ?? Instant(nanoseconds: 0)).advanced(byNanoseconds: lines[slot].offset)
    }
}
