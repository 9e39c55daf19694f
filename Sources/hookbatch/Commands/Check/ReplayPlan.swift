import Delivery

/// What a replay would do: its time, its gaps and its busiest second.
struct ReplayPlan {
    /// Maximum gaps to keep.
    static let gapsKept = 3
    /// The lines that a run holds.
    private static let capacity = DeliveryOptions().window

    struct Gap {
        /// Recorded time in nanoseconds.
        var length: Int64
        /// The record after it.
        var place: RecordPlace
    }

    private var records: SortWindow<RecordPlace>
    private var schedule: RecordedSchedule
    /// The place of the last record, in nanoseconds.
    private(set) var length: Int64 = 0
    /// The longest first.
    private(set) var gaps: [Gap] = []
    /// The gaps that `--max-gap` shortens.
    private(set) var shortenedGaps: UInt64 = 0
    /// The most records of one second of the replay.
    private(set) var mostInSecond: UInt64 = 0
    private var second: Int64 = 0
    private var inSecond: UInt64 = 0

    init(_ pace: RecordedPace) {
        records = SortWindow(pace.sortWindow, capacity: Self.capacity)
        schedule = RecordedSchedule(pace)
    }

    /// The records that are out of order beyond the sort window.
    var lateRecords: UInt64 { schedule.lateCount }

    /// Adds the next valid record.
    ///
    /// - Parameter time: When it was recorded, in nanoseconds since 1970.
    mutating func add(_ time: Int64, _ place: RecordPlace) {
        records.add(time, place)
        placeRecords(isEnd: false)
    }

    mutating func end() { placeRecords(isEnd: true) }

    private mutating func placeRecords(isEnd: Bool) {
        while let record = records.next(isForced: isEnd) {
            let place = schedule.place(record.time)
            length = place.offset
            if place.isShortened { shortenedGaps += 1 }
            if place.gap > 0 { note(Gap(length: place.gap, place: record.item)) }
            count(in: place.offset / 1_000_000_000)
        }
    }

    private mutating func note(_ gap: Gap) {
        let index = gaps.firstIndex { $0.length < gap.length } ?? gaps.count
        guard index < Self.gapsKept else { return }
        gaps.insert(gap, at: index)
        if gaps.count > Self.gapsKept { gaps.removeLast() }
    }

    private mutating func count(in second: Int64) {
        inSecond = second == self.second ? inSecond + 1 : 1
        self.second = second
        mostInSecond = max(mostInSecond, inSecond)
    }
}
