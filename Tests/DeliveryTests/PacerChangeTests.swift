import Delivery
import TestSupport
import Testing
import Time

@Suite("Pacer: changes of the rate") struct PacerChangeTests {
    /// A stretch of time with one rate; nil: a pause.
    private struct Stretch {
        var from: Int64
        var rate: Rate?
    }

    /// How many starts the rates between two times add up to.
    private func sum(_ stretches: [Stretch], from: Int64, to: Int64) -> Double {
        var total = 0.0
        for (index, stretch) in stretches.enumerated() {
            guard let rate = stretch.rate else { continue }
            let end = index + 1 < stretches.count ? stretches[index + 1].from : .max
            let length = min(end, to) - max(stretch.from, from)
            if length > 0 { total += Double(length) * rate.perSecond / 1e9 }
        }
        return total
    }

    /// The starts above the rate that a window may have which begins at `time`.
    private func allowance(_ stretches: [Stretch], at time: Int64, burst: Int) -> Double {
        let rate = stretches.last { $0.from <= time && $0.rate != nil }?.rate
        let lateness = Double(Pacer.lateness) * (rate?.perSecond ?? 0) / 1e9
        return 1 + max(Double(burst - 1), lateness)
    }

    private static let counts: [Int64] = [1, 7, 20, 200, 3000, 10_000]

    /// The starts in a nanosecond at the largest rate: times are whole nanoseconds.
    private static let rounding = 10_000 / 1e9

    @Test(
        "No window has more starts than its rates add up to, and the tolerance of its first rate",
        arguments: PacerTests.Demand.allCases)
    func bound(demand: PacerTests.Demand) {
        let seed = TestSeed.next()
        var random = SplitMix64(seed: seed)
        for burst in [1, 1, 2, 10, 200] {
            let ramp = random.next(upTo: 3) == 0 ? 3 * second : 0
            var stretches: [Stretch] = []
            var time = Instant.start.nanoseconds
            for _ in 0..<12 {
                let count = Self.counts[Int(random.next(upTo: 5))]
                let isPaused = !stretches.isEmpty && random.next(upTo: 4) == 0
                let rate = Rate(count: count, perNanoseconds: second)
                stretches.append(Stretch(from: time, rate: isPaused ? nil : rate))
                time += Int64(
                    random.next(upTo: UInt64(random.next(upTo: 2) == 0 ? second : 40 * millisecond))
                )
            }
            let times = starts(stretches, demand, burst: burst, ramp: ramp, random: &random)
            #expect(times.count > 1, "seed \(seed)")
            for first in times.indices {
                let allowed = allowance(stretches, at: times[first], burst: burst)
                for last in first..<times.count {
                    let most = allowed + sum(stretches, from: times[first], to: times[last])
                    guard Double(last - first + 1) > most + Self.rounding else { continue }
                    Issue.record(
                        """
                        seed \(seed), burst \(burst), ramp \(ramp): \(last - first + 1) starts \
                        in \(times[last] - times[first]) ns, at most \(most)
                        """)
                    return
                }
            }
        }
    }

    /// Starts under a demand as long as the stretches last, at most 1500 times.
    private func starts(
        _ stretches: [Stretch], _ demand: PacerTests.Demand, burst: Int, ramp: Int64,
        random: inout SplitMix64
    ) -> [Int64] {
        guard let first = stretches[0].rate else { preconditionFailure("it begins with a rate") }
        var pacer = Pacer(first, burst: burst, ramp: ramp, now: .start)
        var now = Instant.start
        var times: [Int64] = []
        var current = 0
        var pausedAt: Instant?
        let end = stretches[stretches.count - 1].from + second
        while now.nanoseconds < end, times.count < 1500 {
            while current + 1 < stretches.count, stretches[current + 1].from <= now.nanoseconds {
                current += 1
                let at = Instant(nanoseconds: stretches[current].from)
                if let rate = stretches[current].rate {
                    if let pausedAt { pacer.resume(pausedAt: pausedAt, at: at) }
                    pausedAt = nil
                    pacer.setRate(rate, at: at)
                } else {
                    pausedAt = pausedAt ?? at
                }
            }
            var kind = demand
            if kind == .mixed {
                kind = [.steady, .late, .bursts, .stalls][Int(random.next(upTo: 3))]
            }
            let next =
                current + 1 < stretches.count
                ? Instant(nanoseconds: stretches[current + 1].from) : Instant(nanoseconds: end)
            if pausedAt != nil {
                now = next
            } else if kind == .bursts, random.next(upTo: 20) == 0 {
                now = now.advanced(byNanoseconds: Int64(random.next(upTo: UInt64(second / 2))))
            } else if kind == .stalls, random.next(upTo: 50) == 0 {
                now = now.advanced(byNanoseconds: Int64(random.next(upTo: UInt64(second))))
            } else if pacer.earliestStart(now: now) > now {
                pacer.deferStart(now: now)
                now = min(pacer.earliestStart(now: now), next)
            } else {
                pacer.recordStart(now: now)
                times.append(now.nanoseconds)
                continue
            }
            if kind != .steady {
                now = now.advanced(byNanoseconds: Int64(random.next(upTo: 5_000_000)))
            }
        }
        return times
    }

    @Test("On an exact clock each part has the starts of its rate, to one")
    func exact() {
        let parts: [(Int64, Int64)] = [(20, 10), (1000, 10), (0, 5), (3, 20), (200, 10)]
        var pacer = Pacer(Rate(count: 20, perNanoseconds: second), now: .start)
        var now = Instant.start
        for (index, (count, seconds)) in parts.enumerated() {
            let end = now.advanced(byNanoseconds: seconds * second)
            if count == 0 {
                pacer.resume(pausedAt: now, at: end)
                now = end
                continue
            }
            if index > 0 { pacer.setRate(Rate(count: count, perNanoseconds: second), at: now) }
            var starts: Int64 = 0
            while now < end {
                let next = pacer.earliestStart(now: now)
                if next <= now {
                    pacer.recordStart(now: now)
                    starts += 1
                } else {
                    pacer.deferStart(now: now)
                    now = min(next, end)
                }
            }
            #expect(abs(starts - count * seconds) <= 1, "\(count)/s")
        }
    }

    @Test("A wait at a slow rate becomes a wait at the new rate")
    func wait() {
        var pacer = Pacer(Rate(count: 1, perNanoseconds: hour), now: .start)
        pacer.recordStart(now: .start)
        pacer.deferStart(now: .start)
        let now = Instant.start.advanced(byNanoseconds: hour / 2)
        pacer.setRate(Rate(count: 100, perNanoseconds: second), at: now)
        let wait = pacer.earliestStart(now: now).nanoseconds(since: now)
        #expect(abs(wait - 5 * millisecond) <= 2)
    }

    @Test("Of the credit for lateness at a fast rate a slow rate keeps no more than its own")
    func credit() {
        for burst in [1, 5] {
            var pacer = Pacer(
                Rate(count: 10_000, perNanoseconds: second), burst: burst, now: .start)
            // Busy with other things for 9 ms: 90 starts are due.
            pacer.recordStart(now: .start)
            let now = Instant.start.advanced(byNanoseconds: 9 * millisecond)
            pacer.setRate(Rate(count: 10, perNanoseconds: second), at: now)
            var count = 0
            while pacer.earliestStart(now: now) <= now {
                pacer.recordStart(now: now)
                count += 1
            }
            #expect(count == burst)
        }
    }

    @Test("A pause earns no credit, and a wait continues after it")
    func pause() {
        for burst in [1, 10] {
            var pacer = Pacer(Rate(count: 1, perNanoseconds: second), burst: burst, now: .start)
            for _ in 0..<burst { pacer.recordStart(now: .start) }
            pacer.deferStart(now: .start)
            let pause = Instant.start.advanced(byNanoseconds: second / 4)
            let end = pause.advanced(byNanoseconds: 8 * hour)
            pacer.resume(pausedAt: pause, at: end)
            #expect(pacer.earliestStart(now: end).nanoseconds(since: end) == second * 3 / 4)
        }
    }

    @Test("The slowest and fastest rates, largest bursts and longest ramps do not overflow")
    func extremes() {
        let rates = [
            Rate(count: 1, perNanoseconds: .max), Rate(count: .max, perNanoseconds: 1),
            Rate(count: 1, perNanoseconds: second),
        ]
        for (burst, ramp) in [(1, 0), (.max, .max), (1, .max)] as [(Int, Int64)] {
            for first in rates {
                for second in rates {
                    var pacer = Pacer(first, burst: burst, ramp: ramp, now: .start)
                    var now = Instant.start
                    for step in 0..<20 {
                        if pacer.earliestStart(now: now) <= now { pacer.recordStart(now: now) }
                        pacer.deferStart(now: now)
                        now = now.advanced(byNanoseconds: 1000 * hour)
                        pacer.resume(pausedAt: now, at: now.advanced(byNanoseconds: 1000 * hour))
                        now = now.advanced(byNanoseconds: 1000 * hour)
                        pacer.setRate(step.isMultiple(of: 2) ? second : first, at: now)
                    }
                    #expect(pacer.earliestStart(now: now).nanoseconds > .min)
                }
            }
        }
    }
}
