import Foundation
import TestSupport
import Testing

@Suite("The format json", .sideBySide)
struct JSONFormatTests {
    private static let element = #"{"appId":"app_1","event_type":"t","payload":{"n":1}}"#

    @Test(
        "JSON is recognised by its first bytes, and NDJSON stays NDJSON",
        arguments: [
            ("a.json", "[E,\nE]", 2), ("a.ndjson", "[E,\nE]", 2), ("a.log", " [E]", 1),
            ("-", "[E,E]", 2), ("-", "F\nF", 2), ("a.json", "F", 1), ("a.log", "EE", 2),
            // One invalid line, and the next ones are read.
            ("a.json", "E\nx\nE", 2), ("a.json", "{\"a\":1,}\nE\n", 1), ("a.ndjson", "F", 0),
        ] as [(String, String, Int)])
    func recognised(name: String, text: String, valid: Int) throws {
        let folder = try TemporaryFolder("json")
        let formatted = Self.element.replacingOccurrences(of: ",", with: ",\n")
        let content = text.replacingOccurrences(of: "E", with: Self.element)
            .replacingOccurrences(of: "F", with: formatted)
        if name != "-" { try folder.write(content, to: name) }
        let plan = try Program.run(
            Hookbatch.binary, ["check", "--output", "json", name], directory: folder.path,
            input: name == "-" ? .text(content) : .nothing)
        #expect(plan.output.contains("\"valid\": \(valid),"), "\(plan.output)")
    }

    @Test(
        "Flags of other formats are refused",
        arguments: [
            (
                ["--records", "/a", "--format", "csv"],
                "--records applies to JSON, but --format is csv"
            ),
            (
                ["--format", "json", "--no-header"],
                "--no-header applies to CSV, but --format is json"
            ),
            (
                ["--records", "/a", "--delimiter", ";"],
                "--delimiter applies to CSV, but --records to JSON"
            ),
            (["--records", ""], "--records"), (["--format", "ndjson"], "use --format json"),
        ])
    func flags(words: [String], message: String) throws {
        let folder = try TemporaryFolder("json")
        try folder.write("[\(Self.element)]\n", to: "in.json")
        let result = try Program.run(
            Hookbatch.binary, ["check", "in.json"] + words, directory: folder.path)
        #expect(result.exitCode == 2, "\(result)")
        #expect((result.errorOutput + result.output).contains(message), "\(result)")
    }
}
