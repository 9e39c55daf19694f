import Delivery
import Testing
import TestSupport
import Time

@Suite("Pacer") struct PacerTests {
    /// When starts are wanted, and how late the clock wakes their owner.
    enum Demand: CaseIterable {
        /// Always, on an exact clock.
        case steady
        /// Always, woken late by up to 5 ms.
        case late
        /// In bursts with pauses between.
        case bursts
        /// Always, but stalled for seconds at times.
        case stalls
        /// One of these for each start.
        case mixed
    }

    /// Starts `count` times under a demand; returns the times.
    private func starts(
        _ pacer: inout Pacer, _ demand: Demand, count: Int, random: inout SplitMix64
    ) -> [Int64] {
        var now = Instant.start
        var times: [Int64] = []
        while times.count < count {
            var kind = demand
            if kind == .mixed {
                kind = [.steady, .late, .bursts, .stalls][Int(random.next(upTo: 3))]
            }
            switch kind {
            case .bursts where random.next(upTo: 20) == 0:
                now = now.advanced(byNanoseconds: Int64(random.next(upTo: UInt64(2 * second))))
            case .stalls where random.next(upTo: 50) == 0:
                now = now.advanced(byNanoseconds: Int64(random.next(upTo: UInt64(5 * second))))
            default:
                break
            }
            let earliest = pacer.earliestStart(now: now)
            if earliest > now {
                pacer.deferStart(now: now)
                now = earliest
                if kind != .steady {
                    now = now.advanced(byNanoseconds: Int64(random.next(upTo: 5_000_000)))
                }
                continue
            }
            pacer.recordStart(now: now)
            times.append(now.nanoseconds)
        }
        return times
    }

    /// Checks the bound over all pairs of starts: any that are `w` apart have at most
    /// `1 + floor((w + L) / I)` starts between them, both included, to the nanosecond.
    private func firstViolation(_ times: [Int64], _ rate: Rate, burst: Int) -> (Int, Int)? {
        let tolerance = max(Int64(burst - 1) * rate.period, 10 * millisecond * rate.count)
        for first in times.indices {
            for last in first..<times.count {
                let window = (times[last] - times[first] + 1) * rate.count
                if Int64(last - first) > (window + tolerance) / rate.period { return (first, last) }
            }
        }
        return nil
    }

    static let rates = [
        Rate(count: 1, perNanoseconds: 2 * second), Rate(count: 1, perNanoseconds: second),
        Rate(count: 7, perNanoseconds: second), Rate(count: 333, perNanoseconds: minute),
        Rate(count: 200, perNanoseconds: second), Rate(count: 3_000, perNanoseconds: second),
        Rate(count: 10_000, perNanoseconds: second),
    ]

    @Test(
        "No interval has more starts than the rate and its tolerance allow",
        arguments: rates, Demand.allCases)
    func bound(rate: Rate, demand: Demand) {
        let seed = TestSeed.next()
        var random = SplitMix64(seed: seed)
        for burst in [1, 2, 10, 500] {
            for ramp in [0, 3 * second] {
                var pacer = Pacer(rate, burst: burst, ramp: ramp, now: .start)
                let times = starts(&pacer, demand, count: 600, random: &random)
                let violation = firstViolation(times, rate, burst: burst)
                #expect(violation == nil, "seed \(seed), burst \(burst), ramp \(ramp)")
            }
        }
    }

    @Test(
        "A day on an exact clock has exactly the starts of the rate",
        arguments: [
            (Rate(count: 7, perNanoseconds: second), 7 * 86_400),
            (Rate(count: 333, perNanoseconds: minute), 333 * 1_440),
            (Rate(count: 1, perNanoseconds: 2 * second), 43_200),
            (Rate(count: 5_000, perNanoseconds: hour), 5_000 * 24),
        ])
    func drift(rate: Rate, expected: Int) {
        var pacer = Pacer(rate, now: .start)
        let end = Instant.start.advanced(byNanoseconds: 24 * hour)
        var now = Instant.start
        var count = 0
        while now < end {
            let earliest = pacer.earliestStart(now: now)
            if earliest > now {
                pacer.deferStart(now: now)
                now = earliest
            } else {
                pacer.recordStart(now: now)
                count += 1
            }
        }
        #expect(count == expected)
    }

    @Test("A new pacer has a credit of the burst and no more", arguments: rates, [1, 2, 10])
    func start(rate: Rate, burst: Int) {
        var pacer = Pacer(rate, burst: burst, now: .start)
        #expect(startsAtOnce(&pacer, now: .start) == burst)
    }

    @Test("Idle time accrues the burst and no more", arguments: rates, [1, 2, 10])
    func pause(rate: Rate, burst: Int) {
        for pause in [11 * millisecond, 150 * millisecond, 20 * second, 100 * hour] {
            for isWanted in [false, true] {
                var pacer = Pacer(rate, burst: burst, now: .start)
                pacer.recordStart(now: .start)
                var from = Instant.start
                if isWanted && pause < 100 * millisecond { continue }
                if isWanted {
                    from = max(from, pacer.earliestStart(now: .start))
                    if from > .start { pacer.deferStart(now: .start) }
                }
                let now = from.advanced(byNanoseconds: pause)
                let count = startsAtOnce(&pacer, now: now)
                #expect(count <= burst, "after \(pause) ns")
                if pause == 100 * hour { #expect(count == burst) }
            }
        }
    }

    private func startsAtOnce(_ pacer: inout Pacer, now: Instant) -> Int {
        var count = 0
        while pacer.earliestStart(now: now) <= now {
            pacer.recordStart(now: now)
            count += 1
        }
        return count
    }

    @Test("Asking a pacer when a start conforms does not change it", arguments: rates, [1, 10])
    func asking(rate: Rate, burst: Int) {
        let seed = TestSeed.next()
        var random = SplitMix64(seed: seed)
        var pacer = Pacer(rate, burst: burst, now: .start)
        var now = Instant.start
        for _ in 0..<1_000 {
            let earliest = pacer.earliestStart(now: now)
            #expect(pacer.earliestStart(now: now) == earliest, "seed \(seed)")
            let later = now.advanced(byNanoseconds: Int64(random.next(upTo: UInt64(minute))))
            _ = pacer.earliestStart(now: later)
            #expect(pacer.earliestStart(now: now) == earliest, "seed \(seed)")
            if earliest <= now { pacer.recordStart(now: now) } else { pacer.deferStart(now: now) }
            now = max(now, earliest).advanced(
                byNanoseconds: Int64(random.next(upTo: UInt64(200 * millisecond))))
        }
    }

    @Test(
        "Late wake-ups lower the rate by no more than a hundredth",
        arguments: [10, 100, 1_000, 5_000, 10_000] as [Int64], [0, 20_000] as [Int64])
    func lateness(perSecond: Int64, busy: Int64) {
        var pacer = Pacer(Rate(count: perSecond, perNanoseconds: second), now: .start)
        let end = Instant.start.advanced(byNanoseconds: 20 * second)
        var now = Instant.start
        var count: Int64 = 0
        while now < end {
            let earliest = pacer.earliestStart(now: now)
            if earliest > now {
                pacer.deferStart(now: now)
                now = earliest.advanced(byNanoseconds: millisecond)
            } else {
                pacer.recordStart(now: now)
                count += 1
                // The owner is busy between two starts.
                now = now.advanced(byNanoseconds: busy)
            }
        }
        #expect(count * 100 >= perSecond * 20 * 99)
        #expect(count <= perSecond * 20 + perSecond / 100 + 1)
    }

    @Test("A ramp grows to the full rate with half of its starts, and never exceeds it")
    func ramp() {
        let rate = Rate(count: 1_000, perNanoseconds: second)
        var pacer = Pacer(rate, ramp: 30 * second, now: .start)
        var now = Instant.start
        var perSecond = [Int](repeating: 0, count: 60)
        let end = Instant.start.advanced(byNanoseconds: 60 * second)
        while now < end {
            let earliest = pacer.earliestStart(now: now)
            if earliest > now {
                pacer.deferStart(now: now)
                now = earliest
            } else {
                pacer.recordStart(now: now)
                perSecond[Int(now.nanoseconds(since: .start) / second)] += 1
            }
        }
        #expect(perSecond.allSatisfy { $0 <= 1_001 })
        #expect(perSecond[30...].allSatisfy { $0 >= 999 })
        for tick in 1..<30 { #expect(perSecond[tick] >= perSecond[tick - 1]) }
        let onTheWay = perSecond[..<30].reduce(0, +)
        #expect((14_900...15_100).contains(onTheWay))
    }

    @Test(
        "The slowest rates, largest bursts and longest ramps do not overflow",
        arguments: [1, .max], [0, .max] as [Int64])
    func extremes(burst: Int, ramp: Int64) {
        var pacer = Pacer(
            Rate(count: 1, perNanoseconds: .max), burst: burst, ramp: ramp, now: .start)
        var now = Instant.start
        var count = 0
        for _ in 0..<100 {
            if pacer.earliestStart(now: now) <= now {
                pacer.recordStart(now: now)
                count += 1
            }
            now = now.advanced(byNanoseconds: 1000 * hour)
        }
        #expect(count >= 1)
    }
}
