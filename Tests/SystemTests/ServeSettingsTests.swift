import Foundation
import TestSupport
import Testing

@Suite("Settings of serve", .sideBySide)
struct ServeSettingsTests {
    @Test("Without a configured key serve creates and prints one, and accepts no other")
    func newKey() throws {
        let serving = try Serving(key: nil)
        let text = serving.program.errorOutputSoFar
        let key = try #require(text.firstMatch(of: /API key for this run.*: (local_[0-9a-z]{32})/))
        let client = try TestClient(port: serving.port)
        client.send(messageRequest(apiKey: String(key.1)))
        #expect(client.answer()?.status == 201)
        client.send(messageRequest())
        #expect(client.answer()?.status == 401)
        let other = try Serving(key: nil)
        #expect(!other.program.errorOutputSoFar.contains(key.1))
    }

    @Test("A configured key is not printed by serve")
    func secret() throws {
        let serving = try Serving()
        let end = serving.stop()
        #expect(!end.errorOutput.contains(Serving.apiKey))
        #expect(end.standardOutput.isEmpty)
    }

    @Test("A key file is accepted, and listening for other machines requires a configured key")
    func keyFile() throws {
        let folder = try TemporaryFolder("serving")
        let path = try folder.write("from-a-file\n", to: "key")
        chmod(path, 0o600)
        let serving = try Serving(["--api-key-file", path], key: nil, in: folder)
        let client = try TestClient(port: serving.port)
        client.send(messageRequest(apiKey: "from-a-file"))
        #expect(client.answer()?.status == 201)
        let refused = try Program.run(
            Hookbatch.binary, ["serve", "--listen", "0.0.0.0:0"], directory: folder.path)
        #expect(refused.exitCode == 2)
        #expect(refused.errorOutput.contains("HOOKSTREAM_API_KEY"))
    }

    @Test("A port in use or a file that is not a store ends serve with exit code 2")
    func refusals() throws {
        let serving = try Serving()
        let taken = try Program.run(
            Hookbatch.binary, ["serve", "--listen", "127.0.0.1:\(serving.port)"],
            environment: ["HOOKSTREAM_API_KEY": "k"], directory: serving.folder.path)
        #expect(taken.exitCode == 2)
        #expect(taken.errorOutput.contains("Address already in use"))
        #expect(taken.errorOutput.contains("another port, such as --listen 127.0.0.1:0"))
        try serving.folder.write("not a database, but long enough to be one", to: "other")
        let other = try Program.run(
            Hookbatch.binary, ["serve", "--store", "other", "--listen", "127.0.0.1:0"],
            environment: ["HOOKSTREAM_API_KEY": "k"], directory: serving.folder.path)
        #expect(other.exitCode == 2)
        #expect(other.errorOutput.contains("other is not a hookbatch store"))
    }

    @Test("Injected faults are printed at the start and affect requests")
    func faults() throws {
        let serving = try Serving([
            "--latency", "30ms±10ms", "--fail", "100%", "--drop", "0%", "--limit", "1000/s",
            "--seed", "7",
        ])
        #expect(
            serving.program.errorOutputSoFar.contains(
                "injected faults: latency 30ms ± 10ms, limit 1000/s, fail 100%, seed 7"))
        let client = try TestClient(port: serving.port)
        let start = monotonicNanoseconds()
        client.send(messageRequest())
        #expect(client.answer()?.status == 500)
        #expect(monotonicNanoseconds() - start >= 20_000_000)
        #expect(try serving.messages().isEmpty)
    }

    @Test("Under --known-apps-only an unknown application gets 404, and a disabled one 400")
    func knownApplications() throws {
        let serving = try Serving(["--known-apps-only"])
        let client = try TestClient(port: serving.port)
        func status() -> Int? {
            client.send(messageRequest())
            return client.answer()?.status
        }
        #expect(status() == 404)
        #expect(try serving.store("add-app", "app_1").exitCode == 0)
        #expect(status() == 201)
        #expect(try serving.store("disable-app", "app_1").exitCode == 0)
        #expect(status() == 400)
        #expect(try serving.store("enable-app", "app_1").exitCode == 0)
        #expect(status() == 201)
    }
}
