import Foundation
import TestSupport
import Testing

@Suite("Lines that may have arrived, sent again from their file", .sideBySide)
struct PossiblyArrivedTests {
    private static let unknown = "in.unknown.ndjson"

    private let runs: EditedRuns

    /// Lines 2, 7 and 12, of one application, are unknown.
    init() throws {
        runs = try EditedRuns(
            .ndjson, wanted: Array(repeating: 1, count: 12), lost: { $0 % 5 == 1 })
        let result = try runs.send(runs.inputs).run()
        try #require(result.exitCode == 4, "\(result)")
        try runs.edit(Self.unknown, from: 1)
    }

    private func lines(of name: String) throws -> [String] {
        try runs.folder.text(name).split(separator: "\n").map { "\($0)\n" }
    }

    private func rows(_ report: String) throws -> [[String]] {
        try runs.rows(report).map { row in
            ["file", "line", "outcome", "possible_duplicate"].map { name in
                let value = row[name]
                if name == "possible_duplicate" { return value as? Bool == true ? "true" : "false" }
                return (value as? String) ?? (value as? Int).map(String.init) ?? ""
            }
        }
    }

    /// The same record as other bytes.
    private static func reformatted(_ line: String) -> String {
        line.replacingOccurrences(of: #"{"appId""#, with: #"{ "appId""#)
    }

    @Test(
        "Lines without an origin are possible duplicates, and never rejected",
        arguments: [false, true])
    func unmatched(isAtMostOnce: Bool) throws {
        let lines = try lines(of: Self.unknown)
        // A line is removed, and all are reformatted. The server rejects the last one now.
        let left = [
            Self.reformatted(lines[0]),
            Self.reformatted(lines[2]).replacingOccurrences(of: #""v":1"#, with: #""v":0"#),
        ]
        try runs.folder.write(left.joined(), to: Self.unknown)
        let flags = isAtMostOnce ? ["--delivery", "at-most-once"] : []
        let refused = try runs.send([Self.unknown] + flags).run()
        #expect(refused.exitCode == 2, "\(refused)")
        let result = try runs.send([Self.unknown, "--fresh"] + flags).run()
        #expect(result.exitCode == 4, "\(result)")
        #expect(result.errorOutput.contains("warning: 2 of 2 lines"), "\(result)")
        #expect(
            try rows("in.unknown.report.ndjson") == [
                [Self.unknown, "1", "accepted", "true"], [Self.unknown, "2", "unknown", "true"],
            ])
    }

    @Test("A line that is invalid after an edit is still a possible duplicate when it is fixed")
    func invalid() throws {
        let lines = try lines(of: Self.unknown)
        try runs.folder.write(lines[0] + "{\n" + lines[2], to: Self.unknown)
        let result = try runs.send([Self.unknown]).run()
        #expect(result.exitCode == 1, "\(result)")
        let rejected = "in.unknown.rejected.ndjson"
        #expect(try runs.folder.text(rejected) == "{\n")
        try runs.folder.write(lines[1], to: rejected)
        #expect(try runs.send([rejected]).run().exitCode == 0)
        #expect(
            try rows("in.unknown.rejected.report.ndjson") == [
                ["in.ndjson", "7", "accepted", "true"]
            ])
    }

    @Test("At most once, they are sent once more when their file is named, and are marked")
    func atMostOnce() throws {
        let sent = runs.server.requestCount
        let result = try runs.send([Self.unknown, "--delivery", "at-most-once"]).run()
        #expect(result.exitCode == 0, "\(result)")
        #expect(runs.server.requestCount == sent + 3)
        #expect(
            try rows("in.unknown.report.ndjson")
                == ["2", "7", "12"].map { ["in.ndjson", $0, "accepted", "true"] })
        #expect(runs.keys.read { $0.values.allSatisfy { $0[1]?.count == 1 } })
    }

    @Test(
        "A copy of unknown lines is refused, and without origins a warning names it",
        arguments: ["copy.unknown.ndjson", "copy.unknown.ndjson.gz"])
    func withoutOrigins(name: String) throws {
        let text = try runs.folder.text(Self.unknown)
        if name.hasSuffix(".gz") {
            try runs.folder.write(Gzip.pack(text), to: name)
        } else {
            try runs.folder.write(text, to: name)
        }
        let warning = "has no file of origins beside it; if its lines may have arrived"
        let refused = try runs.send([name]).run()
        #expect(refused.exitCode == 2, "\(refused)")
        #expect(
            refused.errorOutput.contains("'\(name)' has the lines of '\(Self.unknown)', but"),
            "\(refused)")
        let whole = try runs.send([Self.unknown]).run()
        #expect(whole.exitCode == 0 && !whole.errorOutput.contains(warning), "\(whole)")
        try FileManager.default.removeItem(atPath: runs.folder.path("\(Self.unknown).origins"))
        let copy = try runs.send([name]).run()
        #expect(copy.exitCode == 0, "\(copy)")
        #expect(copy.errorOutput.contains("warning: '\(name)' \(warning)"), "\(copy)")
    }

    @Test("A copy is joined by --retry-of with the unknown lines of the report")
    func otherName() throws {
        // Rejected lines too.
        let both = try EditedRuns(.ndjson, wanted: [1, 1, 2], lost: { $0 == 1 })
        #expect(try both.send(both.inputs).run().exitCode == 4)
        try both.edit(Self.unknown, from: 2)
        try both.folder.write(both.folder.text(Self.unknown), to: "b.unknown.ndjson")
        let result = try both.send(["b.unknown.ndjson", "--retry-of", "in.report.ndjson"]).run()
        #expect(result.exitCode == 0, "\(result)")
        let rows = try both.rows("in.try-2.report.ndjson")
        #expect(rows.map { $0["line"] as? Int } == [2])
        #expect(rows.allSatisfy { $0["possible_duplicate"] as? Bool == true })
        #expect(both.keys.read { $0[1]?[1]?.count } == 1)
    }
}
