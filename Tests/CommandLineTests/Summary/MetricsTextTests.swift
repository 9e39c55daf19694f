import Delivery
import Sending
import TestSupport
import Testing

@testable import hookbatch

@Suite("The metrics of a run") struct MetricsTextTests {
    private static let start: Int64 = 1_772_366_400_250_000_000

    private static func text(
        _ result: RunResult, batch: String = "nightly", earlierSuccess: Int64? = nil
    ) -> String {
        MetricsText(
            batch: batch, result: result, duration: 2_500_000_000, endedAt: start + 2_500_000_000,
            earlierSuccess: earlierSuccess
        ).text
    }

    static func finished() -> RunResult {
        var counts = Counts()
        counts.accepted = 98_996
        counts.rejected = 4
        return RunResult(
            exitStatus: .someNotAccepted, isFinished: true,
            totals: .init(counts: counts, retries: 12, possibleDuplicates: 1),
            latency: .init(
                p50: 1_200_000, p90: 3_400_000, p99: 12_000_000, longest: 1_250_000_000,
                count: 99_012, sum: 150_000_000_001))
    }

    @Test("The metrics of a finished run have every family")
    func golden() {
        let samples = Self.text(Self.finished(), earlierSuccess: 1_772_000_000_000_000_000)
            .split(separator: "\n").filter { !$0.hasPrefix("#") }.joined(separator: "\n")
        #expect(
            samples == """
                hookbatch_build_info{batch="nightly",version="\(Version.number)"} 1
                hookbatch_last_run_timestamp_seconds{batch="nightly"} 1772366402.750
                hookbatch_last_success_timestamp_seconds{batch="nightly"} 1772000000.000
                hookbatch_run_duration_seconds{batch="nightly"} 2.500
                hookbatch_run_exit_code{batch="nightly"} 1
                hookbatch_run_finished{batch="nightly"} 1
                hookbatch_run_lines{batch="nightly",outcome="accepted"} 98996
                hookbatch_run_lines{batch="nightly",outcome="rejected"} 4
                hookbatch_run_lines{batch="nightly",outcome="invalid"} 0
                hookbatch_run_lines{batch="nightly",outcome="failed"} 0
                hookbatch_run_lines{batch="nightly",outcome="unknown"} 0
                hookbatch_run_lines{batch="nightly",outcome="not_attempted"} 0
                hookbatch_run_retries{batch="nightly"} 12
                hookbatch_run_possible_duplicates{batch="nightly"} 1
                hookbatch_run_request_duration_seconds{batch="nightly",quantile="0.5"} 0.001200000
                hookbatch_run_request_duration_seconds{batch="nightly",quantile="0.9"} 0.003400000
                hookbatch_run_request_duration_seconds{batch="nightly",quantile="0.99"} 0.012000000
                hookbatch_run_request_duration_seconds{batch="nightly",quantile="1"} 1.250000000
                hookbatch_run_request_duration_seconds_sum{batch="nightly"} 150.000000001
                hookbatch_run_request_duration_seconds_count{batch="nightly"} 99012
                """)
    }

    @Test("Each family has one explanation before its samples")
    func families() {
        var family = ""
        var seen: Set<String> = []
        for line in Self.text(Self.finished()).split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 3).map(String.init)
            if line.hasPrefix("# HELP ") {
                family = words[2]
                #expect(seen.insert(family).inserted)
                #expect(words[3].hasSuffix("."))
            } else if line.hasPrefix("# TYPE ") {
                #expect(words[2] == family && ["gauge", "summary"].contains(words[3]))
            } else {
                #expect(line.hasPrefix(family))
            }
        }
        #expect(seen.count == 9)
    }

    @Test("The metrics of a run that did not start have its time and no line counts")
    func notBegun() {
        let text = Self.text(RunResult(exitStatus: .usage))
        #expect(text.contains("hookbatch_run_exit_code{batch=\"nightly\"} 2\n"))
        #expect(text.contains("hookbatch_run_finished{batch=\"nightly\"} 0\n"))
        #expect(!text.contains("hookbatch_run_lines"))
        #expect(!text.contains(MetricsText.lastSuccess), "there was none")
    }

    @Test("The time of the last success is kept until the next one")
    func lastSuccess() throws {
        let good = Self.text(RunResult(exitStatus: .success, isFinished: true))
        let kept = try #require(MetricsText.lastSuccess(in: good))
        #expect(kept == Self.start + 2_500_000_000)
        let failed = Self.text(RunResult(exitStatus: .stopped), earlierSuccess: kept)
        #expect(MetricsText.lastSuccess(in: failed) == kept)
    }

    @Test(
        "An invalid metrics file has no time of the last success",
        arguments: [
            "", "\n\n", "{", "hookbatch_last_success_timestamp_seconds",
            "hookbatch_last_success_timestamp_seconds{batch=\"a\"} NaN",
            "hookbatch_last_success_timestamp_seconds{batch=\"a\"} -5",
            "hookbatch_last_success_timestamp_seconds{batch=\"a\"} 1e300",
            "hookbatch_last_success_timestamp_seconds{batch=\"a\"} soon",
            "# HELP hookbatch_last_success_timestamp_seconds of 5",
            "hookbatch_last_success_timestamp_seconds_too 5",
        ])
    func foreign(text: String) {
        #expect(MetricsText.lastSuccess(in: text) == nil)
    }

    @Test("A name is escaped in its label")
    func escaping() {
        let text = Self.text(RunResult(exitStatus: .usage), batch: "a\"b\\c\nd")
        #expect(text.contains(#"{batch="a\"b\\c\nd"} 2"#))
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            #expect(line.hasPrefix("hookbatch_"), "\(line)")
        }
    }
}
