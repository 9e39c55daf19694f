import Foundation
import TestSupport
import Testing

@Suite("The README says what happens", .sideBySide)
struct ReadmeTests {
    private static let api = "https://hookstream.io/v1"

    @Test(
        "each block of commands ends as it says and writes what it shows",
        arguments: ReadmeBlock.all.filter { !$0.needsJQ })
    func block(_ block: ReadmeBlock) throws { try Self.run(block) }

    @Test(
        "and so do those that take jq", .needs("jq"), arguments: ReadmeBlock.all.filter(\.needsJQ))
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

        // The output of all commands in the order in which it was written.
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
        #expect(missing == nil, "the README shows what is not in:\n\(output)")
    }

    @Test("and there are blocks to be run, for the store and for the API")
    func blocks() {
        let commands = ReadmeBlock.all.flatMap(\.commands).map(\.text)
        #expect(ReadmeBlock.all.count >= 5)
        #expect(commands.contains { $0.contains(Self.api) })
        #expect(commands.contains("hookbatch send samples/events.ndjson"))
        #expect(ReadmeBlock.all.contains { !$0.output.isEmpty })
    }

    @Test(
        "its tables have each code of an invalid line in the samples", arguments: ["ndjson", "csv"])
    func errorCodes(format: String) throws {
        let folder = try TemporaryFolder("readme")
        let sample = Hookbatch.root + "/samples/mistakes.\(format)"
        try Program.run(
            Hookbatch.binary, ["send", sample, "--report", "out.ndjson"], directory: folder.path)
        let codes = Set(try ReportRow.ndjson(folder.read("out.ndjson")).compactMap(\.error))
        #expect(codes.count >= 5)
        #expect(codes.subtracting(try Self.namesInTables()) == [])
    }

    @Test("its tables have each exit code of the help")
    func exitCodes() throws {
        let help = try Program.run(Hookbatch.binary, ["help", "send"]).output
        let lines = try #require(help.components(separatedBy: "Exit codes:\n").last)
        let codes = lines.split(separator: "\n").compactMap { line in
            line.split(separator: " ").first.map(String.init)
        }
        #expect(codes.count >= 8)
        #expect(Set(codes).subtracting(try Self.namesInTables()) == [])
    }

    @Test("its tables have each file of the manual page")
    func files() throws {
        let page = try Program.run(Hookbatch.binary, ["help", "--man"]).output
        let files = page.matches(of: /\n\.It Pa \\&(.*)/).map {
            $0.1.replacingOccurrences(of: "\\-", with: "-")
        }
        #expect(files.count >= 6)
        let named = try Self.namesInTables().union(["hookbatch.db"])
        #expect(Set(files).subtracting(named) == [])
    }

    @Test("each flag that it names exists")
    func flags() throws {
        let help = ["send", "check", "report", "serve", "store", "help"].map { command in
            (try? Program.run(Hookbatch.binary, ["help", command]).output) ?? ""
        }.joined()
        let flags = try Self.readme().matches(of: /(?:hookbatch .*|`)(--[a-z-]+)/).map { $0.1 }
        #expect(flags.count >= 10)
        for flag in flags { #expect(help.contains("  \(flag)"), "\(flag)") }
    }

    private static func readme() throws -> String {
        try String(contentsOf: URL(fileURLWithPath: Hookbatch.root + "/README.md"), encoding: .utf8)
    }

    /// What stands in the first cells of the README's tables.
    private static func namesInTables() throws -> Set<String> {
        let rows = try readme().components(separatedBy: "\n").filter { $0.hasPrefix("| ") }
        let names = rows.flatMap { row in
            row.components(separatedBy: " | ")[0].dropFirst(2).components(separatedBy: ", ")
        }
        return Set(names.map { $0.trimmingCharacters(in: CharacterSet(charactersIn: "` ")) })
    }
}
