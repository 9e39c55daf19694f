import Foundation
import Records
import TestSupport
import Testing

@testable import hookbatch

@Suite("Interruptions on the page of a report") struct InterruptionTests {
    private static func notes(_ processes: String) throws -> RunNotes {
        let text =
            #"{"run_id":"r","ended_at":"2026-03-01T12:00:50.000Z","stop":null,"#
            + #""destination":{"api":"https://x.example/v1"},"host":"<b>srv</b>","#
            + #""command":"hookbatch send --to https://x.example/v1 'a b.ndjson'","#
            + #""directory":"/srv","processes":"# + processes + "}"
        return try #require(RunNotes(.init(text: Array(text.utf8))))
    }

    private static let twice = """
        [{"started_at":"2026-03-01T12:00:00.000Z","ended_at":"2026-03-01T12:00:10.000Z",\
        "stop":"SIGTERM was received"},{"started_at":"2026-03-01T12:00:30.000Z","ended_at":null,\
        "stop":null},{"started_at":"2026-03-01T12:00:40.000Z",\
        "ended_at":"2026-03-01T12:00:50.000Z","stop":null}]
        """

    private static func page(_ processes: String) throws -> String {
        let rows = (0..<50).filter { ![1, 2].contains($0 / 10) && $0 < 36 || $0 >= 40 }.map {
            reportRow(line: $0 + 1, startedAt: "2026-03-01T12:00:\($0 < 10 ? "0" : "")\($0).500Z")
        }
        var page = ReportPage(digest: try digest(rows), reports: ["r.ndjson"], filter: [])
        page.details = RunDetails(try notes(processes))
        return String(decoding: page.bytes, as: UTF8.self)
    }

    @Test("The page has the time and the cause of each interruption, and marks it in both charts")
    func marked() throws {
        let page = try Self.page(Self.twice)
        #expect(page.matches(of: /class="pause"/).count == 4)
        #expect(
            page.contains(
                "<strong>1</strong> Stopped at 12:00:10 UTC: <bdi>SIGTERM was received</bdi>. "
                    + "Resumed at 12:00:30 UTC, after 20 s."))
        #expect(
            page.contains(
                "<strong>2</strong> A process ended without a summary (a crash or a reset). "
                    + "Resumed at 12:00:40 UTC."))
    }

    @Test("A run in one process has no mark of an interruption")
    func once() throws {
        let page = try Self.page(
            #"[{"started_at":"2026-03-01T12:00:00.000Z","ended_at":null,"stop":null}]"#)
        #expect(!page.contains("class=\"pause\"") && !page.contains("Resumed"))
    }

    @Test("The page has the destination, the command and the host as text")
    func details() throws {
        let page = try Self.page("[]")
        let text = page.replacing(/<[^>]*>/, with: " ").replacing(#/ +/#, with: " ")
        #expect(text.contains("Destination https://x.example/v1 "))
        #expect(
            text.contains(
                "Command hookbatch send --to https://x.example/v1 &#39;a b.ndjson&#39; Folder /srv "
            ))
        #expect(text.contains("Host &lt;b&gt;srv&lt;/b&gt; Run r "))
    }

    @Test("An interruption without its end lasts from the last line before it")
    func unknownStop() {
        var times = TimeSeries()
        let start: Int64 = 1_795_450_000_000
        for second in [0, 1, 2, 9, 10] as [Int64] {
            times.add(at: start + second * 1000, isAccepted: true, latency: nil)
        }
        let marks = InterruptionMarks(
            [
                .init(stoppedAt: nil, cause: nil, resumedAt: start + 8000),
                .init(stoppedAt: start - 9000, cause: nil, resumedAt: start - 5000),
                .init(stoppedAt: start + 90_000, cause: nil, resumedAt: start + 95_000),
            ], times)
        #expect(
            marks.bands == [
                .init(start: start + 2000 + times.width, end: start + 8000, number: 1)
            ])
    }

    @Test("Processes of a journal have their ends from the summary")
    func processes() {
        let known = [
            RunSummary.Process(startedAt: "a", endedAt: "b", stop: "c"),
            RunSummary.Process(startedAt: "d", endedAt: nil, stop: nil),
        ]
        #expect(
            RunSummary.Process.all(startedAt: ["a", "d", "e"], known: known)
                == known + [RunSummary.Process(startedAt: "e")])
    }
}
