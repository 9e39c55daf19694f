import TestSupport
import Testing

@Suite("A stream of lines that take up no room", .sideBySide)
struct EndlessInputTests {
    @Test("lets the run hear its clock, though the next line is always there")
    func invalidLines() throws {
        let folder = try TemporaryFolder()
        let sent = try Program.run(
            "/bin/sh",
            [
                "-c",
                "yes x | '\(Hookbatch.binary)' send - --format ndjson --report out.ndjson "
                    + "--max-duration 200ms",
            ],
            directory: folder.path, timeout: .seconds(20))
        #expect(sent.exitCode == 3, "\(sent.errorOutput)")
        #expect(sent.errorOutput.contains("--max-duration 200ms elapsed"))
        #expect(folder.contains("out.ndjson.journal"))
    }
}
