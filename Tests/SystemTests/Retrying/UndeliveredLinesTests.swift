import Foundation
import TestSupport
import Testing

@Suite("Files of undelivered lines that are sent again", .sideBySide)
struct UndeliveredLinesTests {
    private static let rejected = "in.rejected.ndjson"
    private static let origins = rejected + ".origins"

    private let runs: EditedRuns

    /// Lines 3 to 8 are rejected.
    init() throws {
        runs = try EditedRuns(.ndjson, wanted: [1, 1, 2, 2, 2, 2, 2, 2])
        let result = try runs.send(runs.inputs).run()
        try #require(result.exitCode == 1, "\(result)")
    }

    /// Files and lines of a report's rows, such as `in.ndjson:3`.
    private func places(_ report: String) throws -> [String] {
        try runs.rows(report).map { "\($0["file"] as? String ?? ""):\($0["line"] as? Int ?? 0)" }
    }

    private func lines() throws -> [String] {
        try runs.folder.text(Self.rejected).split(separator: "\n").map { "\($0)\n" }
    }

    private func write(_ lines: [String], to name: String = Self.rejected) throws {
        try runs.folder.write(lines.joined(), to: name)
    }

    @Test("The unedited file, sent by the proposed command, has the lines of the first report")
    func unedited() throws {
        let result = try runs.send([Self.rejected]).run()
        #expect(result.exitCode == 1, "\(result)")
        let report = "in.rejected.report.ndjson"
        #expect(try places(report) == (3...8).map { "in.ndjson:\($0)" })
        let both = try runs.report(["in.report.ndjson", report])
        #expect(both.output.contains("\nTotal: 8 lines\n"), "\(both)")
        #expect(result.errorOutput.contains("first at") == false)
        // Rejected lines get a new key, as a server may store rejections.
        let keys = runs.keys.read { $0 }
        #expect((2...7).allSatisfy { keys[$0]?[1]?.count == 2 }, "\(keys)")
    }

    /// Expects that nothing is sent, since it is not known what the edited lines were.
    private func refuse(
        _ words: String, missing: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let sent = runs.server.requestCount
        let result = try runs.send([Self.rejected]).run()
        #expect(result.exitCode == 2, "\(result)", sourceLocation: sourceLocation)
        #expect(
            result.errorOutput.contains("lines were edited and others were \(words), so")
                && result.errorOutput.contains(" of the earlier run: \(missing); nothing was sent"),
            "\(result)", sourceLocation: sourceLocation)
        #expect(runs.server.requestCount == sent, sourceLocation: sourceLocation)
    }

    @Test("Lines that are removed, edited, moved, repeated and added have their own places")
    func mixed() throws {
        let all = try lines()
        let added = #"{"appId":"app_9","event_type":"t","payload":{"n":0,"v":1}}"# + "\n"
        // Line 4 is removed, 6 is before 5, 7 is twice, and 8 is edited.
        try write([
            all[0], all[3], all[2], all[4], all[4],
            all[5].replacingOccurrences(of: #""v":1"#, with: #""v":2"#), added,
        ])
        try refuse("added or moved", missing: "line 4 of 'in.ndjson', line 8 of 'in.ndjson'")
        let result = try runs.send([Self.rejected, "--fresh"]).run()
        #expect(
            result.errorOutput.contains(
                "warning: 3 of 7 lines of 'in.rejected.ndjson' can't be matched"), "\(result)")
        #expect(
            try places("in.rejected.report.ndjson") == [
                "in.ndjson:3", "in.ndjson:6", "in.ndjson:5", "in.ndjson:7",
                "in.rejected.ndjson:5", "in.rejected.ndjson:6", "in.rejected.ndjson:7",
            ])
        let merged = try runs.report([
            "in.report.ndjson", "in.rejected.report.ndjson", "--merge", "all.ndjson",
        ])
        #expect(merged.output.hasPrefix("Total: 11 lines\n"), "\(merged)")
        #expect(try places("all.ndjson").count == 11)
    }

    @Test("Another file with the lines is joined by --retry-of, and its report is of the next try")
    func otherName() throws {
        let edited = try lines().map {
            $0.replacingOccurrences(of: #""v":1"#, with: #""v":2"#)
        }
        try write(edited, to: "fixed.ndjson")
        let flags = ["--retry-of", "in.report.ndjson"]
        let result = try runs.send(["fixed.ndjson"] + flags).run()
        #expect(result.exitCode == 0, "\(result)")
        #expect(try places("in.try-2.report.ndjson") == (3...8).map { "in.ndjson:\($0)" })
        let both = try runs.report(["in.report.ndjson", "in.try-2.report.ndjson"])
        #expect(
            both.output.contains("\nTotal: 8 lines, all accepted; 6 at the second try\n"),
            "\(both)")
        let again = try runs.send(["fixed.ndjson"] + flags).run()
        #expect(again.exitCode == 0 && again.errorOutput.contains("already done"), "\(again)")
        // Its rows are of other files than its input.
        let retried = try runs.send(["--retry-of", "in.try-2.report.ndjson"]).run()
        #expect(retried.exitCode == 2, "\(retried)")
        #expect(retried.errorOutput.contains("it left no file of lines to send"), "\(retried)")
    }

    @Test(
        "A file of origins that is damaged, missing or of another report is refused",
        arguments: ["damaged", "cut", "missing", "other", "outcome", "pipe", "input"])
    func refused(_ change: String) throws {
        let folder = runs.folder
        var arguments = [Self.rejected, "--retry-of", "in.report.ndjson"]
        let expected: String
        switch change {
        case "damaged":
            try folder.write(
                folder.text(Self.origins).replacingOccurrences(of: "app_3", with: "app_4"),
                to: Self.origins)
            arguments = [Self.rejected]
            expected = "'in.rejected.ndjson.origins' is damaged or of a later version; restore it"
        case "cut":
            try folder.write(
                folder.text(Self.origins).split(separator: "\n").dropLast()
                    .map { "\($0)\n" }.joined(), to: Self.origins)
            expected = "'in.rejected.ndjson.origins' is damaged or of a later version; restore it"
        case "missing":
            try FileManager.default.removeItem(atPath: folder.path(Self.origins))
            expected = "the file of origins of 'in.rejected.ndjson' is missing"
        case "other":
            #expect(try runs.send(runs.inputs + ["--report", "b.ndjson"]).run().exitCode == 1)
            arguments = [Self.rejected, "--retry-of", "b.ndjson"]
            expected = "'in.rejected.ndjson' has lines of another run"
        case "outcome":
            arguments += ["--outcome", "failed"]
            expected = "--outcome can't be combined with --retry-of and a file"
        case "input":
            arguments[0] = "./in.ndjson"
            expected = "'./in.ndjson' is an input of the run of 'in.report.ndjson'"
        default:
            arguments[0] = "-"
            expected = "'-' is not a regular file"
        }
        let sent = runs.server.requestCount
        let result = try runs.send(arguments).run()
        #expect(result.exitCode == 2, "\(result)")
        #expect(result.errorOutput.contains(expected), "\(result)")
        #expect(runs.server.requestCount == sent)
        #expect(!folder.names(withPrefix: "in.rejected.report").contains { _ in true })
    }

    @Test("Without its origins the file is sent under its own name")
    func withoutOrigins() throws {
        try FileManager.default.removeItem(atPath: runs.folder.path(Self.origins))
        #expect(try runs.send([Self.rejected]).run().exitCode == 1)
        #expect(
            try places("in.rejected.report.ndjson") == (1...6).map { "in.rejected.ndjson:\($0)" })
    }

    @Test("A run is not resumed without the origins with which it started")
    func resume() throws {
        #expect(try runs.send([Self.rejected, "--limit", "2"]).run().exitCode == 3)
        let text = try runs.folder.text(Self.origins)
        try FileManager.default.removeItem(atPath: runs.folder.path(Self.origins))
        let refused = try runs.send([Self.rejected]).run()
        #expect(refused.exitCode == 2, "\(refused)")
        #expect(
            refused.errorOutput.contains(
                "was created when another file of origins, or none, was beside the input"),
            "\(refused)")
        try runs.folder.write(text, to: Self.origins)
        #expect(try runs.send([Self.rejected]).run().exitCode == 1)
        #expect(
            try places("in.rejected.report.ndjson") == (3...8).map { "in.ndjson:\($0)" })
    }

    @Test(
        "Unchanged lines that may have arrived keep their keys, unless the message is another one")
    func keys() throws {
        let lost = try EditedRuns(.ndjson, wanted: [1, 1, 1], lost: { $0 > 0 })
        #expect(try lost.send(lost.inputs).run().exitCode == 4)
        try lost.edit("in.unknown.ndjson", from: 1)
        let first = lost.keys.read { $0 }
        let mapped = try lost.send([
            "in.unknown.ndjson", "--set", "event_type=u", "--report", "m.ndjson",
        ]).run()
        #expect(mapped.exitCode == 0, "\(mapped)")
        let second = lost.keys.read { $0 }
        #expect(second[1]?[1]?.count == 2 && second[2]?[1]?.count == 2, "\(second)")
        let same = try lost.send(["in.unknown.ndjson"]).run()
        #expect(same.exitCode == 0, "\(same)")
        #expect(lost.keys.read { $0 } == second)
        #expect(first[0] == second[0])
        let rows = try lost.rows("in.unknown.report.ndjson")
        #expect(rows.map { $0["line"] as? Int } == [2, 3])
        #expect(rows.allSatisfy { $0["possible_duplicate"] as? Bool == true })
    }

    @Test("A line that is put back at the end leaves the others in their order")
    func putBack() throws {
        let all = try lines()
        func edited(_ line: String) -> String {
            line.replacingOccurrences(of: #""v":1"#, with: #""v":2"#)
                .replacingOccurrences(of: "app_", with: "x_")
        }
        try write([0, 2, 3, 4, 5].map { edited(all[$0]) })
        let removed = try runs.send([Self.rejected]).run()
        #expect(removed.exitCode == 2 && removed.errorOutput.contains("put the removed lines back"))
        try write([0, 2, 3, 4, 5].map { edited(all[$0]) } + [all[1]])
        let result = try runs.send([Self.rejected]).run()
        #expect(!result.errorOutput.contains("can't be matched"), "\(result)")
        #expect(
            try places("in.rejected.report.ndjson") == [3, 5, 6, 7, 8, 4].map { "in.ndjson:\($0)" })
    }

    @Test("Edited lines in another order are not given each other's lines, and a warning has them")
    func reversed() throws {
        try write(
            lines().reversed().map { $0.replacingOccurrences(of: "{\"appId", with: "{ \"appId") })
        try refuse(
            "added or moved",
            missing: "line 3 of 'in.ndjson', line 4 of 'in.ndjson', line 5 of 'in.ndjson', …")
        let result = try runs.send([Self.rejected, "--fresh"]).run()
        #expect(
            result.errorOutput.contains(
                "warning: 6 of 6 lines of 'in.rejected.ndjson' can't be matched"), "\(result)")
        #expect(
            try places("in.rejected.report.ndjson") == (1...6).map { "in.rejected.ndjson:\($0)" })
    }

    @Test("Files of two runs, or a file without origins beside one with them, are refused")
    func twoRuns() throws {
        #expect(try runs.send(runs.inputs + ["--report", "b.ndjson"]).run().exitCode == 1)
        try write(lines(), to: "copy.ndjson")
        let sent = runs.server.requestCount
        for (other, expected) in [
            (
                "b.rejected.ndjson",
                "'in.rejected.ndjson' and 'b.rejected.ndjson' have undelivered lines of two runs; "
                    + "send the files of each run alone"
            ),
            (
                "copy.ndjson",
                "'in.rejected.ndjson' has undelivered lines of an earlier run, and 'copy.ndjson' has "
                    + "no file of origins; send it alone"
            ),
        ] {
            let result = try runs.send([Self.rejected, other, "--report", "c.ndjson"]).run()
            #expect(result.exitCode == 2, "\(result)")
            #expect(result.errorOutput.contains(expected), "\(result)")
        }
        #expect(runs.server.requestCount == sent)
    }

    @Test("A file of undelivered lines is not sent in shards")
    func shard() throws {
        let sent = runs.server.requestCount
        let result = try runs.send([Self.rejected, "--shard", "1/2"]).run()
        #expect(result.exitCode == 2, "\(result)")
        #expect(
            result.errorOutput.contains(
                "--shard: 'in.rejected.ndjson' has undelivered lines of an earlier run"),
            "\(result)")
        #expect(runs.server.requestCount == sent)
    }

    @Test("Archived undelivered lines and their origins still belong together")
    func archived() throws {
        #expect(try runs.send(runs.inputs + ["--fresh"]).run().exitCode == 1)
        let old = runs.folder.names(withPrefix: Self.rejected + ".").filter {
            $0 != Self.origins
        }.sorted()
        #expect(old.count == 2 && old[1] == old[0] + ".origins", "\(old)")
        #expect(try runs.send([old[0], "--report", "again.ndjson"]).run().exitCode == 1)
        #expect(try places("again.ndjson") == (3...8).map { "in.ndjson:\($0)" })
    }
}

extension TemporaryFolder {
    fileprivate func names(withPrefix prefix: String) -> [String] {
        ((try? names()) ?? []).filter { $0.hasPrefix(prefix) }
    }
}
