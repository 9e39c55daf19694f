import Delivery
import Sending
import TestSupport
import Testing
import Time

@testable import hookbatch

@Suite("The measurements of a run") struct RunStatisticsTests {
    @Test("A percentile is at most an eighth above the one of the sorted list")
    func percentiles() {
        var generator = SeededGenerator.fromEnvironment()
        var histogram = LatencyHistogram()
        var all: [Int64] = []
        for _ in 0..<5000 {
            let value = Int64(generator.next() >> (generator.next() % 60 + 4))
            histogram.add(value)
            all.append(value)
        }
        all.sort()
        for fraction in [0.001, 0.5, 0.9, 0.99, 1] {
            let exact = all[Int((Double(all.count) * fraction).rounded(.up)) - 1]
            let found = histogram.percentile(fraction) ?? -1
            #expect(found >= exact && found - exact <= exact / 8, "\(fraction), \(generator)")
        }
        #expect(histogram.longest == all.last)
    }

    @Test("The smallest and the largest latencies have buckets")
    func extremes() {
        var histogram = LatencyHistogram()
        #expect(histogram.percentile(0.5) == nil)
        #expect(RunSummary.Latency(histogram) == nil)
        histogram.add(-5)
        #expect(histogram.percentile(1) == 0)
        for value in 0...40 as ClosedRange<Int64> {
            var one = LatencyHistogram()
            one.add(value)
            #expect(one.percentile(0.5) == value)
        }
        histogram.add(.max)
        #expect(histogram.percentile(1) == .max)
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
