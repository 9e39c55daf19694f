import Foundation
import TestSupport
import Testing

@Suite("Lines of a report that are sent again", .sideBySide)
struct RetryOfTests {
    /// The tries at which lines are accepted: lines 10 and 11 at the second, line 12 at the third.
    private static let wanted = Array(repeating: 1, count: 9) + [2, 2, 3]
    private static let first = "in.report.ndjson"
    private static let second = "in.try-2.report.ndjson"

    private let runs: RetriedRuns

    init() throws {
        var generator = SeededGenerator(seed: 1)
        runs = try RetriedRuns(
            .ndjson, count: Self.wanted.count, wanted: Self.wanted, using: &generator)
        let result = try runs.send(runs.inputs).run()
        try #require(result.exitCode == 1, "\(result)")
        runs.begin(2)
    }

    @Test("The proposed command sends the failed lines again, and the rows have their lines")
    func proposed() throws {
        let again = try runs.send(runs.inputs).run()
        #expect(
            again.errorOutput.contains(
                "send the lines that did not arrive (http_425 in all 3 lines"),
            "\(again)")
        #expect(again.errorOutput.contains("--retry-of in.report.ndjson\n"), "\(again)")
        let retried = try runs.retry(Self.first)
        #expect(retried.exitCode == 1, "\(retried)")
        let rows = try ReportRow.ndjson(runs.folder.read(Self.second))
        #expect(rows.map(\.line) == [10, 11, 12])
        #expect(rows.map(\.outcome) == ["accepted", "accepted", "failed"])
        #expect(rows.allSatisfy { $0.file == "in.ndjson" && !$0.possibleDuplicate })
        // The first report is as it was, and the same command is done.
        #expect(try ReportRow.ndjson(runs.folder.read(Self.first)).count == 12)
        let done = try runs.retry(Self.first)
        #expect(done.exitCode == 1 && done.errorOutput.contains("already done"), "\(done)")
        #expect(runs.accepted.read { $0 }.count == 11)
    }

    @Test("Lines that a retry has sent are not sent from their file; the others are")
    func sentByRetry() throws {
        let file = "in.rejected.ndjson"
        let whole = try runs.folder.text(file)
        #expect(try runs.retry(Self.first).exitCode == 1)
        let lines = whole.split(separator: "\n").map { "\($0)\n" }
        try runs.folder.write(lines[..<2].joined(), to: "fixed.ndjson")
        let none = try runs.send(
            ["fixed.ndjson", "--retry-of", Self.first, "--report", "again.ndjson"]
        ).run()
        let words = "nothing to send: all 2 lines are left out: '\(Self.second)' has sent them"
        #expect(none.exitCode == 0 && none.errorOutput.contains(words), "\(none)")
        let others = try runs.send([file]).run()
        #expect(others.exitCode == 1, "\(others)")
        #expect(others.errorOutput.contains("2 of 3 lines are left out"), "\(others)")
        let report = "in.rejected.report.ndjson"
        #expect(try ReportRow.ndjson(runs.folder.read(report)).map(\.line) == [12])
        // The same command is the same run, also with the other report beside it.
        #expect(try runs.send([file]).run().errorOutput.contains("already done"))
        #expect(try runs.send([file, "--fresh"]).run().exitCode == 1)
        #expect(try ReportRow.ndjson(runs.folder.read(report)).map(\.line) == [10, 11, 12])
    }

    @Test(
        "Lines that were sent from their file are not sent by a retry, nor during that run")
    func sentFromFile() throws {
        let file = "in.rejected.ndjson"
        let report = "in.rejected.report.ndjson"
        let stopped = try runs.send([file, "--limit", "1"]).run()
        #expect(stopped.exitCode == 3, "\(stopped)")
        // A process that is killed leaves no summary.
        try FileManager.default.removeItem(atPath: runs.folder.path("in.rejected.summary.json"))
        let count = runs.server.requestCount
        let refused = try runs.send(["--retry-of", Self.first]).run()
        #expect(refused.exitCode == 2 && runs.server.requestCount == count, "\(refused)")
        #expect(
            refused.errorOutput.contains(
                "the run of '\(report)' sends lines of the same run and is"), "\(refused)")
        #expect(try runs.send([file]).run().exitCode == 1)
        let rest = try runs.send(["--retry-of", Self.first]).run()
        #expect(rest.exitCode == 1, "\(rest)")
        #expect(
            rest.errorOutput.contains("2 of 3 lines are left out: '\(report)' has sent them"),
            "\(rest)")
        #expect(try ReportRow.ndjson(runs.folder.read(Self.second)).map(\.line) == [12])
        // Other lines were not sent.
        let none = try runs.retry(Self.first, ["--outcome", "unknown"])
        #expect(none.exitCode == 0, "\(none)")
        #expect(try runs.retry(Self.first, ["--fresh"]).exitCode == 1)
    }

    @Test("Reports of a run and its retries have a total of last words")
    func total() throws {
        _ = try runs.retry(Self.first)
        let both = try runs.report(Self.first, Self.second)
        #expect(both.exitCode == 1, "\(both)")
        let parts = both.output.components(separatedBy: "\nTotal: ")
        #expect(parts.last?.hasPrefix("12 lines, 11 accepted; 2 at the second try\n") == true)
        // The lines of the first report were sent again since.
        #expect(both.output.contains("--retry-of \(Self.second)\n"), "\(both)")
        #expect(!both.output.contains("--retry-of \(Self.first)\n"), "\(both)")
        #expect(parts.count == 2 && !parts[0].contains("Next: "))
        runs.begin(3)
        #expect(try runs.retry(Self.second).exitCode == 0)
        // Without the second report.
        let ends = try runs.report(Self.first, "in.try-3.report.ndjson", "--merge", "ends.csv")
        #expect(ends.output.hasPrefix("Total: 12 lines, 10 accepted; 1 at the second try\n"))
        let failed = try runs.report(Self.first, Self.second, "--outcome", "failed")
        let row = try #require(
            JSONSerialization.jsonObject(with: Data(failed.output.utf8)) as? [String: Any])
        #expect(row["line"] as? Int == 12 && row["tries"] as? Int == 2)
        let history = try #require(row["history"] as? String)
        #expect(
            history.wholeMatch(
                of: /failed http_425 in [0-9a-z]{16}, failed http_425 in [0-9a-z]{16}/) != nil)
        let twice = try runs.report(Self.first, Self.second, "./\(Self.second)")
        let ofBoth = parts[1].components(separatedBy: "\n\nNext: ")[0]
        #expect(twice.output.contains("\nTotal: \(ofBoth)\n\nNext: later runs have"), "\(twice)")
        #expect(!twice.output.contains("\nThen: "), "\(twice)")
        #expect(twice.errorOutput.contains("is given twice, and counts once"), "\(twice)")
    }

    @Test("A line that two retries of one report sent is a possible duplicate")
    func twice() throws {
        #expect(try runs.retry(Self.first).exitCode == 1)
        #expect(try runs.retry(Self.first, ["--fresh", "--report", "again.ndjson"]).exitCode == 1)
        let merged = try runs.report(
            "again.ndjson", Self.second, Self.first, "--merge", "all.ndjson")
        #expect(merged.output.hasPrefix("Total: 12 lines, 11 accepted; 2 at the third try\n"))
        let rows = try runs.rows("all.ndjson")
        #expect(rows.map { $0["tries"] as? Int } == Array(repeating: 1, count: 9) + [3, 3, 3])
        #expect(
            rows.map { $0["possible_duplicate"] as? Bool }
                == Array(repeating: false, count: 9) + [true, true, false])
    }

    @Test("A selection without lines says which lines did not arrive all the same")
    func otherLines() throws {
        try runs.folder.write("x\n", to: "bad.ndjson")
        #expect(try runs.send(["bad.ndjson"]).run().exitCode == 1)
        let none = try runs.retry("bad.report.ndjson")
        #expect(none.exitCode == 0, "\(none)")
        #expect(
            none.errorOutput.contains(
                ", but 1 invalid; 'hookbatch report bad.report.ndjson' has what to do"), "\(none)")
    }

    @Test("A selection without lines sends nothing and writes nothing")
    func nothing() throws {
        let names = try runs.folder.names()
        for flags in [["--outcome", "rejected"], ["--error", "http_500"]] {
            let result = try runs.retry(Self.first, flags)
            #expect(result.exitCode == 0, "\(result)")
            #expect(
                result.errorOutput.hasPrefix(
                    "hookbatch: nothing to send: 'in.report.ndjson' has no lines with outcome "),
                "\(result)")
        }
        #expect(try runs.folder.names() == names)
        #expect(try runs.retry(Self.first, ["--error", "http_425,timeout"]).exitCode == 1)
    }

    @Test(
        "A report whose lines can't be found again is refused before anything is sent",
        arguments: [
            "touched", "longer", "gone", "cut", "edited", "unsorted", "other", "no summary", "map",
            "destination", "elsewhere",
        ])
    func refused(_ change: String) throws {
        let folder = runs.folder
        var flags: [String] = []
        let report = try folder.text(Self.first)
        let expected: String
        switch change {
        case "touched":
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1_000_000)],
                ofItemAtPath: folder.path("in.ndjson"))
            expected = "in.ndjson' has changed since the run of 'in.report.ndjson'"
        case "longer":
            try folder.write(folder.text("in.ndjson") + "\n", to: "in.ndjson")
            expected = "in.ndjson' has changed since the run of 'in.report.ndjson'"
        case "gone":
            try FileManager.default.removeItem(atPath: folder.path("in.ndjson"))
            expected = "the input 'in.ndjson' of 'in.report.ndjson' can't be found; restore it"
        case "cut":
            try folder.write(String(report.dropLast(9)), to: Self.first)
            expected = "'in.report.ndjson' is truncated"
        case "edited":
            // A whole row less.
            try folder.write(
                report.split(separator: "\n").dropFirst().map { $0 + "\n" }.joined(),
                to: Self.first)
            expected = "is not the report of the run in its summary"
        case "unsorted":
            try folder.write(
                report.split(separator: "\n").reversed().map { $0 + "\n" }.joined(),
                to: Self.first)
            expected = "is not the report of the run in its summary"
        case "other":
            try folder.write(
                report.replacingOccurrences(of: "in.ndjson", with: "on.ndjson"), to: Self.first)
            expected = "is not the report of the run in its summary"
        case "no summary":
            try FileManager.default.removeItem(atPath: folder.path("in.summary.json"))
            expected = "'in.summary.json', is missing or damaged"
        case "map":
            flags = ["--map", "payload=/appId"]
            expected = "'in.report.ndjson' was created with a different --map"
        case "destination":
            flags = ["--to", "store:other.db"]
            expected = "'in.report.ndjson' was created with a different --to"
        default:
            try FileManager.default.createDirectory(
                atPath: folder.path("sub"), withIntermediateDirectories: false)
            expected = "run this command in '\(folder.path)'"
        }
        let sent = runs.server.requestCount
        var program = runs.program(
            ["send"] + (flags.contains("--to") ? [] : ["--to", runs.server.baseURL])
                + RetriedRuns.flags + ["--retry-of"])
        if change == "elsewhere" {
            program.arguments.append("../" + Self.first)
            program.directory = folder.path("sub")
        } else {
            program.arguments.append(Self.first)
        }
        program.arguments += flags
        let result = try program.run()
        #expect(result.exitCode == 2, "\(result)")
        #expect(result.errorOutput.contains(expected), "\(result)")
        #expect(runs.server.requestCount == sent)
        #expect(!folder.contains(Self.second) && !folder.contains(Self.second + ".journal"))
    }

    @Test("A retry of a run that is not finished, or of a stream, is refused with what to do")
    func notAgain() throws {
        let limited = try runs.send(runs.inputs + ["--report", "l.ndjson", "--limit", "3"]).run()
        #expect(limited.exitCode == 3)
        let unfinished = try runs.retry("l.ndjson")
        #expect(unfinished.exitCode == 2)
        #expect(
            unfinished.errorOutput.contains("the run of 'l.ndjson' is not finished"),
            "\(unfinished)")
        var piped = runs.send(["-", "--report", "s.ndjson"])
        piped.input = .text(try runs.folder.text("in.ndjson"))
        #expect(try piped.run().exitCode == 1)
        let stream = try runs.retry("s.ndjson")
        #expect(stream.exitCode == 2)
        #expect(stream.errorOutput.contains("send 's.rejected.ndjson' instead"))
        #expect(try runs.retry("missing.ndjson").errorOutput.contains("does not exist"))
        for flags in [
            ["in.ndjson"], ["--outcome", "accepted"], ["--outcome", "invalid"],
            ["--outcome", "unknown", "--delivery", "at-most-once"], ["--report", Self.first],
        ] {
            let result = try runs.retry(Self.first, flags)
            #expect(result.exitCode == 2, "\(flags): \(result)")
        }
        let alone = try runs.send(runs.inputs + ["--outcome", "failed"]).run()
        #expect(alone.exitCode == 2 && alone.errorOutput.contains("--outcome needs --retry-of"))
    }

    @Test("A retry that was killed is not resumed with another selection or another first run")
    func otherResume() throws {
        #expect(try runs.retry(Self.first, ["--limit", "1"]).exitCode == 3)
        let other = try runs.retry(Self.first, ["--outcome", "failed,unknown"])
        #expect(other.exitCode == 2, "\(other)")
        #expect(other.errorOutput.contains("the run of '\(Self.second)' sends"), "\(other)")
        // The unfinished retry and the first report.
        let sum = try runs.report(Self.first, Self.second)
        #expect(sum.errorOutput.contains("warning: a run is not finished"), "\(sum)")
        #expect(try runs.send(runs.inputs + ["--fresh"]).run().exitCode == 1)
        let replaced = try runs.retry(Self.first, ["--report", Self.second])
        #expect(replaced.exitCode == 2, "\(replaced)")
        #expect(replaced.errorOutput.contains("is a retry of an earlier run"), "\(replaced)")
    }

    @Test("A report in CSV is retried, and the selection of the first run stays the same")
    func csvReport() throws {
        var generator = SeededGenerator(seed: 2)
        let runs = try RetriedRuns(
            .json, count: Self.wanted.count, wanted: Self.wanted, using: &generator)
        let selection = ["--skip", "1", "--only", "appId=app_0,app_1,app_4"]
        #expect(try runs.send(runs.inputs + selection + ["--report", "a.csv"]).run().exitCode == 1)
        runs.begin(2)
        // Numbers 9, 10 and 11 are of app_4, app_0 and app_1.
        #expect(try runs.retry("a.csv", selection).exitCode == 1)
        let rows = try ReportRow.csv(runs.folder.read("a.try-2.report.csv"))
        #expect(rows.map(\.appID) == ["app_4", "app_0", "app_1"], "\(rows)")
        runs.begin(3)
        #expect(try runs.retry("a.try-2.report.csv").exitCode == 0)
        let all = try runs.report("a.csv", "a.try-2.report.csv", "a.try-3.report.csv")
        #expect(
            all.output.contains(", all accepted; 2 at the second try, 1 at the third try\n"),
            "\(all)")
    }
}
