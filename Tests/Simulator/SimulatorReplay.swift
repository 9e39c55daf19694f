import Delivery
import TestSupport

/// The recorded times of a scenario's lines, and the pace of their replay.
struct SimulatorReplay {
    /// By line, in nanoseconds.
    let times: [Int64]
    let pace: RecordedPace

    /// Whether each line is as old as the one before it, or newer.
    var isInOrder: Bool { zip(times, times.dropFirst()).allSatisfy { $0 <= $1 } }

    /// Whether lines of an application may start in another order than that of the input.
    var mayReorder: Bool { !isInOrder && pace.sortWindow > 0 }

    init(lines: Int, _ random: inout SplitMix64) {
        let gaps: [UInt64] = [0, 1_000_000, 200_000_000, 5_000_000_000]
        let disorder: UInt64 = random.next(upTo: 2) == 0 ? 500_000_000 : 0
        var time: Int64 = 1_600_000_000_000_000_000
        times = (0..<lines).map { _ in
            time += Int64(random.next(upTo: gaps[Int(random.next(upTo: 3))]))
            return time - Int64(random.next(upTo: disorder))
        }
        var pace = RecordedPace()
        pace.speed =
            [
                .init(recorded: 1, period: 1), .init(recorded: 7, period: 2),
                .init(recorded: 60, period: 1), .init(recorded: 1, period: 10),
            ][Int(random.next(upTo: 3))]
        pace.maxGap = random.next(upTo: 2) == 0 ? 300 * millisecond : nil
        pace.sortWindow = random.next(upTo: 1) == 0 ? second : 0
        pace.catchesUp = random.next(upTo: 1) == 0
        self.pace = pace
    }

    /// The least time between the starts of two lines, in nanoseconds; nil if only the schedule
    /// knows it.
    func distance(from first: Int, to index: Int) -> Int64? {
        guard isInOrder, pace.maxGap == nil else { return nil }
        return (times[index] - times[first]) * pace.speed.period / pace.speed.recorded
    }
}
