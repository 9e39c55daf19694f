import Foundation
import TestSupport
import Testing

@Suite("The local API as a program", .sideBySide) struct ServeTests {
    static let members: Set<String> = [
        "id", "org_id", "env_id", "application_id", "event_type", "payload", "status",
        "created_at", "updated_at",
    ]
    static let body = #"{"event_type":"user.created","payload":{"id":7}}"#

    /// Checks a client's output: a status and the body of the response.
    private func check(
        _ result: ProgramResult, payload: String = #"{"id":7}"#, stored serving: Serving
    ) throws {
        let lines = result.output.split(separator: "\n", maxSplits: 1)
        #expect(lines.first == "201", "\(result.output) \(result.errorOutput)")
        let body = try #require(lines.dropFirst().first)
        let object = try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any]
        let message = try #require(object?["message"] as? [String: String])
        #expect(Set(message.keys) == Self.members)
        #expect(message["payload"] == payload)
        #expect(message["application_id"] == "app_1")
        #expect(try serving.messages().contains { $0["id"] as? String == message["id"] })
    }

    @Test("A request by curl gets the documented object", .needs("curl"))
    func curl() throws {
        let serving = try Serving()
        for field in [
            "Authorization: Bearer \(Serving.apiKey)", "X-API-Key: \(Serving.apiKey)",
            "Cookie: better-auth.session_token=\(Serving.apiKey)",
        ] {
            let result = try Program.run(
                "curl",
                [
                    "-s", "-X", "POST", serving.messagesURL, "-H", field, "-H",
                    "Content-Type: application/json", "-d", Self.body, "-o", "body", "-w",
                    "%{http_code}\n",
                ], directory: serving.folder.path)
            var whole = result
            whole.standardOutput += try serving.folder.read("body")
            try check(whole, stored: serving)
        }
    }

    private static let hasRequests =
        (try? Program.run("python3", ["-c", "import requests"]))?.exitCode == 0

    @Test(
        "A request by Python's requests gets the documented object",
        .enabled(if: hasRequests, "Python's requests is not installed"))
    func python() throws {
        let serving = try Serving()
        let script = """
            import requests
            answer = requests.post('\(serving.messagesURL)', headers={
                'Authorization': 'Bearer \(Serving.apiKey)', 'Content-Type': 'application/json',
            }, json={'event_type': 'user.created', 'payload': {'id': 7}})
            print(answer.status_code)
            print(answer.text)
            """
        try check(
            try Program.run("python3", ["-c", script]), payload: #"{"id": 7}"#, stored: serving)
    }

    @Test("A request by Node's fetch gets the documented object", .needs("node"))
    func node() throws {
        let serving = try Serving()
        let script = """
            fetch('\(serving.messagesURL)', {
              method: 'POST',
              headers: { 'X-API-Key': '\(Serving.apiKey)', 'Content-Type': 'application/json' },
              body: JSON.stringify({ event_type: 'user.created', payload: { id: 7 } }),
            }).then(async (answer) => { console.log(answer.status); console.log(await answer.text()) })
            """
        try check(try Program.run("node", ["-e", script]), stored: serving)
    }

    @Test(
        "A request by Go's net/http gets the documented object",
        .enabled(if: Tool.has("go"), "no go here"))
    func go() throws {
        let serving = try Serving()
        try serving.folder.write(
            """
            package main

            import ("fmt"; "io"; "net/http"; "strings")

            func main() {
                request, _ := http.NewRequest("POST", "\(serving.messagesURL)",
                    strings.NewReader(`\(Self.body)`))
                request.Header.Set("Authorization", "Bearer \(Serving.apiKey)")
                answer, err := http.DefaultClient.Do(request)
                if err != nil { panic(err) }
                body, _ := io.ReadAll(answer.Body)
                fmt.Printf("%d\\n%s", answer.StatusCode, body)
            }
            """, to: "main.go")
        let result = try Program.run(
            "go", ["run", "main.go"],
            environment: ["HOME": serving.folder.path, "GOFLAGS": "-mod=mod"],
            directory: serving.folder.path)
        try check(result, stored: serving)
    }

    @Test(
        "Requests by wrk on 64 connections have no error, and every 201 is in the database",
        .needs("wrk"))
    func load() throws {
        let serving = try Serving()
        try serving.folder.write(
            """
            wrk.method = "POST"
            wrk.headers["X-API-Key"] = "\(Serving.apiKey)"
            wrk.body = '\(Self.body)'
            done = function(summary, latency, requests)
                local e = summary.errors
                print(string.format("%d %d", summary.requests,
                    e.status + e.connect + e.read + e.write + e.timeout))
            end
            """, to: "post.lua")
        let seconds =
            ProcessInfo.processInfo.environment["HOOKBATCH_LOAD_SECONDS"].flatMap { Int($0) } ?? 2
        let result = try Program.run(
            "wrk", ["-t1", "-c64", "-d\(seconds)s", "-spost.lua", serving.messagesURL],
            directory: serving.folder.path)
        let last = try #require(result.output.split(separator: "\n").last)
        let numbers = last.split(separator: " ").compactMap { Int($0) }
        try #require(numbers.count == 2, "\(result.output)")
        #expect(numbers[0] > 0 && numbers[1] == 0, "\(result.output)")
        let end = serving.stop()
        #expect(end.exitCode == 0)
        // wrk ends without reading the last responses, so there may be more messages.
        let stored = try serving.messages().count
        #expect((numbers[0]...numbers[0] + 64).contains(stored), "\(numbers[0]), \(stored)")
        #expect(try serving.store("check").exitCode == 0)
    }

    @Test("After serve is killed, every 201 that a client received is in the database")
    func killed() throws {
        var generator = SeededGenerator.fromEnvironment()
        let folder = try TemporaryFolder("killed")
        var accepted: [String: String] = [:]
        for round in 0..<3 {
            let serving = try Serving(in: folder)
            let log = Monitor([String: String]())
            let group = DispatchGroup()
            for number in 0..<16 {
                let port = serving.port
                group.enter()
                Thread.detachNewThread {
                    let client = try? TestClient(port: port)
                    var count = 0
                    while let client {
                        let key = "k-\(round)-\(number)-\(count)"
                        client.send(messageRequest(key: key))
                        guard let answer = client.answer(), answer.status == 201,
                            let id = answer.messageID
                        else { break }
                        log.update { $0[key] = id }
                        count += 1
                    }
                    group.leave()
                }
            }
            let target = Int.random(in: 1...400, using: &generator)
            #expect(log.wait { $0.count >= target })
            serving.program.kill(SIGKILL)
            group.wait()
            accepted.merge(log.read { $0 }) { first, _ in first }
        }
        let serving = try Serving(in: folder)
        var stored: [String: String] = [:]
        for message in try serving.messages() {
            guard let key = message["idempotency_key"] as? String else { continue }
            stored[key] = message["id"] as? String
        }
        let missing = accepted.filter { stored[$0.key] != $0.value }
        #expect(missing.isEmpty, "\(missing.count) of \(accepted.count), \(generator)")
        #expect(try serving.store("check").exitCode == 0)
    }

    @Test("Against 10,000 idle connections serve responds to others and needs little memory")
    func idleCrowd() throws {
        let serving = try Serving()
        let known = try TestClient(port: serving.port)
        known.send(messageRequest(key: "before"))
        #expect(known.answer()?.status == 201)
        var crowd: [TestClient] = []
        for _ in 0..<10_000 {
            // If the test reaches its own limit on open files, there are enough.
            guard let client = try? TestClient(port: serving.port) else { break }
            crowd.append(client)
        }
        try #require(crowd.count > 1100, "the limit on open files is too low to try")
        for number in 0..<20 {
            let client = try TestClient(port: serving.port)
            client.send(messageRequest(key: "during \(number)".replacing(" ", with: "-")))
            #expect(client.answer()?.status == 201)
        }
        known.send(messageRequest(key: "after"))
        #expect(known.answer()?.status == 201)
        let status = try String(
            contentsOfFile: "/proc/\(serving.program.pid)/status", encoding: .utf8)
        let match = try #require(status.firstMatch(of: /VmRSS:\s+([0-9]+) kB/))
        let kilobytes = try #require(Int(match.1))
        // The address sanitizer keeps freed memory for a while.
        #expect(kilobytes < (Hookbatch.isSanitized ? 1_000_000 : 100_000))
        withExtendedLifetime(crowd) {}
    }

    @Test(
        "SIGTERM, SIGINT and SIGHUP stop serve cleanly, with exit code 0",
        arguments: [
            SIGTERM, SIGINT, SIGHUP,
        ])
    func signals(signal: Int32) throws {
        let serving = try Serving()
        let client = try TestClient(port: serving.port)
        client.send(messageRequest())
        #expect(client.answer()?.status == 201)
        let end = serving.stop(signal)
        #expect(end.exitCode == 0)
        #expect(
            end.errorOutput.contains("stopped after 1 request; 1 message stored in hookbatch.db"))
        #expect(try serving.folder.files() == ["hookbatch.db"])
    }
}
