import Foundation
import TestSupport
import Testing

@Suite("Lines that are known to have arrived", .sideBySide)
struct ArrivedTests {
    /// Lines 2, 7 and 12, with the numbers 1, 6 and 11, are unknown, and have arrived.
    private static func runs(_ kind: EditedRuns.Kind = .ndjson) throws -> EditedRuns {
        let runs = try EditedRuns(
            kind, wanted: Array(repeating: 1, count: 12), lost: { $0 % 5 == 1 })
        let result = try runs.send(runs.inputs).run()
        try #require(result.exitCode == 4, "\(result)")
        // From now on, responses arrive.
        let file = try #require(runs.undelivered("in.summary.json", "unknown").first)
        try runs.edit(file, from: 1)
        return runs
    }

    /// The row of each line: its number, outcome, attempts and detail.
    private func rows(_ runs: EditedRuns, _ report: String) throws -> [[String]] {
        try runs.rows(report).map { row in
            ["line", "outcome", "attempts", "detail"].map { name in
                (row[name] as? String) ?? (row[name] as? Int).map(String.init) ?? ""
            }
        }
    }

    private static let detail = "not sent: it had arrived (--arrived)"

    @Test("Of the unknown lines, only those are sent that did not arrive, and the books close")
    func file() throws {
        let runs = try Self.runs()
        let sent = runs.server.requestCount
        let result = try runs.send(["in.unknown.ndjson", "--arrived", "/payload/n=1,6"]).run()
        #expect(result.exitCode == 0, "\(result)")
        #expect(
            result.errorOutput.contains("--arrived: 2 of 3 lines that may have arrived did"),
            "\(result)")
        #expect(result.errorOutput.contains("finished: 3 lines accepted (2 by --arrived"))
        #expect(runs.server.requestCount == sent + 1)
        #expect(
            try rows(runs, "in.unknown.report.ndjson") == [
                ["2", "accepted", "0", Self.detail], ["7", "accepted", "0", Self.detail],
                ["12", "accepted", "1", ""],
            ])
        let summary = try JSONSerialization.jsonObject(
            with: Data(runs.folder.read("in.unknown.summary.json")))
        let counts = (summary as? [String: Any])?["counts"] as? [String: Int]
        #expect(counts?["arrived"] == 2)
        #expect(counts?["accepted"] == 3)
        let both = try runs.report(["in.report.ndjson", "in.unknown.report.ndjson"])
        #expect(both.exitCode == 0, "\(both)")
        #expect(both.output.contains("12 lines, all accepted"), "\(both)")
        // Line 12 alone was sent twice.
        let merged = try runs.report(
            ["in.report.ndjson", "in.unknown.report.ndjson", "--merge", "all.ndjson"])
        #expect(merged.exitCode == 0, "\(merged)")
        let again = try runs.send(["in.unknown.ndjson", "--arrived", "/payload/n=1,6"]).run()
        #expect(again.exitCode == 0 && !again.errorOutput.contains("only the others"), "\(again)")
        let repeated = try runs.rows("all.ndjson").filter {
            $0["possible_duplicate"] as? Bool == true
        }
        #expect(repeated.map { $0["line"] as? Int } == [12])
    }

    @Test(
        "Lines are found by their keys in a list, in each format, also by --retry-of",
        arguments: EditedRuns.Kind.allCases.filter { $0 != .two && $0 != .stream }, [false, true])
    func keys(kind: EditedRuns.Kind, isRetryOf: Bool) throws {
        let runs = try Self.runs(kind)
        let keys = runs.keys.read { keys in
            [1, 11].compactMap { keys[$0]?[1]?.first }
        }
        try runs.folder.write(
            "\u{FEFF}\(keys[0])\r\n\"\(keys[1])\"\r\n\nhb-other-1-1\n", to: "keys.txt")
        let sent = runs.server.requestCount
        let lines =
            isRetryOf
            ? ["--retry-of", "in.report.ndjson", "--outcome", "unknown"]
            : try runs.undelivered("in.summary.json", "unknown")
        let flags = ["@keys.txt", "hb-other-1-2"].flatMap {
            ["--arrived", "Idempotency-Key=\($0)"]
        }
        let result = try runs.send(lines + flags).run()
        #expect(result.exitCode == 0, "\(result)")
        #expect(runs.server.requestCount == sent + 1, "\(result)")
        #expect(runs.keys.read { $0[6]?[1]?.count } == 1)
        let report = isRetryOf ? "in.try-2.report.ndjson" : "in.unknown.report.ndjson"
        #expect(try rows(runs, report).map { $0[2] } == ["0", "1", "0"])
    }

    @Test("An edited line is found by the key that it had")
    func edited() throws {
        let runs = try Self.runs()
        let text = try runs.folder.text("in.unknown.ndjson")
        try runs.folder.write(
            text.replacingOccurrences(of: #""n":6,"v":1"#, with: #""n":6,"v":2"#),
            to: "in.unknown.ndjson")
        let key = try #require(runs.keys.read { $0[6]?[1]?.first })
        let result = try runs.send(["in.unknown.ndjson", "--arrived", "Idempotency-Key=\(key)"])
            .run()
        #expect(result.exitCode == 0, "\(result)")
        #expect(try rows(runs, "in.unknown.report.ndjson").map { $0[2] } == ["1", "0", "1"])
        #expect(runs.accepted.read { $0[6] } == [1])
    }

    @Test("Unknown lines that were removed from their file are settled by the command of the total")
    func removed() throws {
        let runs = try Self.runs()
        let sent = runs.server.requestCount
        let text = try runs.folder.text("in.unknown.ndjson")
        let line = text.split(separator: "\n")[1]
        try runs.folder.write(line + "\n", to: "in.unknown.ndjson")
        #expect(try runs.send(["in.unknown.ndjson"]).run().exitCode == 0)
        let both = try runs.report(["in.report.ndjson", "in.unknown.report.ndjson"])
        #expect(both.exitCode == 4, "\(both)")
        #expect(both.output.contains("Next: 2 unknown lines were removed from the file"), "\(both)")
        let command = try #require(
            both.output.split(separator: "\n").first {
                $0.hasPrefix("  ") && $0.contains("KEY,KEY")
            })
        let first = try #require(
            runs.folder.text("in.unknown.ndjson.origins").firstMatch(of: /hb-[0-9a-z]+-1-/)?.0)
        let settled = try Hookbatch.paste(
            String(command).replacing("KEY,KEY", with: "\(first)2,\(first)12"), in: runs.folder,
            key: Sending.apiKey)
        #expect(settled.exitCode == 0, "\(settled)")
        #expect(runs.server.requestCount == sent + 1)
        let all = try runs.report([
            "in.report.ndjson", "in.unknown.report.ndjson", "in.try-2.report.ndjson",
        ])
        #expect(all.exitCode == 0, "\(all)")
        #expect(all.output.contains("12 lines, all accepted"), "\(all)")
        #expect(!all.output.contains("removed"), "\(all)")
    }

    @Test(
        "Values that no line has are refused before anything is sent",
        arguments: [
            ("/payload/n=2", "; only if the values are those of all messages that arrived"),
            ("n=1", ": no line has the field 'n'; a field in an object begins with a slash"),
            ("payload/n=1", ": no line has the field 'payload/n' (did you mean '/payload/n'?)"),
            ("idempotency-key=1", "; compare a value with one of these lines"),
            ("/payload/n=hb-1", "; the values are Idempotency-Keys: write Idempotency-Key=hb-1\n"),
            (
                "/payload/n=@keys.txt",
                "'keys.txt' are Idempotency-Keys: write Idempotency-Key=@keys.txt"
            ),
            ("/payload/n=@table.csv", "; the values in 'table.csv' are in several columns"),
            ("appId=app", "; compare a value with one of these lines"),
        ])
    func noMatch(rule: String, hint: String) throws {
        let runs = try Self.runs()
        try runs.folder.write("hb-1\n", to: "keys.txt")
        try runs.folder.write("id,at\n1,2\n", to: "table.csv")
        let sent = runs.server.requestCount
        let result = try runs.send(["in.unknown.ndjson", "--arrived", rule]).run()
        #expect(result.exitCode == 2, "\(result)")
        #expect(
            result.errorOutput.contains("none of the 3 lines that may have arrived has such"),
            "\(result)")
        #expect(result.errorOutput.contains(hint), "\(result)")
        #expect(runs.server.requestCount == sent)
        #expect(!runs.folder.contains("in.unknown.report.ndjson.journal"))
    }

    @Test(
        "A file of --retry-of with more lines than the run left is refused, unless --fresh is given"
    )
    func added() throws {
        let runs = try Self.runs()
        let sent = runs.server.requestCount
        let extra = #"{"appId":"app_9","event_type":"t","payload":{"n":3,"v":1}}"# + "\n"
        try runs.folder.write(
            runs.folder.text("in.unknown.ndjson") + extra, to: "more.unknown.ndjson")
        let words = ["more.unknown.ndjson", "--retry-of", "in.report.ndjson"]
        let refused = try runs.send(words).run()
        #expect(refused.exitCode == 2, "\(refused)")
        #expect(refused.errorOutput.contains("'more.unknown.ndjson' has 4 lines"), "\(refused)")
        #expect(runs.server.requestCount == sent)
        #expect(try runs.send(words + ["--fresh"]).run().exitCode == 0)
        #expect(runs.server.requestCount == sent + 4)
    }

    @Test("Lines that were rejected are never taken for lines that arrived")
    func rejected() throws {
        let runs = try EditedRuns(.ndjson, wanted: [1, 2, 2])
        #expect(try runs.send(runs.inputs).run().exitCode == 1)
        try runs.edit("in.rejected.ndjson", from: 1)
        let result = try runs.send(["in.rejected.ndjson", "--arrived", "/payload/n=1"]).run()
        #expect(result.exitCode == 2, "\(result)")
        #expect(result.errorOutput.contains("none of the lines to send may have arrived"))
    }

    @Test(
        "The flag is refused without lines of an earlier run, and without values",
        arguments: [
            (["in.ndjson", "--arrived", "/payload/n=1"], "is for lines of an earlier run"),
            (
                ["in.unknwon.ndjson", "--arrived", "/payload/n=1"],
                "'in.unknwon.ndjson' does not exist; did you mean 'in.unknown.ndjson'?"
            ),
            (["in.unknown.ndjson", "--arrived", "/payload/n=@no.txt"], "No such file"),
            (["in.unknown.ndjson", "--arrived", "/payload/n=@empty.txt"], "has no values"),
            (["in.unknown.ndjson", "--arrived", "17"], "--arrived: '17' is not"),
            (["in.unknown.ndjson", "--arrived", "/payload/n="], "--arrived: '/payload/n=' is not"),
        ])
    func refused(arguments: [String], reason: String) throws {
        let runs = try Self.runs()
        try runs.folder.write("\n \r\n", to: "empty.txt")
        let result = try runs.send(arguments + ["--report", "again.report.ndjson"]).run()
        #expect(result.exitCode == 2, "\(result)")
        #expect(result.errorOutput.contains(reason), "\(result)")
    }
}
