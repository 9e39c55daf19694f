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
        let refused = try runs.send(
            ["other.unknown.ndjson", "--retry-of", "in.report.ndjson"]
        ).run()
        #expect(refused.exitCode == 2, "\(refused)")
        #expect(
            refused.errorOutput.contains(
                "1 of the lines to send was accepted or is unknown in 'in.unknown.report.ndjson'"),
            "\(refused)")
        #expect(refused.errorOutput.contains("the first is line 3 of 'in.ndjson'"), "\(refused)")
        #expect(runs.server.requestCount == count)
        // A line that it has not sent is sent.
        try runs.folder.write(lines[2], to: "other.unknown.ndjson")
        let other = try runs.send(
            ["other.unknown.ndjson", "--retry-of", "in.report.ndjson"]
        ).run()
        #expect(other.exitCode == 0, "\(other)")
    }
}
