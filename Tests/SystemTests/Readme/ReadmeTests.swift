import Foundation
import TestSupport
import Testing

@testable import hookbatch

@Suite("The README and the guides show what happens", .sideBySide)
struct ReadmeTests {
    private static let api = "https://hookstream.io/v1"

    @Test(
        "Each block of commands exits as written and prints the output shown",
        arguments: ReadmeBlock.all.filter { !$0.needsJQ })
    func block(_ block: ReadmeBlock) throws { try Self.run(block) }

    @Test(
        "Each block of commands that needs jq exits as written and prints the output shown",
        .needs("jq"), arguments: ReadmeBlock.all.filter(\.needsJQ))
    func blockWithJQ(_ block: ReadmeBlock) throws { try Self.run(block) }

    private static func run(_ block: ReadmeBlock) throws {
        let server = try LoopbackServer()
        let folder = try TemporaryFolder("readme")
        try FileManager.default.copyItem(
            atPath: Hookbatch.root + "/samples", toPath: folder.path("samples"))
        try FileManager.default.createDirectory(
            atPath: folder.path("bin"), withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("bin/hookbatch"), withDestinationPath: Hookbatch.binary)

        // Both outputs of all commands, in the order of writing.
        let script =
            "exec 2>&1\n" + block.script.replacingOccurrences(of: api, with: server.baseURL)
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let result = try Program.run(
            "sh", ["-c", script],
            environment: ["PATH": folder.path("bin") + ":" + path, "HOME": folder.path],
            directory: folder.path)
        let output = result.output.replacingOccurrences(of: server.baseURL, with: api)
        #expect(result.exitCode == 0, "\(output)")
        let missing = block.missingLine(in: output)
        #expect(missing == nil, "\(block.document) shows a line that is not in:\n\(output)")
    }

    @Test("The documents have commands for the store and for the API")
    func blocks() {
        let commands = ReadmeBlock.all.flatMap(\.commands).map(\.text)
        #expect(ReadmeBlock.all.count >= 5)
        #expect(commands.contains { $0.contains(Self.api) })
        #expect(commands.contains("hookbatch send samples/events.ndjson"))
        #expect(ReadmeBlock.all.contains { !$0.output.isEmpty })
    }

    @Test(
        "The documents' tables have each error code of the invalid samples",
        arguments: ["ndjson", "csv"])
    func errorCodes(format: String) throws {
        let folder = try TemporaryFolder("readme")
        let sample = Hookbatch.root + "/samples/mistakes.\(format)"
        try Program.run(
            Hookbatch.binary, ["send", sample, "--report", "out.ndjson"], directory: folder.path)
        let codes = Set(try ReportRow.ndjson(folder.read("out.ndjson")).compactMap(\.error))
        #expect(codes.count >= 5)
        #expect(codes.subtracting(Self.namesInTables) == [])
    }

    @Test("The documents' tables have each exit code of the help")
    func exitCodes() throws {
        let help = try Program.run(Hookbatch.binary, ["help", "send"]).output
        let lines = try #require(help.components(separatedBy: "Exit codes:\n").last)
        let codes = lines.split(separator: "\n").compactMap { line in
            line.split(separator: " ").first.map(String.init)
        }
        #expect(codes.count >= 8)
        #expect(Set(codes).subtracting(Self.namesInTables) == [])
    }

    @Test("The documents' tables have each file of the manual page")
    func files() throws {
        let page = try Program.run(Hookbatch.binary, ["help", "--man"]).output
        let files = page.matches(of: /\n\.It Pa \\&(.*)/).map {
            $0.1.replacingOccurrences(of: "\\-", with: "-")
        }
        #expect(files.count >= 6)
        let named = Self.namesInTables.union(["hookbatch.db"])
        #expect(Set(files).subtracting(named) == [])
    }

    @Test("Each flag that a document names exists")
    func flags() throws {
        let help = Command.allCases.map { command in
            (try? Program.run(Hookbatch.binary, ["help", command.rawValue]).output) ?? ""
        }.joined()
        let flags = Document.forUsers.flatMap { document in
            document.text.matches(of: /(?:hookbatch .*|`)(--[a-z-]+)/).map { $0.1 }
        }
        #expect(flags.count >= 10)
        for flag in flags { #expect(help.contains("  \(flag)"), "\(flag)") }
    }

    private static let namesInTables = Document.forUsers.reduce(into: Set<String>()) {
        $0.formUnion($1.namesInTables)
    }
}
