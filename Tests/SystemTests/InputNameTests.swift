import Foundation
import TestSupport
import Testing

/// Names that are not those of regular files.
@Suite("Names of inputs", .sideBySide)
struct InputNameTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder("names") }

    private func run(_ words: String...) throws -> ProgramResult {
        try Program.run(Hookbatch.binary, words, directory: folder.path)
    }

    private func shell(_ script: String) throws -> ProgramResult {
        try Program.run(
            "/bin/bash", ["-c", script, Hookbatch.binary], directory: folder.path)
    }

    private func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(
            atPath: folder.path(name), withDestinationPath: target)
    }

    @Test("A dangling link is refused with its target", arguments: ["send", "check"])
    func danglingLink(command: String) throws {
        try link("in.ndjson", to: "../gone/in.ndjson")
        let result = try run(command, "in.ndjson")
        #expect(result.exitCode == 2, "\(result)")
        #expect(
            result.errorOutput.contains(
                "'in.ndjson' is a symbolic link to '../gone/in.ndjson', which does not exist\n"),
            "\(result)")
        #expect(try folder.names() == ["in.ndjson"])
    }

    @Test("A dangling link is not suggested for a missing file")
    func notSuggested() throws {
        try link("orders.ndjson", to: "gone")
        try link("folder", to: "gone")
        let near = try run("check", "order.ndjson")
        #expect(near.errorOutput.contains("'order.ndjson' does not exist\n"), "\(near)")
        let inside = try run("check", "folder/a.ndjson")
        #expect(inside.errorOutput.contains("'folder/a.ndjson' does not exist\n"), "\(inside)")
    }

    @Test(
        "The output of a command as an input needs --report",
        arguments: ["<(cat in.ndjson)", "/dev/fd/5 5<in.ndjson", "/proc/self/fd/5 5<in.ndjson"])
    func descriptor(operand: String) throws {
        try folder.write(Sending.oneLine, to: "in.ndjson")
        let refused = try shell(#""$0" send \#(operand)"#)
        #expect(refused.exitCode == 2, "\(refused)")
        #expect(
            refused.errorOutput.contains(
                "is not the name of a file, so it needs --report (example: --report "), "\(refused)"
        )
        #expect(try folder.names() == ["in.ndjson"])
        let sent = try shell(#""$0" send --report out.ndjson \#(operand)"#)
        #expect(sent.exitCode == 0, "\(sent)")
        let checked = try shell(#""$0" check \#(operand)"#)
        #expect(checked.exitCode == 0, "\(checked)")
    }

    @Test("The command that resumes the output of a command has no descriptor's number")
    func resumed() throws {
        try folder.write(String(repeating: Sending.oneLine, count: 3), to: "in.ndjson")
        let stopped = try shell(#""$0" send --limit 1 --report out.ndjson <(cat in.ndjson)"#)
        #expect(stopped.exitCode == 3, "\(stopped)")
        #expect(
            stopped.errorOutput.contains("hookbatch send --report out.ndjson <(…)"), "\(stopped)")
        #expect(!stopped.errorOutput.contains("/dev/fd/"), "\(stopped)")
        let sent = try shell(#""$0" send --report out.ndjson <(cat in.ndjson)"#)
        #expect(sent.exitCode == 0, "\(sent)")
        #expect(try ReportRow.ndjson(folder.read("out.ndjson")).count == 3)
    }
}
