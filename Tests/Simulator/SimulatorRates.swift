import Delivery
import Sending
import TestSupport
import Time

/// Rates that follow the clock, in a cycle; some are pauses.
struct SimulatorRates {
    struct Part {
        /// In nanoseconds from the beginning of the cycle.
        var from: Int64
        /// nil: a pause.
        var rate: Rate?
    }

    let parts: [Part]
    /// In nanoseconds.
    let cycle: Int64

    init(_ random: inout SplitMix64) {
        let counts: [Int64] = [1, 7, 50, 333, 2000]
        var parts: [Part] = []
        var from: Int64 = 0
        for index in 0..<2 + random.next(upTo: 3) {
            let count = counts[Int(random.next(upTo: 4))]
            let isPaused = index > 0 && random.next(upTo: 2) == 0
            parts.append(
                Part(from: from, rate: isPaused ? nil : Rate(count: count, perNanoseconds: second)))
            let longest = random.next(upTo: 1) == 0 ? second / 2 : 10 * second
            from += 20 * millisecond + Int64(random.next(upTo: UInt64(longest)))
        }
        self.parts = parts
        cycle = from
    }

    /// The part at a time: its number, counted over all cycles.
    private func number(at time: Int64) -> Int64 {
        let index = parts.lastIndex { $0.from <= time % cycle } ?? 0
        return time / cycle * Int64(parts.count) + Int64(index)
    }

    private func part(_ number: Int64) -> (from: Int64, rate: Rate?) {
        let (cycles, index) = number.quotientAndRemainder(dividingBy: Int64(parts.count))
        let part = parts[Int(index)]
        return (cycles * cycle + part.from, part.rate)
    }

    /// Returns the rate at a time.
    func rate(at time: Int64) -> Rate? { part(number(at: time)).rate }

    /// Returns when the next part begins.
    func next(after time: Int64) -> Int64 { part(number(at: time) + 1).from }

    /// Returns the parts that begin after one time and not after another.
    ///
    /// - Parameter burst: That of the pacer. Of a long time only so many cycles are needed that they
    ///   earn it twice: a pacer is at rest by then.
    func changes(
        after: Int64, through: Int64, burst: Int
    ) -> [(from: Int64, rate: Rate?)] {
        let (first, last) = (number(at: after) + 1, number(at: through))
        let cycles = Int64((2 * Double(burst) / starts(from: 0, to: cycle)).rounded(.up)) + 1
        return first > last
            ? [] : (max(first, last - cycles * Int64(parts.count))...last).map { part($0) }
    }

    /// Returns the starts that the rates between two times add up to.
    func starts(from: Int64, to: Int64) -> Double {
        var total = 0.0
        var time = from
        while time < to {
            let end = min(next(after: time), to)
            total += Double(end - time) * (rate(at: time)?.perSecond ?? 0) / 1e9
            time = end
        }
        return total
    }

    /// Returns the starts above the rates that a window from a time on may have.
    func allowance(at time: Int64, burst: Int) -> Double {
        var number = number(at: time)
        while part(number).rate == nil { number -= 1 }
        let lateness = Double(Pacer.lateness) * (part(number).rate?.perSecond ?? 0) / 1e9
        return 1 + max(Double(burst - 1), lateness)
    }
}

extension SimulatorProcess {
    /// Sets the rates that began since the last turn, as the clock says.
    func updateRate() {
        guard let rates = scenario.rates else { return }
        let now = turnTime.instant.nanoseconds
        guard let last = ratesSetAt else {
            ratesSetAt = now
            return core.setRate(rates.rate(at: now), at: turnTime.instant)
        }
        ratesSetAt = now
        for change in rates.changes(
            after: last, through: now, burst: scenario.options.burst)
        {
            if world.bug == .rateChangeForgotten, change.rate != nil { continue }
            if world.bug == .pauseForgotten, change.rate == nil { continue }
            core.setRate(change.rate, at: Instant(nanoseconds: change.from))
        }
    }
}
