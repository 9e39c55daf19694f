import Foundation
import TestSupport
import Testing

@Suite("Receiving webhooks", .sideBySide) struct ListenTests {
    private func strings(_ rows: [[String: Any]], _ name: String) -> [String?] {
        rows.map { $0[name] as? String }
    }

    @Test("Each webhook is printed with its parts and whether its signature holds")
    func verdicts() throws {
        let listening = try Listening(secrets: [Listening.otherSecret, Listening.secret])
        let now = Int64(Date().timeIntervalSince1970)
        let webhooks = [
            Webhook(), Webhook(path: "/a?b=%20", id: "msg_2", secrets: [Listening.otherSecret]),
            Webhook(id: "msg_3", signature: "v1,AAAA"),
            Webhook(id: "msg_4", timestamp: now - 400), Webhook(id: "msg_5", timestamp: now + 400),
            Webhook(id: nil, body: "not JSON"), Webhook(id: "msg_6", body: ""),
            Webhook(id: "msg_7", body: #"{"type":7}"#, isChunked: true),
        ]
        for webhook in webhooks { #expect(try listening.send(webhook) == 200) }
        let (end, rows) = try listening.stop(SIGINT)
        #expect(end.exitCode == 0, "\(end)")
        #expect(
            strings(rows, "signature") == [
                "good", "good", "bad", "too_old", "too_new", "unsigned", "good", "good",
            ])
        #expect(
            strings(rows, "webhook_id") == [
                "msg_1", "msg_2", "msg_3", "msg_4", "msg_5", nil, "msg_6", "msg_7",
            ])
        #expect(
            strings(rows, "path")
                == ["/hooks", "/a?b=%20"] + [String](repeating: "/hooks", count: 6))
        #expect(
            strings(rows, "type")
                == [String?](repeating: "user.created", count: 5) + [nil, nil, nil])
        #expect(rows.map { $0["attempt"] as? Int } == [1, 1, 1, 1, 1, nil, 1, 1])
        #expect(rows.map { $0["status"] as? Int } == [Int](repeating: 200, count: 8))
        #expect(rows.map { $0["bytes"] as? Int } == webhooks.map(\.body.utf8.count))
        #expect(strings(rows, "time").allSatisfy { $0?.hasSuffix("Z") == true })
        #expect(
            end.errorOutput.hasSuffix(
                "stopped after 8 webhooks: 4 with a good signature, 4 without\n"))
        #expect(!end.errorOutput.contains("MfKQ") && !end.errorOutput.contains("C2FV"))
    }

    @Test("Without secrets a signature is not checked, and a webhook without one is unsigned")
    func noSecrets() throws {
        let listening = try Listening(secrets: [])
        _ = try listening.send(Webhook(signature: "v1,AAAA"))
        _ = try listening.send(Webhook(id: nil))
        let (end, rows) = try listening.stop()
        #expect(strings(rows, "signature") == ["no_secret", "unsigned"])
        #expect(end.errorOutput.contains("signatures are not checked (no --secret-file)"))
        #expect(end.errorOutput.hasSuffix("stopped after 2 webhooks\n"))
    }

    @Test("Repeats of an id at the same path are counted") func repeats() throws {
        let listening = try Listening()
        let client = try TestClient(port: listening.port)
        for _ in 0..<3 {
            client.send(Webhook(path: "/a").bytes)
            client.send(Webhook(path: "/b").bytes + Webhook(path: "/b", id: "msg_2").bytes)
        }
        #expect(client.receive(answers: 9).map(\.status) == [Int](repeating: 200, count: 9))
        let (end, rows) = try listening.stop()
        #expect(rows.map { $0["attempt"] as? Int } == [1, 1, 1, 2, 2, 2, 3, 3, 3])
        #expect(end.errorOutput.contains("; 6 repeated an earlier id\n"))
    }

    private static let faultCases: [(flags: [String], status: Int?)] = [
        (["--status", "410"], 410), (["--status", "204"], 204), (["--status", "302"], 302),
        (["--fail", "100%"], 500), (["--drop", "100%"], nil),
        (["--latency", "30ms", "--status", "503"], 503),
    ]

    @Test(
        "Faults change the responses, and each webhook is printed with its response",
        arguments: faultCases)
    func faults(flags: [String], status: Int?) throws {
        let listening = try Listening(flags)
        for _ in 0..<3 { #expect(try listening.send(Webhook()) == status) }
        let (end, rows) = try listening.stop()
        #expect(end.exitCode == 0, "\(end)")
        #expect(rows.map { $0["status"] as? Int } == [status, status, status])
        #expect(rows.map { $0["attempt"] as? Int } == [1, 2, 3])
        #expect(strings(rows, "signature") == ["good", "good", "good"])
    }

    @Test("Above --limit webhooks get 429 with Retry-After") func limit() throws {
        let listening = try Listening(["--limit", "1/m"])
        let client = try TestClient(port: listening.port)
        client.send(Webhook().bytes + Webhook().bytes)
        #expect(client.receive(answers: 2).map(\.status) == [200, 429])
        #expect(try listening.stop().rows.map { $0["status"] as? Int } == [200, 429])
    }

    @Test("Text has one line for each webhook, and no value can forge a column or a line")
    func text() throws {
        let listening = try Listening(output: "text")
        _ = try listening.send(Webhook())
        let body = #"{"type":"a \u202e\u00e9  good"}"#
        _ = try listening.send(Webhook(id: "x  good \u{9B}31m", signature: "v1,AAAA", body: body))
        _ = try listening.send(Webhook(id: String(repeating: "i", count: 5000)))
        _ = try listening.send(Webhook(id: nil, body: ""))
        _ = try listening.send(Webhook())
        listening.program.kill(SIGTERM)
        let lines = listening.program.wait().output.split(separator: "\n")
        let columns = lines.map { line in
            line.split(separator: " ").map(String.init).dropFirst().joined(separator: " ")
        }
        #expect(
            columns == [
                "good 200 /hooks msg_1 user.created",
                "bad 200 /hooks x\\u{0020}\\u{0020}good\\u{0020}\\u{009B}31m "
                    + "a\\u{0020}\\u{202E}é\\u{0020}\\u{0020}good",
                "good 200 /hooks \(String(repeating: "i", count: 120))… user.created",
                "unsigned 200 /hooks - -", "good 200 /hooks msg_1 user.created attempt 2",
            ])
        for line in lines {
            #expect(line.contains(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z  [a-z_]+ +/), "\(line)")
        }
    }

    @Test("Without room for its output it answers 500, ends, and names the cause")
    func fullOutput() throws {
        let program = try Program(
            "sh", ["-c", #"exec "$0" listen --listen 127.0.0.1:0 >/dev/full"#, Hookbatch.binary]
        ).start()
        let client = try TestClient(port: try Listening.port(of: program))
        client.send(Webhook().bytes)
        #expect(client.answer()?.status == 500)
        let end = program.wait()
        #expect(end.exitCode == 74, "\(end)")
        #expect(end.errorOutput.contains("standard output can't be written: No space left"))
        #expect(end.errorOutput.contains("stopped after 0 webhooks\n"))
    }

    private static let badFiles: [(text: String, reason: String)] = [
        ("", "the file has no secret"), ("# comment\n\r\n", "the file has no secret"),
        ("\(Listening.secret)\nMfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n", "line 2: a secret begins"),
        ("\n\(Listening.secret) \n", "line 2: after whsec_ only Base64"),
        ("whsec_\n", "line 1: a secret has 1 to 512 bytes"),
    ]

    @Test(
        "A file without usable secrets ends it with exit code 2, without the file's bytes",
        arguments: badFiles)
    func badSecrets(text: String, reason: String) throws {
        let folder = try TemporaryFolder("listening")
        let path = try folder.write(text, to: "secrets")
        chmod(path, 0o600)
        let end = try Program.run(
            Hookbatch.binary, ["listen", "--listen", "127.0.0.1:0", "--secret-file", path])
        #expect(end.exitCode == 2, "\(end)")
        #expect(end.errorOutput.contains("--secret-file: ") && end.errorOutput.contains(reason))
        #expect(!end.errorOutput.contains("MfKQ") && !end.errorOutput.contains(folder.path))
    }

    @Test("A missing file of secrets is refused, and one that others can read is warned of")
    func secretFile() throws {
        let folder = try TemporaryFolder("listening")
        let missing = try Program.run(
            Hookbatch.binary, ["listen", "--secret-file", Listening.secret],
            directory: folder.path)
        #expect(missing.exitCode == 2)
        #expect(missing.errorOutput.contains("the value is a path, not the secret"))
        #expect(!missing.errorOutput.contains("MfKQ"))
        // With a byte-order mark, comments and line ends of Windows.
        let text = "\u{FEFF}# of the test\r\n\r\n\(Listening.secret)\r\n"
        chmod(try folder.write(text, to: "open"), 0o644)
        let program = try Program(
            Hookbatch.binary, ["listen", "--listen", "127.0.0.1:0", "--secret-file", "open"],
            directory: folder.path
        ).start()
        let client = try TestClient(port: try Listening.port(of: program))
        client.send(Webhook().bytes)
        #expect(client.answer()?.status == 200)
        program.kill(SIGTERM)
        let end = program.wait()
        #expect(end.errorOutput.contains("--secret-file: other users can read the file"))
        #expect(end.errorOutput.contains("checked with 1 secret\n"))
        #expect(end.output.contains("  good  "))
    }

    @Test("A port in use ends it with exit code 2") func portInUse() throws {
        let listening = try Listening()
        let taken = try Program.run(
            Hookbatch.binary, ["listen", "--listen", "127.0.0.1:\(listening.port)"])
        #expect(taken.exitCode == 2)
        #expect(taken.errorOutput.contains("Address already in use"))
        #expect(taken.errorOutput.contains("another port, such as --listen 127.0.0.1:0"))
    }
}
