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

    @Test("The report has the latencies of the run's summary")
    func latencies() throws {
        let server = try LoopbackServer { request in
            request.number % 3 == 0 ? .answer(400) : .created(request)
        }
        let sent = try Sending().send(Sending.lines(100), to: server.baseURL, ["--retries", "0"])
        let latency = try #require(try sent.pace["latency_ms"] as? [String: Double])
        let read = try Self.report(sent.sending.folder, "out.report.ndjson")
        for name in ["p50", "p90", "p99"] {
            let pattern = try Regex("\(name) ([0-9.]+) ms")
            let text = try #require(read.output.firstMatch(of: pattern)?.output[1].substring)
            let shown = try #require(Double(text))
            // One decimal, or none from 10 ms. The longest was rounded to a decimal before.
            let tolerance = shown < 10 ? 0.06 : 0.56
            #expect(abs(try #require(latency[name]) - shown) <= tolerance, "\(read) \(latency)")
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
        #expect(read.errorOutput.contains("none.ndjson: open: No such file"))
    }
}
