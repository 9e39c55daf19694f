import TestSupport
import Testing

@Suite("The destination of lines that are sent again", .sideBySide)
struct RetryDestinationTests {
    @Test("With a key and without --to, the message names the destination of the earlier run")
    func named() throws {
        let folder = try TemporaryFolder("retry")
        let server = try LoopbackServer { _ in .answer(425) }
        try folder.write(Sending.oneLine, to: "in.ndjson")
        func send(_ words: [String]) throws -> ProgramResult {
            try Program.run(
                Hookbatch.binary, ["send"] + words,
                environment: ["HOOKSTREAM_API_KEY": Sending.apiKey], directory: folder.path)
        }
        let to = ["--to", server.baseURL]
        #expect(try send(["in.ndjson", "--retries", "0"] + to).exitCode == 1)
        let count = server.requestCount
        let refused = try send(["--retry-of", "in.report.ndjson"])
        #expect(refused.exitCode == 2 && server.requestCount == count, "\(refused)")
        #expect(
            refused.errorOutput.contains("use that of the earlier run: --to \(server.baseURL)\n"),
            "\(refused)")
        #expect(try send(["--retry-of", "in.report.ndjson", "--retries", "0"] + to).exitCode == 1)
        #expect(server.requestCount > count)
    }
}
