import Ledger
import TestSupport
import Testing

@testable import hookbatch

@Suite("Attempts over time") struct TimeSeriesTests {
    @Test(
        "Each slot has the result of a plain count, for times in any order",
        arguments: [50, 3000, 90_000, 40_000_000, 3_000_000_000] as [Int64])
    func counts(length: Int64) {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        let start: Int64 = 1_795_450_000_123
        let attempts = (0..<2000).map { _ in
            (
                time: start + Int64.random(in: -length...length, using: &generator),
                isAccepted: Bool.random(using: &generator),
                latency: UInt64.random(in: 0...100_000, using: &generator)
            )
        }
        var series = TimeSeries()
        for attempt in attempts {
            series.add(at: attempt.time, isAccepted: attempt.isAccepted, latency: attempt.latency)
        }
        for series in [series, series.inSlots(atMost: 100), series.inSlots(atMost: 7)] {
            let numbers = series.numbers ?? 0...0
            var total: UInt64 = 0
            for number in numbers {
                let range = series.start(of: number)..<series.start(of: number + 1)
                let inside = attempts.filter { range.contains($0.time) }
                let slot = series.slot(number)
                #expect(slot.accepted == UInt64(inside.count { $0.isAccepted }), "seed \(seed)")
                #expect(slot.total == UInt64(inside.count), "seed \(seed)")
                var latencies = LatencyHistogram()
                for attempt in inside { latencies.add(attempt.latency) }
                let whole = LatencyHistogram.percentile(0.9, of: latencies.counts[...])
                #expect(series.latency(number, 0.9) == whole, "seed \(seed)")
                total += slot.total
            }
            #expect(total == 2000, "seed \(seed)")
        }
        #expect((series.inSlots(atMost: 7).numbers?.count ?? 0) <= 7)
        let times = attempts.map(\.time).sorted()
        #expect(series.span == times[0]...times[times.count - 1])
    }

    @Test("The widest span of years fits into the same number of slots")
    func years() {
        var series = TimeSeries()
        for time in [0, 253_402_300_799_999, -62_167_219_200_000] as [Int64] {
            series.add(at: time, isAccepted: true, latency: nil)
        }
        let numbers = series.numbers ?? 0...0
        #expect(numbers.count <= TimeSeries.slots)
        #expect(numbers.reduce(0) { $0 + series.slot($1).total } == 3)
    }

    @Test("A wider slot consists of whole narrower slots")
    func widths() {
        for (narrow, wide) in zip(TimeSeries.widths, TimeSeries.widths.dropFirst()) {
            #expect(wide % narrow == 0 && wide > narrow)
        }
    }
}
