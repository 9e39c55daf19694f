import Delivery
import Foundation
import Sending
import TestSupport
import Testing

@testable import hookbatch

@Suite("The progress of a run") struct ProgressStatusTests {
    static func sample() -> ProgressStatus {
        var status = ProgressStatus(phase: .sending, lines: 1234)
        status.elapsed = .milliseconds(10_500)
        status.bytes = 430_000
        status.bytesTotal = 1 << 20
        status.counts.accepted = 1230
        status.counts.rejected = 3
        status.counts.unknown = 1
        status.inFlight = 64
        status.retries = 12
        status.wait = .init(reason: .retryAfter, left: .milliseconds(12_400))
        status.linesPerSecond = 117.6
        status.timeLeft = .seconds(192)
        return status
    }

    @Test("The remaining time is exact for a constant rate")
    func timeLeft() throws {
        var generator = SeededGenerator.fromEnvironment()
        for _ in 0..<500 {
            let total = 1 + generator.next() % 1_000_000
            let lines = 1 + generator.next() % total
            let rate = Double(1 + generator.next() % 10_000)
            var status = ProgressStatus(phase: .sending, lines: lines)
            // Each line has 150 bytes.
            status.bytes = lines * 150
            status.bytesTotal = total * 150
            let left = try #require(status.timeLeft(at: rate), "\(generator)")
            let exact = Double(total - lines) / rate
            #expect(abs(Double(left.components.seconds) - exact) <= 1.001, "\(generator)")
        }
    }

    @Test("The remaining time is nil if it is unknown")
    func noTimeLeft() {
        var status = ProgressStatus(phase: .sending, lines: 0)
        #expect(status.timeLeft(at: 10) == nil)
        status.lines = 10
        #expect(status.timeLeft(at: 10) == nil)
        status.bytes = 1
        status.bytesTotal = 1 << 60
        #expect(status.timeLeft(at: 0) == nil)
        #expect(status.timeLeft(at: 1) == nil, "more than 99 days")
        status.bytesTotal = 0
        #expect(status.fraction == nil)
    }

    @Test("The progress is 100 percent only at the end")
    func percent() {
        var status = ProgressStatus(phase: .writingReport, lines: 999_999, linesTotal: 1_000_000)
        #expect(status.percent == 99)
        status.lines = 1_000_000
        #expect(status.percent == 100)
        status.lines = 2_000_000
        #expect(status.percent == 100)
    }

    @Test("The plain line has the whole progress")
    func line() {
        #expect(
            ProgressLine.text(of: Self.sample()) == """
                sending: 41%, 1,234 lines (419.9 KiB of 1 MiB), 118 lines/s, 1,230 accepted, \
                3 rejected, 1 unknown, 12 retries, 64 in flight, waiting 12 s for Retry-After, \
                about 3 min 12 s left
                """)
        #expect(
            ProgressLine.text(of: ProgressStatus(phase: .comparing, lines: 5, linesTotal: 10))
                == "comparing with the earlier run: 50%, 5 of 10 lines")
        var stream = ProgressStatus(phase: .stopping, lines: 1)
        stream.concurrency = 40
        stream.inFlight = 2
        stream.linesPerSecond = 0.25
        #expect(
            ProgressLine.text(of: stream)
                == "stopping: 1 line, 0.3 lines/s, 2 of 40 in flight")
    }

    @Test("The JSON progress is one line with the same members in every state")
    func json() throws {
        let text = ProgressJSON.line(of: Self.sample())
        #expect(
            text == """
                {"phase":"sending","elapsed_ms":10500,"lines":1234,"lines_total":null,\
                "bytes":430000,"bytes_total":1048576,"percent":41,"lines_per_second":117.6,\
                "time_left_ms":192000,"in_flight":64,"accepted":1230,"rejected":3,"invalid":0,\
                "failed":0,"unknown":1,"not_attempted":0,"retries":12,"waits_for":"retry_after",\
                "waits_ms":12400}

                """)
        let members = try Self.members(text)
        let fewest = ProgressStatus(phase: .comparing, lines: 0)
        #expect(try Self.members(ProgressJSON.line(of: fewest)) == members)
    }

    @Test("The status is read from its JSON line")
    func fromJSON() throws {
        var generator = SeededGenerator.fromEnvironment()
        for _ in 0..<200 {
            let line = ProgressJSON.line(of: ProgressBarTests.random(&generator))
            let status = try #require(
                ProgressJSON.status(of: Array(line.utf8)), "\(line), \(generator)")
            #expect(ProgressJSON.line(of: status) == line, "\(generator)")
        }
        for other in [
            "", "{}\n", "{\"phase\":\"x\",\"lines\":1}\n", "hookbatch: sending: 1 line\n",
        ] {
            #expect(ProgressJSON.status(of: Array(other.utf8)) == nil, "\(other)")
        }
    }

    private static func members(_ text: String) throws -> Set<String> {
        let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        return Set(try #require(object).keys)
    }
}
