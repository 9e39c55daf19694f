import Foundation
import TestSupport
import Testing

@Suite("Undelivered lines that another run has sent", .sideBySide)
struct SentElsewhereTests {
    @Test("They are found when that run had them in another order")
    func moved() throws {
        let runs = try EditedRuns(
            .ndjson, wanted: Array(repeating: 1, count: 8), lost: { $0 >= 2 })
        #expect(try runs.send(runs.inputs).run().exitCode == 4)
        let file = "in.unknown.ndjson"
        try runs.edit(file, from: 1)
        let lines = try runs.folder.text(file).split(separator: "\n").map { "\($0)\n" }
        try #require(lines.count == 6)
        // The last one first.
        try runs.folder.write(lines[5] + lines[0], to: file)
        let sent = try runs.send([file]).run()
        #expect(sent.exitCode == 0, "\(sent)")
        #expect(
            try runs.rows("in.unknown.report.ndjson").map { $0["line"] as? Int } == [8, 3])
        try runs.folder.write(lines[0], to: "other.unknown.ndjson")
        let count = runs.server.requestCount
        let none = try runs.send(
            ["other.unknown.ndjson", "--retry-of", "in.report.ndjson"]
        ).run()
        #expect(none.exitCode == 0, "\(none)")
        #expect(
            none.errorOutput.contains(
                "nothing to send: the line is left out: 'in.unknown.report.ndjson' has sent it"),
            "\(none)")
        #expect(runs.server.requestCount == count)
        // A line that it has not sent is sent.
        try runs.folder.write(lines[2], to: "other.unknown.ndjson")
        let other = try runs.send(
            ["other.unknown.ndjson", "--retry-of", "in.report.ndjson"]
        ).run()
        #expect(other.exitCode == 0, "\(other)")
    }

    /// A run that leaves lines of three applications that the store does not know, and two invalid ones.
    private static func openRun(_ folder: TemporaryFolder) throws {
        let lines = (1...12).map { number in
            let application = number % 5 == 0 ? "x y" : number > 8 ? "later" : "known"
            return
                "{\"appId\":\"\(application)\",\"event_type\":\"t\",\"payload\":{\"n\":\(number)}}\n"
        }
        try folder.write(lines.joined(), to: "in.ndjson")
        try register("known", folder)
        try expect(1, ["in.ndjson"], folder)
        try register("later", folder)
    }

    private static func register(_ application: String, _ folder: TemporaryFolder) throws {
        _ = try Program.run(
            Hookbatch.binary, ["store", "add-app", application, "--store", "s.db"],
            directory: folder.path)
    }

    /// Returns what a send prints.
    @discardableResult
    private static func expect(
        _ exitCode: Int32, _ words: [String], _ folder: TemporaryFolder,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> String {
        let result = try Program.run(
            Hookbatch.binary, ["send", "--to", "store:s.db", "--known-apps-only"] + words,
            directory: folder.path)
        #expect(result.exitCode == exitCode, "\(result)", sourceLocation: sourceLocation)
        return result.errorOutput
    }

    private static func expectAll(
        _ reports: [String], _ folder: TemporaryFolder,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let total = try Program.run(
            Hookbatch.binary, ["report"] + reports, directory: folder.path)
        #expect(
            total.output.contains("Total: 12 lines, all accepted"), "\(total)",
            sourceLocation: sourceLocation)
        let stored = try Program.run(
            Hookbatch.binary, ["store", "messages", "--store", "s.db", "--format", "ndjson"],
            directory: folder.path)
        #expect(
            stored.output.split(separator: "\n").count == 12, "\(stored)",
            sourceLocation: sourceLocation)
    }

    private static let retry = ["--retry-of", "in.report.ndjson", "--outcome", "rejected"]

    @Test("After a retry of some lines the whole file sends only the others, and can be fixed then")
    func wholeFile() throws {
        let folder = try TemporaryFolder("elsewhere")
        try Self.openRun(folder)
        try Self.expect(0, Self.retry, folder)
        let some = try Self.expect(1, ["in.rejected.ndjson"], folder)
        #expect(some.contains("3 of 5 lines are left out: 'in.try-2.report.ndjson' has"), "\(some)")
        try Self.register("x_y", folder)
        let name = "in.rejected.rejected.ndjson"
        try folder.write(
            folder.text(name).replacingOccurrences(of: "x y", with: "x_y"), to: name)
        try Self.expect(0, [name], folder)
        try Self.expectAll(
            [
                "in.report.ndjson", "in.try-2.report.ndjson", "in.rejected.report.ndjson",
                "in.rejected.rejected.report.ndjson",
            ], folder)
    }

    @Test(
        "The other lines alone, edited, are joined, also under another name, which is the next try",
        arguments: ["in.rejected.ndjson", "fixed.ndjson"])
    func others(name: String) throws {
        let folder = try TemporaryFolder("elsewhere")
        try Self.openRun(folder)
        try Self.expect(0, Self.retry, folder)
        try Self.register("x_y", folder)
        let left = try folder.text("in.rejected.ndjson").split(separator: "\n")
            .filter { $0.contains("x y") }
            .map { $0.replacingOccurrences(of: "x y", with: "x_y") + "\n" }
        try folder.write(left.joined(), to: name)
        let isOther = name == "fixed.ndjson"
        let words = [name] + (isOther ? ["--retry-of", "in.report.ndjson"] : [])
        #expect(try !Self.expect(0, words, folder).contains("warning"))
        #expect(try Self.expect(0, words, folder).contains("already done"))
        try Self.expectAll(
            [
                "in.report.ndjson", "in.try-2.report.ndjson",
                isOther ? "in.try-3.report.ndjson" : "in.rejected.report.ndjson",
            ], folder)
    }

    @Test("Lines that a run of a run's lines has sent are left out of every other one")
    func cousins() throws {
        let folder = try TemporaryFolder("elsewhere")
        try Self.openRun(folder)
        // A first round leaves the invalid lines, and a second one sends them.
        try Self.expect(1, ["in.rejected.ndjson"], folder)
        try Self.register("x_y", folder)
        let fixed = try folder.text("in.rejected.rejected.ndjson")
            .replacingOccurrences(of: "x y", with: "x_y")
        try folder.write(fixed, to: "fixed.ndjson")
        try Self.expect(0, ["fixed.ndjson", "--retry-of", "in.rejected.report.ndjson"], folder)
        // Each other way has nothing to send.
        try folder.write(fixed, to: "in.rejected.rejected.ndjson")
        for words in [
            ["in.rejected.rejected.ndjson"], Self.retry,
            ["copy.ndjson", "--retry-of", "in.report.ndjson"],
        ] {
            try folder.write(fixed, to: "copy.ndjson")
            let text = try Self.expect(0, words, folder)
            #expect(text.contains("nothing to send") && text.contains("left out"), "\(text)")
        }
        try Self.expectAll(
            ["in.report.ndjson", "in.rejected.report.ndjson", "in.rejected.try-3.report.ndjson"],
            folder)
    }

    @Test("A stopped run leaves out the same lines when it is resumed, and needs the other report")
    func resumed() throws {
        let folder = try TemporaryFolder("elsewhere")
        try Self.openRun(folder)
        try Self.expect(0, Self.retry, folder)
        try Self.expect(3, ["in.rejected.ndjson", "--limit", "1"], folder)
        let report = "in.try-2.report.ndjson"
        try FileManager.default.moveItem(
            atPath: folder.path(report), toPath: folder.path("away"))
        let refused = try Self.expect(74, ["in.rejected.ndjson"], folder)
        #expect(refused.contains(report), "\(refused)")
        try FileManager.default.moveItem(
            atPath: folder.path("away"), toPath: folder.path(report))
        let resumed = try Self.expect(1, ["in.rejected.ndjson"], folder)
        #expect(resumed.contains("3 of 5 lines are left out"), "\(resumed)")
        let rows = try ReportRow.ndjson(folder.read("in.rejected.report.ndjson"))
        #expect(rows.map(\.line) == [5, 10])
    }

    @Test("A file that is fixed once more sends only what is left, in a run of its own")
    func fixedAgain() throws {
        let folder = try TemporaryFolder("elsewhere")
        try Self.openRun(folder)
        let name = "in.rejected.ndjson"
        try Self.expect(1, [name], folder)
        try Self.register("x_y", folder)
        try folder.write(
            folder.text(name).replacingOccurrences(of: "x y", with: "x_y"), to: name)
        let again = try Self.expect(0, [name], folder)
        #expect(again.contains("3 of 5 lines are left out"), "\(again)")
        #expect(try Self.expect(0, [name], folder).contains("already done"))
        try Self.expectAll(
            ["in.report.ndjson", "in.rejected.report.ndjson", "in.rejected.try-2.report.ndjson"],
            folder)
    }

    @Test("Undelivered lines are not sent to another destination by mistake")
    func otherDestination() throws {
        let folder = try TemporaryFolder("elsewhere")
        try folder.write("{\"appId\":\"a b\",\"event_type\":\"t\"}\n", to: "in.ndjson")
        func send(_ words: [String]) throws -> ProgramResult {
            try Program.run(Hookbatch.binary, ["send"] + words, directory: folder.path)
        }
        #expect(try send(["in.ndjson", "--to", "store:one.db"]).exitCode == 1)
        try folder.write(
            "{\"appId\":\"ab\",\"event_type\":\"t\"}\n", to: "in.rejected.ndjson")
        let refused = try send(["in.rejected.ndjson"])
        #expect(refused.exitCode == 2 && !folder.contains("hookbatch.db"), "\(refused)")
        #expect(
            refused.errorOutput.contains("use --to store:\(folder.path)/one.db, or --fresh"),
            "\(refused)")
        let same = "store:\(folder.path)/./one.db"
        #expect(try send(["in.rejected.ndjson", "--to", same]).exitCode == 0)
        let elsewhere = ["in.rejected.ndjson", "--fresh", "--to", "store:two.db"]
        #expect(try send(elsewhere).exitCode == 0)
        #expect(folder.contains("two.db"))
    }
}
