import TestSupport
import Testing

/// What the real program does with an input of any compression format.
struct CompressedInput: Sendable {
    /// The extension, with its dot.
    let ending: String
    /// The command that compresses a pipe.
    let command: String
    let pack: @Sendable (String) throws -> [UInt8]

    private static let good = #"{"appId":"a","event_type":"t"}"#

    /// Stops a run and resumes it. `packAgain` makes the file of the resume; nil keeps it.
    func checkResume(packAgain: ((String) throws -> [UInt8])? = nil) throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        let name = "in.ndjson" + ending
        let text = String(repeating: Sending.oneLine, count: 200) + "[]\n"
        try sending.folder.write(try pack(text), to: name)
        func send(_ flags: [String]) throws -> ProgramResult {
            try sending.program([name], to: server.baseURL, flags).run()
        }
        #expect(try send(["--limit", "70"]).exitCode == 3)
        if let packAgain { try sending.folder.write(try packAgain(text), to: name) }
        let sent = try send([])
        #expect(sent.exitCode == 1, "\(sent)")
        #expect(sent.errorOutput.contains("70 lines done"))
        let rows = try ReportRow.ndjson(sending.folder.read(sending.report))
        #expect(rows.map(\.line) == Array(1...201))
        #expect(server.requestCount == 200)
        #expect(Set(server.requests.compactMap(\.idempotencyKey)).count == 200)
        #expect(try sending.folder.text("out.rejected.ndjson") == "[]\n")
    }

    /// Sends a stream whose compressed lines begin with pieces of these lengths, and another stream
    /// with a limit.
    func checkStream(in folder: TemporaryFolder, pieces: [Int]) throws {
        let server = try LoopbackServer()
        let running = try Program(
            Hookbatch.binary, ["send", "-", "--to", server.baseURL, "--report", "out.ndjson"],
            environment: ["HOOKSTREAM_API_KEY": "k"], directory: folder.path, input: .open
        ).start()
        for count in 1...3 {
            var packed = try pack(Self.good + "\n")[...]
            // The first byte alone does not identify the format.
            for length in pieces {
                running.write(packed.prefix(length))
                packed = packed.dropFirst(length)
            }
            running.write(packed)
            #expect(server.waitForAcceptances(count))
        }
        running.closeInput()
        #expect(running.wait().exitCode == 0)
        #expect(try ReportRow.ndjson(folder.read("out.ndjson")).count == 3)

        let all = String(repeating: Self.good + "\n", count: 100)
        let stopped = try Program.run(
            Hookbatch.binary, ["send", "-", "--limit", "40", "--report", "rest.ndjson"],
            directory: folder.path, input: .bytes(try pack(all)))
        #expect(stopped.exitCode == 3, "\(stopped)")
        #expect(
            try folder.text("rest.rest") == String(repeating: Self.good + "\n", count: 60))
    }

    /// Sends one line of 200 MB, which is skipped, and a valid one, in at most `maxPacked` bytes.
    func checkBomb(in folder: TemporaryFolder, maxPacked: Int) throws {
        let script =
            "(head -c 200000000 /dev/zero | tr '\\0' x; printf '\\n%s\\n' \"$0\") | \(command)"
        let packed = try Program.run("sh", ["-c", script, Self.good]).standardOutput
        #expect(packed.count < maxPacked)
        try folder.write(packed, to: "bomb.ndjson" + ending)
        let result = try Program.run(
            Hookbatch.binary, ["send", "bomb.ndjson" + ending], directory: folder.path)
        #expect(result.exitCode == 1, "\(result)")
        let rows = try ReportRow.ndjson(folder.read("bomb.report.ndjson"))
        #expect(rows.map(\.error) == ["record_too_large", nil])
    }
}
