import Delivery
import TestSupport
import Testing
import Time

@Suite("Rate timetable") struct RateTimetableTests {
    private static func time(_ text: String) -> TimeOfDay {
        guard let time = TimeOfDay(text: text) else { preconditionFailure("a time of day") }
        return time
    }

    private static let slow = Rate(count: 20, perNanoseconds: second)
    private static let fast = Rate(count: 200, perNanoseconds: second)

    /// 20/s from 06:00, 200/s from 22:00.
    private static let nightly = RateTimetable([
        .init(from: time("22:00"), rate: fast), .init(from: time("06:00"), rate: slow),
    ])

    @Test(
        "The rate is that of the time that passed last, over midnight too",
        arguments: [
            ("00:00", false), ("05:59:59", false), ("06:00", true), ("12:00", true),
            ("21:59:59", true), ("22:00", false), ("23:59:59", false),
        ])
    func lookup(text: String, isSlow: Bool) {
        let time = Self.time(text)
        #expect(Self.nightly.part(at: time).rate == (isSlow ? Self.slow : Self.fast))
        #expect(Self.nightly.part(after: time).rate == (isSlow ? Self.fast : Self.slow))
    }

    @Test("A pause ends with the next part that has a rate")
    func pauses() {
        let table = RateTimetable([
            .init(from: Self.time("06:00"), rate: nil), .init(from: Self.time("12:00"), rate: nil),
            .init(from: Self.time("22:00"), rate: Self.fast),
        ])
        #expect(table.endOfPause(at: Self.time("07:00")) == Self.time("22:00"))
        #expect(table.endOfPause(at: Self.time("12:00")) == Self.time("22:00"))
        #expect(table.endOfPause(at: Self.time("23:00")) == nil)
        #expect(RateTimetable(nil).endOfPause(at: Self.time("23:00")) == nil)
        #expect(RateTimetable(nil).isAlwaysPaused)
    }

    @Test("The time of a send adds up its parts and the pauses")
    func estimates() throws {
        func seconds(_ table: RateTimetable, _ count: UInt64, from text: String) -> Int64? {
            table.nanoseconds(for: count, from: Self.time(text)).map { $0 / second }
        }
        #expect(seconds(RateTimetable(Self.slow), 201, from: "12:00") == 10)
        #expect(seconds(RateTimetable(nil), 1, from: "12:00") == nil)
        // A minute at 20/s, and the others at 200/s.
        #expect(seconds(Self.nightly, 1201 + 12_000, from: "21:59") == 120)
        // A whole day has 16 hours at 20/s and 8 at 200/s.
        let day: UInt64 = 16 * 3600 * 20 + 8 * 3600 * 200
        #expect(seconds(Self.nightly, 5 * day + 1201, from: "07:00") == Int64(5 * 86_400 + 60))
        #expect(seconds(Self.nightly, .max, from: "07:00") == Int64.max / second)
        let paused = RateTimetable([
            .init(from: Self.time("06:00"), rate: nil),
            .init(from: Self.time("22:00"), rate: Self.fast),
        ])
        #expect(seconds(paused, 0, from: "07:00") == 0)
        #expect(seconds(paused, 1, from: "07:00") == Int64(15 * 3600))
        // The night is too short by a minute.
        #expect(seconds(paused, (8 * 3600 + 60) * 200 + 1, from: "22:00") == Int64(24 * 3600 + 60))
    }

    @Test("An estimate agrees with a pacer that follows the timetable")
    func simulated() throws {
        let seed = TestSeed.next()
        var random = SplitMix64(seed: seed)
        for _ in 0..<20 {
            var parts: [RateTimetable.Part] = []
            for hour in 0..<24 where random.next(upTo: 3) == 0 {
                let count = Int64(random.next(upTo: 3))
                let rate = count == 0 ? nil : Rate(count: count, perNanoseconds: minute)
                parts.append(.init(from: TimeOfDay(seconds: hour * 3600), rate: rate))
            }
            guard parts.contains(where: { $0.rate != nil }) else { continue }
            let table = RateTimetable(parts)
            let count = 2000 + random.next(upTo: 3000)
            let start = Int(random.next(upTo: 86_399))
            var pacer: Pacer?
            var (started, now, rate, pausedAt) = (
                UInt64(0), Instant.start, Rate?.none, Instant?.none
            )
            var last = now
            while started < count {
                let elapsed = now.nanoseconds(since: .start) / second
                let time = TimeOfDay(seconds: (start + Int(elapsed)) % 86_400)
                let new = table.part(at: time).rate
                if new == nil { pausedAt = pausedAt ?? now }
                if let new {
                    if let pausedAt { pacer?.resume(pausedAt: pausedAt, at: now) }
                    pausedAt = nil
                    if new != rate { pacer?.setRate(new, at: now) }
                    pacer = pacer ?? Pacer(new, now: now)
                    rate = new
                    while started < count, let next = pacer?.earliestStart(now: now), next <= now {
                        pacer?.recordStart(now: now)
                        started += 1
                        last = now
                    }
                    pacer?.deferStart(now: now)
                }
                now = now.advanced(byNanoseconds: second)
            }
            let estimate = try #require(
                table.nanoseconds(for: count, from: TimeOfDay(seconds: start)))
            let actual = last.nanoseconds(since: .start)
            // A start that conforms is up to a second late here, and each part may cost one.
            #expect(abs(actual - estimate) <= 4 * minute * Int64(parts.count), "seed \(seed)")
        }
    }
}
