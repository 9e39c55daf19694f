import TestSupport
import Testing

@testable import hookbatch

@Suite("The options for progress, summaries and metrics") struct WatchOptionsTests {
    private func options(_ flags: [String], to: String = "store:hookbatch.db") throws
        -> SendOptions
    {
        let words = ["send", "events.ndjson", "--to", to] + flags
        guard case .run(let arguments) = try Invocation(words: words) else {
            throw UsageError("the words are no command")
        }
        return try SendOptions(arguments, words: words, environment: Environment())
    }

    @Test("Progress is a bar on a terminal, except with --quiet")
    func progress() throws {
        #expect(try options([]).watching.progress == .auto)
        #expect(try options([]).watching.progressEvery == .seconds(30))
        #expect(try options(["--quiet"]).watching.progress == .none)
        #expect(try options(["--quiet", "--progress", "json"]).watching.progress == .json)
    }

    @Test(
        "An output never overwrites a file of the run, an input or the store",
        arguments: [
            ["--summary", "events.ndjson"], ["--summary", "./events.ndjson"],
            ["--summary", "events.summary.json"], ["--summary", "events.report.ndjson"],
            ["--summary", "events.report.ndjson.journal"], ["--summary", "hookbatch.db"],
            ["--summary", "events.rejected.ndjson"], ["--summary", "no/such/folder.json"],
            ["--metrics", "no/such/folder/a.prom"],
            ["--summary", "./a.prom", "--metrics", "a.prom"],
            ["--summary", "a.prom", "--metrics", "a.prom"],
        ])
    func overwriting(flags: [String]) {
        let error = #expect(throws: UsageError.self) { try options(flags) }
        #expect(error?.message.hasPrefix("\(flags[0]): ") == true, "\(error?.message ?? "")")
    }

    @Test("An output never overwrites an input under another name")
    func hardLink() throws {
        let folder = try TemporaryFolder("watch")
        let input = try folder.write("{}\n", to: "in.ndjson")
        try Program.run("ln", [input, folder.path("link.json")])
        let words = ["send", input, "--summary", folder.path("link.json")]
        guard case .run(let arguments) = try Invocation(words: words) else { return }
        let error = #expect(throws: UsageError.self) {
            try SendOptions(arguments, words: words, environment: Environment())
        }
        #expect(error?.message.contains("overwrite") == true)
    }

    @Test(
        "An output never overwrites a key or certificate, and the error hides the key",
        arguments: ["--api-key-file", "--client-key", "--client-cert", "--ca-cert"],
        ["--summary", "--metrics"])
    func secrets(flag: String, output: String) throws {
        let folder = try TemporaryFolder("watch")
        let secret = try folder.write("S3CRET\n", to: "S3CRET.prom")
        try Program.run("ln", [secret, folder.path("link.prom")])
        let certificate = flag == "--client-key" ? ["--client-cert", folder.path("c.pem")] : []
        for path in [secret, folder.path("./S3CRET.prom"), folder.path("link.prom")] {
            let words =
                ["send", "a.ndjson", "--to", "store:x.db", flag, secret, output, path] + certificate
            let error = #expect(throws: UsageError.self) {
                try SendOptions(arguments(words), words: words, environment: Environment())
            }
            #expect(error?.message == "\(output): this would overwrite the file of \(flag)")
        }
    }

    @Test("Metrics need a file that the collector reads, whose name is their label")
    func metrics() throws {
        let place = try #require(try options(["--metrics", "./nightly.prom"]).watching.metrics)
        #expect(place.path == "./nightly.prom")
        #expect(place.batch == "nightly")
        for path in ["nightly.txt", ".prom", "/tmp/.prom", "prom"] {
            #expect(throws: UsageError.self) { try options(["--metrics", path]) }
        }
    }

    @Test("The command for fixed lines does not reuse the files of the run")
    func fixed() throws {
        let flags = ["--quiet", "--metrics", "a.prom", "--summary", "a.json", "--rate", "5/s"]
        let options = try options(flags)
        #expect(
            options.commands.send(["events.rejected.ndjson"])
                == "hookbatch send --to store:hookbatch.db --rate 5/s events.rejected.ndjson")
        #expect(options.commands.resume.contains("--metrics a.prom"))
    }
}
