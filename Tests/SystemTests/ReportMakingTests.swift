import Foundation
import TestSupport
import Testing

@Suite("Reports, pages and listings by hookbatch report")
struct ReportMakingTests {
    /// A folder with `in.report.ndjson`: a finished run of 40 lines, some of them invalid.
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder("making")
        let lines = (1...40).map { line in
            line % 4 == 0
                ? #"{"appId":"a\#(line % 3)"}"#
                : #"{"appId":"a\#(line % 3)","event_type":"=t\\\#(line)"}"#
        }
        try folder.write(lines.map { $0 + "\n" }.joined(), to: "in.ndjson")
        let sent = try Program.run(
            Hookbatch.binary, ["send", "in.ndjson"], directory: folder.path)
        try #require(sent.exitCode == 1, "\(sent)")
    }

    private func report(_ arguments: String...) throws -> ProgramResult {
        try Program.run(Hookbatch.binary, ["report"] + arguments, directory: folder.path)
    }

    private func mode(_ name: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.path(name))
        return try #require(attributes[.posixPermissions] as? Int)
    }

    @Test("A report converted to CSV and back has the same bytes, in files for their owner alone")
    func conversion() throws {
        let csv = try report("in.report.ndjson", "--merge", "out.csv")
        #expect(csv.exitCode == 0 && csv.errorOutput == "hookbatch: wrote 'out.csv'\n")
        #expect(csv.output == "", "one report has no total")
        #expect(try ReportRow.csv(folder.read("out.csv")).count == 40)
        #expect(try report("out.csv", "--merge", "back.ndjson").exitCode == 0)
        #expect(try folder.read("back.ndjson") == folder.read("in.report.ndjson"))
        #expect(try mode("out.csv") == 0o600)
        // CSV is read like any report.
        #expect(try report("out.csv").exitCode == 1)
        #expect(
            try report("out.csv").output.contains("missing_event_type  10  first at in.ndjson:4"))
    }

    @Test("Reports of shards are merged by line, and a report given twice keeps all its rows")
    func merge() throws {
        let rows = try folder.text("in.report.ndjson").split(separator: "\n").map { $0 + "\n" }
        for shard in 0..<3 {
            let part = rows.enumerated().filter { $0.offset % 3 == shard }.map(\.element)
            try folder.write(part.joined(), to: "shard\(shard).ndjson")
        }
        let merged = try report(
            "shard2.ndjson", "shard0.ndjson", "shard1.ndjson", "--merge", "all.ndjson")
        #expect(merged.exitCode == 0, "\(merged)")
        #expect(try folder.read("all.ndjson") == folder.read("in.report.ndjson"))
        let twice = try report("shard0.ndjson", "all.ndjson", "--merge", "twice.ndjson")
        #expect(twice.output.hasPrefix("Total: 54 lines\n"))
        #expect(twice.errorOutput.contains("14 rows have the same file and line as another row"))
        #expect(try ReportRow.ndjson(folder.read("twice.ndjson")).count == 54)
    }

    @Test("Filters list rows on standard output or select the rows of a file")
    func filters() throws {
        let invalid = try report("in.report.ndjson", "--outcome", "invalid,failed")
        #expect(invalid.exitCode == 0 && invalid.errorOutput.isEmpty)
        let rows = try ReportRow.ndjson(invalid.standardOutput)
        #expect(rows.map(\.line) == stride(from: 4, through: 40, by: 4).map { $0 })
        let some = try report(
            "in.report.ndjson", "--error", "missing_event_type", "--app", "a1", "--rows", "csv")
        #expect(try ReportRow.csv(some.standardOutput).map(\.line) == [4, 16, 28, 40])
        #expect(
            try report("in.report.ndjson", "--app", "a1", "--merge", "a1.csv").exitCode == 0)
        #expect(try ReportRow.csv(folder.read("a1.csv")).count == 14)
        #expect(try report("in.report.ndjson", "--app", "none").standardOutput.isEmpty)
    }

    @Test("An existing file is replaced only with --force, and one of the reports never")
    func overwriting() throws {
        let report = try folder.read("in.report.ndjson")
        try folder.write("mine", to: "out.csv")
        let refused = try self.report("in.report.ndjson", "--merge", "out.csv")
        #expect(refused.exitCode == 2)
        #expect(refused.errorOutput.contains("'out.csv' already exists; use --force to replace it"))
        #expect(try folder.text("out.csv") == "mine")
        let forced = try self.report("in.report.ndjson", "--merge", "out.csv", "--force")
        #expect(forced.exitCode == 0)
        #expect(try folder.text("out.csv").hasPrefix("file,line,"))
        // A report is recognized under any of its names.
        try FileManager.default.linkItem(
            atPath: folder.path("in.report.ndjson"), toPath: folder.path("link.ndjson"))
        for name in ["in.report.ndjson", "./in.report.ndjson", "link.ndjson"] {
            let same = try self.report("in.report.ndjson", "--merge", name, "--force")
            #expect(same.exitCode == 2 && same.errorOutput.contains("is one of the reports"))
        }
        #expect(try folder.read("in.report.ndjson") == report)
    }

    @Test("A damaged report is named with its line, and no file is made from it")
    func damage() throws {
        var text = try folder.text("in.report.ndjson")
        text += "{\"file\":\n"
        try folder.write(text, to: "bad.ndjson")
        for arguments in [["--merge", "out.csv"], ["--html", "out.html"], ["--rows", "csv"], []] {
            let result = try Program.run(
                Hookbatch.binary, ["report", "bad.ndjson"] + arguments, directory: folder.path)
            #expect(result.exitCode == 74)
            #expect(
                result.errorOutput.contains("'bad.ndjson' is damaged: line 41 is not a report row"))
        }
        #expect(try folder.names().filter { $0.hasPrefix("out") } == [])
    }

    @Test("The journal of an unfinished run is not merged into a report")
    func journal() throws {
        try folder.write(Sending.oneLine + Sending.oneLine, to: "two.ndjson")
        _ = try Program.run(
            Hookbatch.binary, ["send", "--limit", "1", "two.ndjson"], directory: folder.path)
        let journal = "two.report.ndjson.journal"
        let refused = try report("in.report.ndjson", journal, "--merge", "out.ndjson")
        #expect(refused.exitCode == 2, "\(refused)")
        #expect(
            refused.errorOutput.contains("is the journal of an unfinished run"), "\(refused)")
        #expect(!folder.contains("out.ndjson"))
        // Its rows can be listed and shown on a page.
        #expect(try ReportRow.ndjson(report(journal, "--rows", "ndjson").standardOutput).count == 1)
        #expect(try report(journal, "--html", "out.html").exitCode == 0)
        #expect(try folder.text("out.html").contains("The run is not finished"))
        // A journal damaged in its middle is refused: some of its rows could be missing.
        var rows = try folder.text(journal).split(separator: "\n").map { $0 + "\n" }
        rows.insert("{}\n", at: 1)
        let damaged = rows.joined()
        try folder.write(damaged, to: "damaged.journal")
        let page = try report("damaged.journal", "--html", "damaged.html")
        #expect(page.exitCode == 2 && page.errorOutput.contains("damaged.journal: "), "\(page)")
        #expect(!folder.contains("damaged.html"))
    }

    @Test("Several reports are summarized one by one, then together")
    func together() throws {
        try folder.write(folder.read("in.report.ndjson"), to: "copy.ndjson")
        let result = try report("in.report.ndjson", "copy.ndjson")
        #expect(result.exitCode == 1)
        #expect(result.output.contains("in.report.ndjson: a report of 40 lines"))
        #expect(result.output.contains("\n\nTotal: 80 lines\n\n  accepted  60\n"))
        #expect(result.output.contains("applications with the most failures"))
    }

    @Test("A report command whose standard output is full fails")
    func fullOutput() throws {
        let result = try Program.run(
            "sh",
            [
                "-c", "exec \"$0\" report in.report.ndjson --rows ndjson >/dev/full",
                Hookbatch.binary,
            ],
            directory: folder.path)
        #expect(result.exitCode == 74)
    }
}
