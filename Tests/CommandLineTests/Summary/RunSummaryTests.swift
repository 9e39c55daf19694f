import Delivery
import Foundation
import Sending
import Testing

@testable import hookbatch
import Time

/// A finished run of 100,000 lines against the API.
func finishedSummary() -> RunSummary {
    var facts = RunFacts()
    facts.read = 100_000
    facts.endedNow = 100_000
    facts.counts.accepted = 98_996
    facts.counts.rejected = 950
    facts.counts.invalid = 53
    facts.counts.unknown = 1
    facts.retries = 12
    facts.possibleDuplicates = 1
    return RunSummary(
        runID: "k3v9", stop: nil,
        startedAt: Timestamp(nanoseconds: 1_772_366_400_250_000_000).rfc3339,
        endedAt: Timestamp(nanoseconds: 1_772_366_402_750_000_000), elapsed: .milliseconds(2500),
        inputs: [
            .init(path: "events.ndjson", size: 123, modified: Timestamp(nanoseconds: 0)),
            .init(path: "-"),
        ],
        destination: .api(url: "https://hookstream.io/v1"), facts: facts,
        errors: [
            .init(code: "http_404", count: 950, firstPath: "events.ndjson", firstLine: 17),
            .init(code: "timeout", count: 1, firstPath: "-", firstLine: 4),
        ],
        files: [
            .init(kind: .report, path: "events.report.ndjson"),
            .init(kind: .summary, path: "events.summary.json"),
            .init(kind: .rejected, path: "events.rejected.ndjson"),
        ],
        steps: [
            .init(
                reason: "fix the lines in events.rejected.ndjson, then run",
                command: "hookbatch send events.rejected.ndjson")
        ])
}

@Suite("The summary of a run") struct RunSummaryTests {
    @Test("The summary on a terminal has a few aligned paragraphs")
    func block() {
        #expect(
            SummaryText(summary: finishedSummary()).block == """
                [!] finished, but 1,004 of 100,000 lines not accepted (950 rejected, 53 invalid, 1 \
                unknown)
                  after 2.5 s | 40,000 lines/s | 12 retries

                  accepted              98,996
                  rejected                 950
                  invalid                   53
                  unknown                    1
                  read                 100,000
                  possible duplicates        1

                  http_404                 950  first at events.ndjson:17
                  timeout                    1  first at -:4

                  report               events.report.ndjson
                  summary              events.summary.json
                  rejected             events.rejected.ndjson

                Next: fix the lines in events.rejected.ndjson, then run
                  hookbatch send events.rejected.ndjson
                """)
    }

    @Test("The notice of a run with undelivered lines begins with them, then the next step")
    func notice() {
        var summary = finishedSummary()
        summary.files.append(.init(kind: .unknown, path: "events.unknown.ndjson"))
        summary.steps[0].directory = "/srv/jobs of today"
        #expect(
            SummaryText(summary: summary).notice
                == "finished, but 1,004 of 100,000 lines not accepted (950 rejected, 53 invalid, "
                + "1 unknown, 1 possible duplicate); report events.report.ndjson; "
                + "fix the lines in events.rejected.ndjson, then run:\n"
                + "  cd '/srv/jobs of today' && hookbatch send events.rejected.ndjson")
    }

    @Test("The notice of a run whose lines were all accepted is one short line")
    func success() {
        var summary = finishedSummary()
        summary.facts.counts = Counts()
        summary.facts.counts.accepted = summary.facts.read
        summary.facts.possibleDuplicates = 0
        summary.steps = []
        #expect(
            SummaryText(summary: summary).notice
                == "finished: 100,000 lines accepted; report events.report.ndjson")
        summary.facts.counts.accepted = 0
        summary.facts.read = 0
        #expect(
            SummaryText(summary: summary).notice
                == "finished: no lines to send; report events.report.ndjson")
    }

    @Test("The summary has the number of lines without a payload, if there are any")
    func withoutPayload() {
        var summary = finishedSummary()
        summary.facts.withoutPayload = 1200
        let text = SummaryText(summary: summary)
        #expect(text.notice.contains(", 1,200 without a payload, 1 possible duplicate)"))
        #expect(text.block.contains("\n  no payload             1,200\n"))
    }

    @Test("The advice about a wrong key names where the key is, and never a command")
    func keyPlace() throws {
        let variable = APIKeySource.variable(Array("S3CRET".utf8))
        #expect(
            StopReason.unauthorized(key: variable.place).advice
                == "check the API key in the variable HOOKSTREAM_API_KEY and --auth")
        #expect(
            StopReason.forbidden(key: APIKeySource.file("/run/key").place).advice
                == "check the permissions of the API key in '/run/key'")
        #expect(APIKeySource.file("key").place.hasPrefix("'/"))
        let command = try arguments(["send", "--api-key-command", "echo S3CRET"])
        let source = try #require(
            try APIKeySource(command, Environment(apiKey: nil, variables: [:])))
        #expect(source.place == "the output of --api-key-command")
    }

    @Test("The summary of a stop has the cause, the advice and the command to resume")
    func stop() {
        var summary = finishedSummary()
        summary.stop = .unauthorized()
        summary.facts.counts = Counts()
        summary.facts.counts.accepted = 1
        summary.facts.read = 1
        summary.facts.endedNow = 0
        summary.facts.retries = 1
        summary.facts.possibleDuplicates = 0
        summary.errors = []
        summary.files = [.init(kind: .journal, path: "a.report.ndjson.journal")]
        summary.steps = [.init(reason: "resume with", command: "hookbatch send a.ndjson")]
        #expect(
            SummaryText(summary: summary).notice
                == "stopped: the API rejected the key (401), 1 line done; "
                + "check the API key and --auth; resume with:\n  hookbatch send a.ndjson")
        #expect(
            SummaryText(summary: summary).block == """
                [!] stopped: the API rejected the key (401)
                  check the API key and --auth
                  after 2.5 s | 1 retry

                  accepted  1
                  read      1

                  journal   a.report.ndjson.journal

                Next: resume with
                  hookbatch send a.ndjson
                """)
    }

    /// A run with all kinds of waits.
    static func slowed() -> RunSummary {
        var summary = finishedSummary()
        summary.errors = []
        summary.pace = RunSummary.Pace(
            attempts: 100_012, attemptsPerSecond: 9.9845,
            latency: .init(
                p50: 42_000, p90: 9_960_000, p99: 124_000_000, longest: 2_300_000_000),
            waits: [
                .init(reason: .rate, length: .seconds(72)),
                .init(reason: .retryAfter, length: .milliseconds(2040)),
                .init(reason: .lease, length: .milliseconds(99)),
                .init(reason: .backoff, length: .microseconds(900)),
            ])
        for (application, lines) in [("a", 1200), ("b", 20), ("\u{1B}", 1), ("d", 1)] {
            for _ in 0..<lines { summary.facts.givenUp.add(application) }
        }
        return summary
    }

    @Test("The summary has the pace, the waits and the abandoned applications")
    func pace() {
        let text = SummaryText(summary: Self.slowed())
        #expect(
            text.block.contains(
                """
                  possible duplicates        1

                  pace                 9.98 requests/s
                  latency              p50 0.04 ms, p90 10 ms, p99 124 ms, max 2.3 s
                  waited               1 min 12 s for --rate, 2.0 s for Retry-After
                  abandoned            a (1,200 lines), b (20 lines), \\u{001B} (1 line), and 1 more

                  report               events.report.ndjson
                """), "\(text.block)")
        for figure in ["requests/s", "p50", "waited", "abandoned", "retries"] {
            #expect(!text.notice.contains(figure))
        }
    }

    @Test("The summary omits zeros, and the pace of a store")
    func noPace() {
        var summary = Self.slowed()
        summary.facts.givenUp = AbandonedApplications()
        summary.pace = RunSummary.Pace(attempts: 1)
        let bare = SummaryText(summary: summary).block
        for word in ["requests", "p50", "waited", "abandoned"] { #expect(!bare.contains(word)) }
        summary = Self.slowed()
        summary.destination = .store(path: "a.db")
        let block = SummaryText(summary: summary).block
        for word in ["requests", "p50", "waited"] { #expect(!block.contains(word)) }
        #expect(block.contains("  abandoned            a"))
    }

    @Test(
        "A rate is formatted with the significant digits",
        arguments: [
            (0.05, "0.05"), (9.994, "9.99"), (9.996, "10.0"), (99.96, "100.0"), (999.4, "999.4"),
            (999.96, "1,000"), (12_345.6, "12,346"),
        ])
    func rates(perSecond: Double, text: String) {
        let pace = RunSummary.Pace(attempts: 2, attemptsPerSecond: perSecond)
        #expect(PaceText(pace: pace).rate == "\(text) requests/s")
    }

    @Test("The JSON summary has the pace in milliseconds, and waits of at least one")
    func paceJSON() throws {
        let object = try JSONSerialization.jsonObject(
            with: Data(SummaryJSON.bytes(of: Self.slowed())))
        let json = try #require(object as? [String: Any])
        let pace = try #require(json["pace"] as? [String: Any])
        #expect(pace["attempts"] as? Int == 100_012)
        #expect(pace["attempts_per_second"] as? Double == 9.98)
        #expect(
            pace["latency_ms"] as? [String: Double]
                == ["p50": 0.04, "p90": 9.96, "p99": 124, "max": 2300])
        #expect(
            pace["waited_ms"] as? [String: Int]
                == ["rate": 72_000, "retry_after": 2040, "lease": 99])
        let givenUp = try #require(json["given_up"] as? [[String: Any]])
        #expect(givenUp.count == 4)
        #expect(givenUp[0]["appId"] as? String == "a")
        #expect(givenUp[0]["not_attempted"] as? Int == 1200)

        let bare = try JSONSerialization.jsonObject(
            with: Data(SummaryJSON.bytes(of: finishedSummary())))
        #expect((bare as? [String: Any])?["pace"] is NSNull)
    }

    @Test("The summary reports inconsistent counts as a defect")
    func defect() {
        var summary = finishedSummary()
        summary.facts.read += 1
        #expect(!summary.facts.isConsistent)
        #expect(summary.exitStatus == .internalError)
        #expect(
            SummaryText(summary: summary).notice.contains(
                "WITH A DEFECT (100,001 lines read, 100,000 accounted for; please report this)"))
    }

    @Test("Untrusted text in the summary can't control the terminal")
    func escaped() {
        var summary = finishedSummary()
        summary.stop = .file(message: "\u{1B}[2J")
        summary.files = [.init(kind: .report, path: "\u{202E}a\n")]
        summary.errors = [.init(code: "x", count: 1, firstPath: "\u{7}", firstLine: 1)]
        summary.steps = [.init(reason: "again", command: "a\rb")]
        let text = SummaryText(summary: summary)
        for scalar in (text.block + text.notice).unicodeScalars where scalar != "\n" {
            #expect(scalar.value >= 0x20 && scalar.value != 0x202E)
        }
        #expect(text.notice.split(separator: "\n").count == 2)
    }

    @Test("Another parser reads the same values from the JSON summary")
    func json() throws {
        var summary = finishedSummary()
        summary.inputs[0].path = "a\"b\\c\n\u{1}é"
        let object = try JSONSerialization.jsonObject(with: Data(SummaryJSON.bytes(of: summary)))
        let json = try #require(object as? [String: Any])
        #expect(json["run_id"] as? String == "k3v9")
        #expect(json["finished"] as? Bool == true)
        #expect(json["exit_code"] as? Int == 4)
        #expect(json["stop"] is NSNull)
        #expect(json["started_at"] as? String == "2026-03-01T12:00:00.250Z")
        #expect(json["ended_at"] as? String == "2026-03-01T12:00:02.750Z")
        #expect(json["lines_per_second"] as? Int == 40_000)
        #expect((json["destination"] as? [String: String]) == ["api": "https://hookstream.io/v1"])
        let counts = try #require(json["counts"] as? [String: Int])
        #expect(
            counts == [
                "read": 100_000, "accepted": 98_996, "rejected": 950, "invalid": 53, "failed": 0,
                "unknown": 1, "not_attempted": 0, "skipped": 0, "retries": 12,
                "possible_duplicates": 1, "arrived": 0, "without_payload": 0, "blank_lines": 0,
                "ignored_members": 0,
            ])
        let inputs = try #require(json["inputs"] as? [[String: Any]])
        #expect(inputs[0]["path"] as? String == "a\"b\\c\n\u{1}é")
        #expect(inputs[0]["size"] as? Int == 123)
        #expect(inputs[0]["modified_at"] as? String == "1970-01-01T00:00:00.000Z")
        #expect(inputs[1]["size"] is NSNull)
        #expect((json["errors"] as? [[String: Any]])?.first?["first_line"] as? Int == 17)
        #expect((json["files"] as? [[String: String]])?.count == 3)
        #expect(json["next"] as? String == "hookbatch send events.rejected.ndjson")

        summary.stop = .signal(.terminate)
        let stopped = try JSONSerialization.jsonObject(with: Data(SummaryJSON.bytes(of: summary)))
        #expect(
            ((stopped as? [String: Any])?["stop"] as? [String: String])?["cause"] == "sigterm")
    }
}
