import Delivery
import Ledger
import TestSupport
import Testing

@testable import hookbatch

@Suite("The digest of a report") struct DigestTests {
    @Test("The digest counts outcomes, retries, errors and positions")
    func counts() throws {
        let digest = try digest([
            reportRow(line: 1), reportRow(line: 2, attempts: 3),
            reportRow(line: 9, appID: "b", outcome: "rejected", error: "http_404", detail: "no"),
            reportRow(line: 4, appID: "b", outcome: "failed", error: "http_404", detail: "later"),
            reportRow(line: 5, outcome: "invalid", startedAt: nil, latency: nil, error: "x"),
        ])
        #expect(digest.counts.total == 5 && digest.counts.accepted == 2)
        #expect(digest.retries == 2)
        #expect(digest.times.total == 4 && digest.latencies.total == 4)
        let errors = digest.errors.top(5, by: \.total)
        #expect(errors.map { digest.errors.text(of: $0.index) } == ["http_404", "x"])
        #expect(digest.place(of: errors[0].entry, longest: 9) == "events.nd…:4")
        #expect(digest.details[errors[0].index] == Array("\"no\"".utf8))
        let applications = digest.applications.top(5, by: \.total)
        #expect(applications.map { digest.applications.text(of: $0.index) } == ["b", "app_1"])
        #expect(applications[0].entry.counts[.rejected] == 1)
    }

    @Test("An outcome table is bounded, and counts the lines of untracked keys")
    func bounded() {
        var table = OutcomeTable(capacity: 3)
        for round in 1...2 {
            for key in ["\"a\"", "\"b\"", "\"c\"", "\"d\"", "\"e\""] {
                var key = key
                key.withUTF8 {
                    _ = table.add(
                        UnsafeRawBufferPointer($0), .failed, line: UInt64(round), file: 0)
                }
            }
        }
        #expect(table.count == 3 && table.others == 4)
        #expect(table.top(2, by: \.total).map { table.text(of: $0.index) } == ["a", "b"])
        #expect(table.entries.allSatisfy { $0.counts.failed == 2 && $0.line == 1 })
    }

    @Test("The error of a percentile is at most an eighth")
    func percentiles() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        var counts = LatencyHistogram()
        let values = (0..<5000).map { _ in
            UInt64(1) << UInt64.random(in: 0...20, using: &generator)
                + UInt64.random(in: 0...7, using: &generator)
        }.sorted()
        for value in values { counts.add(value) }
        for fraction in [0.01, 0.5, 0.9, 0.99, 0.999, 1] {
            let wanted = max(Int((Double(values.count) * fraction).rounded(.up)), 1)
            let exact = Double(values[wanted - 1])
            let found = try #require(counts.percentile(fraction))
            #expect(abs(found - exact) <= exact / 8, "\(fraction), seed \(seed)")
        }
        #expect(LatencyHistogram().percentile(0.5) == nil)
    }

    @Test("Latency buckets have no gaps")
    func buckets() {
        for bucket in 0..<LatencyHistogram.buckets {
            let start = LatencyHistogram.lowerBound(of: bucket)
            #expect(LatencyHistogram.bucket(of: start) == bucket)
            #expect(
                LatencyHistogram.bucket(of: LatencyHistogram.lowerBound(of: bucket + 1) - 1)
                    == bucket)
        }
        #expect(LatencyHistogram.bucket(of: .max) == LatencyHistogram.buckets - 1)
    }

    @Test(
        "Times of rows are parsed as they are written",
        arguments: [
            ("1970-01-01T00:00:00.000Z", 0), ("2026-03-01T12:00:00.250Z", 1_772_366_400_250),
            ("1969-12-31T23:59:59.999Z", -1), ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
            ("2024-02-29T00:00:00.000Z", 1_709_164_800_000), ("2025-02-29T00:00:00.000Z", nil),
            ("2026-13-01T00:00:00.000Z", nil), ("2026-03-01T24:00:00.000Z", nil),
            ("2026-03-01 12:00:00.250Z", nil), ("2026-03-01T12:00:00Z", nil), ("", nil),
        ] as [(String, Int64?)])
    func times(text: String, milliseconds: Int64?) {
        var literal = "\"\(text)\""
        var series = TimeSeries()
        let read = literal.withUTF8 { series.milliseconds(UnsafeRawBufferPointer($0)) }
        #expect(read == milliseconds)
    }
}
