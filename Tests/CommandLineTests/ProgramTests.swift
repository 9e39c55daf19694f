import TestSupport
import Testing

@testable import hookbatch

/// The real program, run with these words.
private func hookbatch(
    _ words: String..., in folder: TemporaryFolder? = nil, key: String? = nil,
    input: Program.Input = .nothing
) throws -> ProgramResult {
    try Program.run(
        Hookbatch.binary, words, environment: key.map { ["HOOKSTREAM_API_KEY": $0] } ?? [:],
        directory: folder?.path, input: input)
}

/// The real program in a shell, as `$0`, for redirections.
private func shell(_ script: String, in folder: TemporaryFolder) throws -> ProgramResult {
    try Program.run("/bin/sh", ["-c", script, Hookbatch.binary], directory: folder.path)
}

private let good = #"{"appId":"a","event_type":"b"}"# + "\n"

@Suite("The program") struct ProgramTests {
    @Test("Requested text goes to standard output", arguments: ["help", "version", "--help"])
    func asked(word: String) throws {
        let result = try hookbatch(word)
        #expect(result.exitCode == 0)
        #expect(result.output.contains("hookbatch"))
        #expect(result.errorOutput == "")
    }

    @Test("A usage error is one line on standard error and exit code 2")
    func usage() throws {
        let folder = try TemporaryFolder("program")
        for words in ["send", "check none", "check .", "send --reprot x", "send --rate 5x a"] {
            let result = try shell("\"$0\" \(words)", in: folder)
            #expect(result.exitCode == 2, "\(words)")
            #expect(result.output == "", "\(words)")
            #expect(result.errorOutput.hasPrefix("hookbatch: "), "\(words)")
            #expect(result.errorOutput.split(separator: "\n").count == 1, "\(words)")
        }
        #expect(try folder.files().isEmpty)
    }

    @Test("The program alone prints a short usage on standard error, and exits with 2")
    func alone() throws {
        let result = try hookbatch()
        #expect(result.exitCode == 2 && result.output.isEmpty)
        #expect(result.errorOutput.contains("\nUsage: hookbatch COMMAND [FLAGS] FILE...\n"))
        for command in Command.allCases {
            #expect(result.errorOutput.contains("\n  \(command.rawValue) "), "\(command)")
        }
        // It fits a terminal of 24 lines.
        #expect(
            result.errorOutput.split(separator: "\n", omittingEmptySubsequences: false).count < 24)
    }

    @Test("The error for a key without a destination names both choices and hides the key")
    func key() throws {
        let result = try hookbatch("send", "events.ndjson", key: "S3CRET")
        #expect(result.exitCode == 2)
        #expect(result.errorOutput.contains("--to https://"))
        #expect(result.errorOutput.contains("--to store:"))
        #expect(!result.errorOutput.contains("S3CRET"))
    }

    @Test("Check reads files and pipes, sets the exit code, and writes no files")
    func check() throws {
        let folder = try TemporaryFolder("program")
        try folder.write(good, to: "good.ndjson")
        try folder.write("{}\n", to: "bad.ndjson")
        #expect(try hookbatch("check", "good.ndjson", in: folder).exitCode == 0)
        #expect(try hookbatch("check", "good.ndjson", "bad.ndjson", in: folder).exitCode == 1)
        let piped = try hookbatch("check", "-", in: folder, input: .text(good + good))
        #expect(piped.exitCode == 0)
        #expect(piped.output.hasPrefix("-: 2 records, 62 bytes\n"))
        #expect(try shell("\"$0\" check - < good.ndjson", in: folder).exitCode == 0)
        #expect(try folder.files() == ["bad.ndjson", "good.ndjson"])
    }

    @Test("Standard input is read from the position that another process left")
    func rest() throws {
        let folder = try TemporaryFolder("program")
        try folder.write("not json\n" + good, to: "a")
        let script = "{ dd bs=9 count=1 of=/dev/null 2>/dev/null; \"$0\" check -; } < a"
        let result = try shell(script, in: folder)
        #expect(result.exitCode == 0)
        #expect(result.output.hasPrefix("-: 1 record, 31 bytes\n"))
    }

    @Test(
        "A failed write of the result or read of the input is a file error",
        arguments: [
            ("> /dev/full", "standard output can't be written: No space left on device"),
            (">&-", "standard output can't be written: Bad file descriptor"),
            ("- <&-", "standard input can't be read: Bad file descriptor"),
        ])
    func lost(redirection: String, message: String) throws {
        let folder = try TemporaryFolder("program")
        try folder.write(good, to: "a.ndjson")
        let result = try shell("\"$0\" check a.ndjson \(redirection)", in: folder)
        #expect(result.exitCode == 74)
        #expect(result.errorOutput == "hookbatch: \(message)\n")
    }
}
