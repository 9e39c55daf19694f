import TestSupport
import Testing

@testable import hookbatch

@Suite("The manual page") struct ManualPageTests {
    private static let page = ManualPage.text

    @Test("The manual page has each command, flag, variable, file and exit code")
    func complete() {
        let lines = Self.page.split(separator: "\n")
        for command in Command.allCases {
            #expect(lines.contains(".Cm \(command.rawValue)"))
        }
        for guide in Guide.allCases {
            #expect(lines.contains(".It Cm \(guide.rawValue)"))
        }
        for flag in Flags.all {
            let name = ".It Fl Fl " + Roff.escaped(flag.name)
            #expect(lines.contains { $0 == name || $0.hasPrefix(name + " ") }, "\(flag.name)")
        }
        for status in ExitStatus.allCases {
            #expect(lines.contains(".It \\&\(status.rawValue)"))
        }
        for file in ManualTables.files {
            #expect(lines.contains(".It Pa \\&" + Roff.escaped(file.name)))
        }
        for example in Command.allCases.flatMap(\.examples) {
            #expect(lines.contains(Substring(Roff.escaped(example.line))))
        }
    }

    @Test("The manual page has no warnings in mandoc", .needs("mandoc"))
    func lint() throws {
        let result = try Program.run(
            "mandoc", ["-Tlint", "-W", "warning"], input: .text(Self.page))
        #expect(result.exitCode == 0, "\(result.output)")
        #expect(result.output == "")
    }

    @Test("The manual page in man has no markup", .needs("man"))
    func man() throws {
        let folder = try TemporaryFolder("manual")
        try folder.write(Self.page, to: "hookbatch.1")
        for width in [40, 80, 120] {
            let result = try Program.run(
                "man", ["--warnings", "-P", "cat", "-l", "hookbatch.1"],
                environment: ["MANWIDTH": "\(width)", "LC_ALL": "C.UTF-8"],
                directory: folder.path)
            #expect(result.exitCode == 0, "\(result.errorOutput)")
            // Some lines exceed a narrow width.
            #expect(result.errorOutput == "" || width < 80)
            let text = result.output.replacing(/.\u{8}/, with: "")
            #expect(text.contains("--max-in-flight-bytes SIZE"))
            #expect(text.contains("HOOKSTREAM_API_KEY"))
            // The help of two flags has escapes of dumps.
            #expect(!text.replacing(/\\[Nnt]/, with: "").contains("\\") && !text.contains("\n."))
        }
    }

    @Test(
        "The manual page escapes text that is special to roff",
        .needs("mandoc"),
        arguments: [
            ".Sh not a heading", "'br", "a\\fBb\\n(x", "-- -a 'x' \"y\" `z` ^ ~", "Fl Ar No .Nm",
            "50ms±20ms … é 漢", "a. b. c", "ends. ", "e.g. .ndjson", "\\", ".",
        ])
    func escaping(text: String) throws {
        func shown(_ body: String) throws -> String {
            let page = ".Dd \(Version.date)\n.Dt X 1\n.Os x\n.Sh NAME\n.Nm x\n.Nd x\n.Sh OPTIONS\n"
            let result = try Program.run(
                "mandoc", ["-Tutf8", "-O", "width=200"], input: .text(page + body + "\n"))
            let plain = result.output.replacing(/.\u{8}/, with: "")
            let lines = plain.split(separator: "\n").map { $0.split(separator: " ") }
            let start = try #require(lines.firstIndex { $0 == ["OPTIONS"] })
            return lines[(start + 1)..<(lines.count - 1)].flatMap { $0 }.joined(separator: " ")
        }
        let expected = text.split(separator: " ").joined(separator: " ")
        #expect(try shown(Roff.paragraph(text)) == expected)
        #expect(try shown(Roff.literal([text])) == expected)
        #expect(try shown(".Ar " + Roff.arguments(text)) == expected)
    }
}
