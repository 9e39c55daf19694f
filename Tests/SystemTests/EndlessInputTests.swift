import TestSupport
import Testing

@Suite("Endless streams of invalid lines", .sideBySide)
struct EndlessInputTests {
    @Test("An endless stream of invalid lines does not delay the end of --max-duration")
    func invalidLines() throws {
        let folder = try TemporaryFolder()
        let sent = try Program.run(
            "/bin/sh",
            [
                "-c",
                "yes x | '\(Hookbatch.binary)' send - --format ndjson --report out.ndjson "
                    + "--max-duration 200ms",
            ],
            directory: folder.path)
        #expect(sent.exitCode == 3, "\(sent.errorOutput)")
        #expect(sent.errorOutput.contains("--max-duration 200ms elapsed"))
        #expect(folder.contains("out.ndjson.journal"))
    }
}
