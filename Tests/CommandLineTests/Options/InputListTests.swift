import Sending
import TestSupport
import Testing

@testable import hookbatch

@Suite("Lists of input paths") struct InputListTests {
    private func paths(_ list: String) throws -> [String] {
        try InputList(Array(list.utf8), name: "'list'").paths.map(\.shown)
    }

    @Test(
        "A list has a path on each line, or with NUL bytes between them",
        arguments: [
            ("a\nb c\n\n./d", ["a", "b c", "./d"]), ("a\r\n\r\nb\r\n", ["a", "b"]),
            ("\u{FEFF}a\n", ["a"]), ("a\u{0}b\nc\u{0}\u{0}d\r\u{0}", ["a", "b\nc", "d\r"]),
            ("./-\n--x\n", ["./-", "--x"]), ("a\u{0}", ["a"]), (" a \n", [" a "]),
        ])
    func parts(list: String, expected: [String]) throws {
        #expect(try paths(list) == expected)
    }

    @Test(
        "A list without a path, with standard input or with another encoding is refused",
        arguments: [
            ([], "--files-from: 'list' has no paths; write one on each line"),
            ([0x0A, 0x0D, 0x0A], "--files-from: 'list' has no paths; write one on each line"),
            (
                Array("a\n-\n".utf8),
                "--files-from: line 2 of 'list' is '-', and a list can't name standard input; "
                    + "write ./- for a file of this name"
            ),
            (
                [0x61, 0, 0x62, 0xFF, 0],
                "--files-from: entry 2 of 'list' is not UTF-8; rename the file, or give it as an "
                    + "argument"
            ),
        ] as [([UInt8], String)])
    func refused(list: [UInt8], message: String) {
        #expect(throws: UsageError(message)) { try InputList(list, name: "'list'") }
    }

    @Test("A list with too many paths is refused")
    func tooMany() throws {
        let most = String(repeating: "a\n", count: InputList.maxPaths)
        #expect(try paths(most).count == InputList.maxPaths)
        let message = #expect(throws: UsageError.self) { try paths(most + "b\n") }?.message
        #expect(message?.contains("more than 50,000 paths; send it in parts") == true)
    }

    @Test("The paths of a list follow the arguments, and none may be given twice")
    func options() throws {
        let folder = try TemporaryFolder("list")
        try folder.write("b.ndjson\n./c.ndjson\n", to: "list")
        func options(_ words: [String]) throws -> SendOptions {
            let words = ["send", "--files-from", folder.path("list")] + words
            return try SendOptions(arguments(words), words: words, environment: Environment())
        }
        let given = try options(["a.ndjson"])
        #expect(given.input.paths.map(\.shown) == ["a.ndjson", "b.ndjson", "./c.ndjson"])
        #expect(given.report.path == "a.report.ndjson")
        #expect(try options([]).report.path == "b.report.ndjson")
        #expect(
            throws: UsageError(
                "input './c.ndjson' is given twice; every line would be sent twice")
        ) { try options(["c.ndjson"]) }
        #expect(throws: UsageError.self) { try options(["--report", folder.path("list")]) }
        let resend = given.commands.send(["x.rejected.ndjson"])
        #expect(resend == "hookbatch send x.rejected.ndjson")
        #expect(given.commands.resume.contains("--files-from"))
    }

    @Test("A list from standard input excludes it as an input")
    func standardInput() {
        let words = ["check", "--files-from", "-", "-"]
        let message = #expect(throws: UsageError.self) { try CheckOptions(arguments(words)) }
        #expect(message?.message.contains("'-' can't be an input too") == true)
    }

    @Test(
        "A file that the run would write is found among many inputs",
        arguments: [
            ("/d/x.1-a.rejected.csv", true), ("/d/x.1-a.unknown.", true),
            ("x.report.ndjson", false),
            ("/d/x.3-a.rejected.csv", false), ("/d/x.report.ndjson", true), ("/d/./x.rest", true),
            ("/d/x.2-b.c.unknown.json.gz", true), ("/d/x.2-b.c.other", false),
        ])
    func overwritten(name: String, expected: Bool) throws {
        let report = try #require(ReportPath(text: "/d/x.report.ndjson"))
        let inputs: [InputPath] = [.file("a.ndjson"), .file("b.c.csv"), .standardInput]
        #expect(report.wouldOverwrite(.file(name), of: inputs) == expected)
    }
}
