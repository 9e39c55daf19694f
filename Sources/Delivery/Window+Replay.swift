import Time

/// Lines that wait for their places in a replay.
extension Window {
    /// Lets a record without a line take its place in the replay.
    @inline(never)
    mutating func pass(_ time: Int64?) {
        if let time { replay?.add(time, slot: nil) }
    }

    /// Queues the lines whose places in the replay have come.
    ///
    /// - Parameters:
    ///   - isEnd: Whether no more records come.
    ///   - isFull: Whether the next record has no room.
    @inline(never)
    mutating func queueScheduled(isEnd: Bool, isFull: Bool, now: ClockReading) {
        let isFull = isFull || self.isFull
        replay?.place(isEnd: isEnd, isFull: isFull, now: now.instant)
        while let slot = replay?.popDue(now: now.instant) { queue(slot, now: now) }
    }

    /// Whether a line comes before another: in input order, or in that of the replay.
    func isBefore(_ slot: Int, _ other: Int) -> Bool {
        replay?.isBefore(slot, other) ?? (lines[slot].id < lines[other].id)
    }
}
