import TestSupport
import Testing

@Suite("The API key is only in the requests", .sideBySide)
struct KeySecrecyTests {
    private func expectNoKey(in sent: Sent, of sending: Sending) throws {
        #expect(!sent.result.output.contains(Sending.apiKey))
        #expect(!sent.result.errorOutput.contains(Sending.apiKey))
        let files = try sending.folder.files()
        #expect(files.count >= 2)
        for file in files {
            let text = String(decoding: try sending.folder.read(file), as: UTF8.self)
            #expect(!text.contains(Sending.apiKey), "the key is in \(file)")
        }
    }

    @Test(
        "An API key that a response repeats is in no output and no file",
        arguments: [
            Reply.answer(201, body: "{\"message\":{\"id\":\"\(Sending.apiKey)\"}}"),
            .answer(400, body: "{\"error\":{\"message\":\"bad \(Sending.apiKey)\"}}"),
            .answer(401, body: "no such key: \(Sending.apiKey)"),
            .answer(500, body: "{\"detail\":\"\(Sending.apiKey) \(Sending.apiKey)\"}"),
            .raw("\(Sending.apiKey)\r\n\r\n").thenClose,
        ])
    func echoed(reply: Reply) throws {
        let server = try LoopbackServer { _ in reply }
        let sending = try Sending()
        let sent = try sending.send(to: server.baseURL, ["--retries", "0"])
        #expect(server.requestCount >= 1, "\(sent)")
        try expectNoKey(in: sent, of: sending)
    }

    @Test("A killed run leaves the API key in no output and no file")
    func killed() throws {
        let server = try LoopbackServer { $0.number < 5 ? .created($0) : .silence }
        let sending = try Sending()
        try sending.folder.write(
            String(repeating: Sending.oneLine, count: 100), to: "in.ndjson")
        let program = try sending.program(to: server.baseURL).start()
        #expect(server.waitForRequests(10))
        program.kill(9)
        let sent = Sent(result: program.wait(), sending: sending)
        #expect(sent.hasJournal)
        try expectNoKey(in: sent, of: sending)
    }

    @Test("A usage error does not contain the API key")
    func usageError() throws {
        let sending = try Sending()
        try sending.folder.write(Sending.oneLine, to: "in.ndjson")
        try sending.folder.write(Sending.apiKey + "\u{1}", to: "key")
        for flags in [["--api-key", Sending.apiKey], ["--api-key-file", "key"]] {
            let result = try sending.program(to: "http://127.0.0.1:1/v1", flags).run()
            #expect(result.exitCode == 2)
            #expect(!(result.output + result.errorOutput).contains(Sending.apiKey))
        }
    }
}
