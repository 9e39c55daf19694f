import Delivery
import Ledger
import Sending
import TestSupport
import Testing
import Time

@testable import hookbatch

@Suite("The measurements of a run") struct RunStatisticsTests {
    @Test("Latencies are counted as rows write them, and so are their sum and maximum")
    func latencies() {
        var statistics = RunStatistics()
        #expect(RunSummary.Latency(statistics.latencies) == nil)
        for nanoseconds: Int64 in [-5, 1_249_999, 1_250_000, 8_000_001] {
            statistics.noteLatency(nanoseconds)
        }
        let latency = RunSummary.Latency(statistics.latencies)
        #expect(latency?.p50 == 1_200_000 && latency?.p99 == 8_000_000)
        #expect(latency?.longest == 8_000_000)
        #expect(latency?.count == 4 && latency?.sum == 10_500_000)
    }

    @Test("Two histograms together are the histogram of all samples")
    func adding() {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        var (first, second, all) = (LatencyHistogram(), LatencyHistogram(), LatencyHistogram())
        for _ in 0..<2000 {
            let tenths = UInt64.random(in: 0...UInt64.random(in: 0...90_000), using: &generator)
            if Bool.random(using: &generator) { first.add(tenths) } else { second.add(tenths) }
            all.add(tenths)
        }
        let both = first.adding(second)
        #expect(both.counts == all.counts && both.total == 2000, "seed \(seed)")
        #expect(both.longest == all.longest && both.sum == all.sum, "seed \(seed)")
        #expect(RunSummary.Latency(both) == RunSummary.Latency(all), "seed \(seed)")
    }

    @Test("The smallest and the largest latencies have buckets")
    func extremes() {
        for tenths: UInt64 in 0...7 {
            var histogram = LatencyHistogram()
            histogram.add(tenths)
            #expect(histogram.percentile(0.5) == Double(tenths))
        }
        var statistics = RunStatistics()
        statistics.noteLatency(.max)
        #expect(RunSummary.Latency(statistics.latencies)?.longest == 9_000_000_000_000_000_000)
    }

    @Test("The rate is measured from the first start to the last")
    func rate() {
        var statistics = RunStatistics()
        #expect(statistics.startsPerSecond == nil)
        let first = Instant(nanoseconds: 7_000_000_000)
        statistics.noteStarts(3, at: first)
        #expect(statistics.startsPerSecond == nil)
        statistics.noteStarts(0, at: first.advanced(byNanoseconds: 9_000_000_000))
        statistics.noteStarts(2, at: first.advanced(byNanoseconds: 2_000_000_000))
        #expect(statistics.startsPerSecond == 2)
    }

    @Test("Waits with the same reason are added")
    func waits() {
        var statistics = RunStatistics()
        statistics.noteWait(.rate, nanoseconds: 5)
        statistics.noteWait(.outage, nanoseconds: 1)
        statistics.noteWait(.rate, nanoseconds: 7)
        #expect(statistics.waited == [.rate: 12, .outage: 1])
    }

    @Test("The first twenty abandoned applications are counted, those with the most lines first")
    func givenUp() {
        var applications = AbandonedApplications()
        #expect(applications.top.isEmpty)
        for number in 0..<30 { applications.add("app_\(number)") }
        applications.add("app_7")
        applications.add("app_29")
        #expect(applications.top.count == 20)
        #expect(applications.top.first == .init(application: "app_7", lines: 2))
        #expect(applications.top.allSatisfy { $0.application != "app_29" })
    }
}
