import Foundation
import TestSupport
import Testing

@Suite("hookbatch report", .sideBySide)
struct ReportCommandTests {
    private static let lines =
        #"{"appId":"a","event_type":"t"}"# + "\n" + #"{"appId":"a"}"# + "\n"
        + #"{"appId":"b","event_type":"t"}"# + "\n"

    private static func report(_ folder: TemporaryFolder, _ paths: String...) throws
        -> ProgramResult
    {
        try Program.run(Hookbatch.binary, ["report"] + paths, directory: folder.path)
    }

    @Test("A report's outcomes and errors are counted, and the exit code is its run's")
    func finished() throws {
        let folder = try TemporaryFolder()
        _ = try folder.write(Self.lines, to: "in.ndjson")
        let sent = try Program.run(
            Hookbatch.binary, ["send", "in.ndjson"], directory: folder.path)
        #expect(sent.exitCode == 1)
        let read = try Self.report(folder, "in.report.ndjson")
        #expect(read.exitCode == 1)
        #expect(read.output.hasPrefix("in.report.ndjson: a report of 3 lines\n"))
        #expect(read.output.contains("accepted  2"))
        #expect(read.output.contains("missing_event_type  1  first at in.ndjson:2"))
    }

    @Test("The rows of possible duplicates are shown by the command that the run proposes")
    func possibleDuplicates() throws {
        let server = try LoopbackServer { request in
            request.number == 1 ? .acceptThenClose : .created(request)
        }
        let sent = try Sending().send(
            Sending.lines(4), to: server.baseURL, ["--concurrency", "1"])
        #expect(sent.exitCode == 0, "\(sent)")
        let expected = try sent.rows.filter(\.possibleDuplicate)
        #expect(expected.count == 1)
        let command = try #require(
            sent.result.errorOutput.split(separator: "\n").last { $0.hasPrefix("  ") })
        #expect(command.contains("hookbatch report --possible-duplicates"), "\(sent)")
        let shown = try Self.report(
            sent.sending.folder, "--possible-duplicates", sent.sending.report)
        #expect(try ReportRow.ndjson(Array(shown.output.utf8)).map(\.line) == expected.map(\.line))
    }

    @Test("The report has the latencies of the run's summary")
    func latencies() throws {
        let server = try LoopbackServer { request in
            request.number % 3 == 0 ? .answer(400) : .created(request)
        }
        let sent = try Sending().send(Sending.lines(100), to: server.baseURL, ["--retries", "0"])
        let latency = try #require(try sent.pace["latency_ms"] as? [String: Double])
        let read = try Self.report(sent.sending.folder, "out.report.ndjson")
        try Self.expect(read.output, has: latency)
    }

    private static func expect(_ output: String, has latency: [String: Double]) throws {
        for name in ["p50", "p90", "p99", "max"] {
            let pattern = try Regex("\(name) ([0-9.]+) ms")
            let text = try #require(output.firstMatch(of: pattern)?.output[1].substring)
            let shown = try #require(Double(text))
            // One decimal, or none from 10 ms; the summary has two.
            let tolerance = shown < 10 ? 0.056 : 0.51
            #expect(abs(try #require(latency[name]) - shown) <= tolerance, "\(output) \(latency)")
        }
    }

    @Test("The summary of a resumed run has the latencies of its whole report, as its journal has")
    func latenciesOfAll() throws {
        let server = try LoopbackServer { request in
            request.number == 50 ? .answer(400) : .created(request)
        }
        let sending = try Sending()
        var sent = try sending.send(
            Sending.lines(100), to: server.baseURL,
            ["--limit", "60", "--metrics", "hookbatch.prom"])
        for count in [60, 100] {
            let path = count == 60 ? "out.report.ndjson.journal" : "out.report.ndjson"
            let latency = try #require(try sent.pace["latency_ms"] as? [String: Double])
            let rows = try sending.folder.text(path).matches(of: /"latency_ms":([0-9]+\.[0-9])/)
            #expect(rows.count == count)
            #expect(rows.compactMap { Double($0.1) }.max() == latency["max"])
            let metrics = try sending.folder.text("hookbatch.prom")
            let sum = try #require(
                metrics.firstMatch(of: /_request_duration_seconds_sum.* ([0-9.]+)\n/))
            let all = rows.compactMap { Double($0.1) }.reduce(0, +) / 1000
            #expect(abs(try #require(Double(sum.1)) - all) < 0.000_01)
            let number = metrics.firstMatch(of: /_request_duration_seconds_count.* ([0-9]+)\n/)
            #expect(number.flatMap { Int($0.1) } == count)
            try Self.expect(try Self.report(sending.folder, path).output, has: latency)
            if count == 60 {
                sent = try sending.sendAgain(to: server.baseURL, ["--metrics", "hookbatch.prom"])
            }
        }
    }

    @Test("The journal of a stopped run is summarized as not finished")
    func stopped() throws {
        let folder = try TemporaryFolder()
        _ = try folder.write(Self.lines, to: "in.ndjson")
        let sent = try Program.run(
            Hookbatch.binary, ["send", "--limit", "1", "in.ndjson"], directory: folder.path)
        #expect(sent.exitCode == 3)
        #expect(!folder.contains("in.report.ndjson"))
        let read = try Self.report(folder, "in.report.ndjson.journal")
        #expect(read.exitCode == 3)
        #expect(read.output.contains("to store:hookbatch.db, not finished; 1 line done"))
        // The report command changes nothing: the run can be resumed.
        let resumed = try Program.run(
            Hookbatch.binary, ["send", "in.ndjson"], directory: folder.path)
        #expect(resumed.exitCode == 1)
        #expect(try ReportRow.ndjson(folder.read("in.report.ndjson")).map(\.line) == [1, 2, 3])
    }

    @Test("A file that is not a report is named with its line")
    func foreign() throws {
        let folder = try TemporaryFolder()
        _ = try folder.write(Self.lines, to: "in.ndjson")
        let read = try Self.report(folder, "in.ndjson", "none.ndjson")
        #expect(read.exitCode == 74)
        #expect(read.errorOutput.contains("'in.ndjson' is not a hookbatch report: line 1"))
        #expect(read.errorOutput.contains("'none.ndjson' does not exist\n"))
    }

    @Test("In place of an input, a folder or a mistyped name, the report that is meant is proposed")
    func likelyReport() throws {
        let folder = try TemporaryFolder()
        _ = try folder.write(Self.lines, to: "in.ndjson")
        try Program.run(Hookbatch.binary, ["send", "in.ndjson"], directory: folder.path)
        try FileManager.default.createDirectory(
            atPath: folder.path("done"), withIntermediateDirectories: false)
        _ = try folder.write(folder.read("in.report.ndjson"), to: "done/in.report.ndjson")
        for (path, words) in [
            ("in.ndjson", "is not a hookbatch report: line 1 is not a report row"),
            ("im.report.ndjson", "does not exist"), ("done", "is not a regular file"),
        ] {
            let read = try Self.report(folder, path)
            let likely = path == "done" ? "done/in.report.ndjson" : "in.report.ndjson"
            #expect(
                read.errorOutput.contains("'\(path)' \(words); did you mean '\(likely)'?\n"),
                "\(read)")
        }
    }
}
