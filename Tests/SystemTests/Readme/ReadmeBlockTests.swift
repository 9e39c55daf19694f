import TestSupport
import Testing

@Suite("Blocks of commands in the README")
struct ReadmeBlockTests {
    private static let text = """
        Words.

        ```sh
        # a comment
        true
        sh -c 'exit 3'   # exit 3
        echo one \\
            two
        ```

        ```text
        one …
        ```

        ```sh
        # not run here: it would take long
        false
        ```

        ```text
        of the block that is not run
        ```
        """

    @Test("A block of commands has their texts, their exit codes and their output")
    func parts() {
        let blocks = ReadmeBlock.blocks(of: Self.text)
        #expect(blocks.count == 1)
        #expect(blocks.first?.line == 3)
        #expect(blocks.first?.commands.map(\.exitCode) == [0, 3, 0])
        #expect(blocks.first?.commands.map(\.text).first == "true")
        #expect(blocks.first?.output == ["one …"])
    }

    @Test("A block whose commands exit as documented runs to its end")
    func runs() throws {
        let script = try #require(ReadmeBlock.blocks(of: Self.text).first).script
        let result = try Program.run("sh", ["-c", script])
        #expect(result.exitCode == 0, "\(result.output)")
        #expect(result.output == "one two\n")
    }

    @Test(
        "A block fails at a command that does not exit as documented",
        arguments: [("false", 0), ("true", 1), ("sh -c 'exit 2'", 1)])
    func wrongExit(command: String, told: Int) throws {
        let block = ReadmeBlock(
            line: 1,
            commands: [.init(text: command, exitCode: told), .init(text: "echo on", exitCode: 0)],
            output: [])
        let result = try Program.run("sh", ["-c", block.script])
        #expect(result.exitCode == ReadmeBlock.wrongExit)
        #expect(result.output.contains("README.md says \(told)"))
        #expect(!result.output.contains("\non\n"))
    }

    @Test(
        "The output of a block is compared in order, and … matches any text",
        arguments: [
            (["a", "b"], nil), (["…", "b"], nil), (["x…z"], nil), (["x…y…z"], nil),
            (["b", "a"], "a"), (["c"], "c"), (["x…y"], "x…y"), (["a", "a"], "a"),
        ] as [([String], String?)])
    func output(shown: [String], missing: String?) {
        let block = ReadmeBlock(line: 1, commands: [], output: shown)
        #expect(block.missingLine(in: "a\nb\nx y z\n") == missing)
    }
}
