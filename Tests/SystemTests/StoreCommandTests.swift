import Destinations
import Foundation
import TestSupport
import Testing

@Suite("The store command as a program", .sideBySide) struct StoreCommandTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder("store-command") }

    private func store(_ arguments: String...) throws -> ProgramResult {
        try Program.run(Hookbatch.binary, ["store"] + arguments, directory: folder.path)
    }

    /// Fills a store with messages of two applications, one of them with an endpoint.
    private func fill() throws -> [String] {
        #expect(try store("add-app", "app_1", "app_2").exitCode == 0)
        #expect(try store("add-endpoint", "app_2", "https://example.com/hook").exitCode == 0)
        let bodies = [
            #"{"event_type":"a.b","payload":{ "n":1.50E+2, "s":"\u00e9\/" }}"#,
            #"{"event_type":"q\"\\\u0009"}"#.replacing(#"\u0009"#, with: ""),
            #"{"event_type":"=cmd,1","payload":"text"}"#, #"{"event_type":"é","payload":null}"#,
            "{\"event_type\":\"lines\",\"payload\":{\r\n\"a\":\n1}}",
        ]
        let serving = try Serving(in: folder)
        let client = try TestClient(port: serving.port)
        for (number, body) in bodies.enumerated() {
            var text = String(
                decoding: messageRequest(key: "k\(number)", body: body), as: UTF8.self)
            if number % 2 == 1 { text = text.replacing("app_1", with: "app_2") }
            client.send(Array(text.utf8))
            #expect(client.answer()?.status == 201)
        }
        #expect(serving.stop().exitCode == 0)
        return bodies
    }

    @Test("An export has event types and payloads as they were, one record per line")
    func export() throws {
        _ = try fill()
        let result = try store("export", "--with-keys")
        #expect(result.exitCode == 0)
        #expect(
            result.output == """
                {"appId":"app_1","event_type":"a.b","payload":{ "n":1.50E+2, "s":"\\u00e9\\/" },\
                "idempotency_key":"k0"}
                {"appId":"app_2","event_type":"q\\"\\\\","idempotency_key":"k1"}
                {"appId":"app_1","event_type":"=cmd,1","payload":"text","idempotency_key":"k2"}
                {"appId":"app_2","event_type":"é","payload":null,"idempotency_key":"k3"}
                {"appId":"app_1","event_type":"lines","payload":{  "a": 1},"idempotency_key":"k4"}

                """)
        let plain = try store("export", "--app", "app_2")
        #expect(
            plain.output == """
                {"appId":"app_2","event_type":"q\\"\\\\"}
                {"appId":"app_2","event_type":"é","payload":null}

                """)
    }

    @Test("The store command writes NDJSON with the columns' names to a pipe")
    func ndjson() throws {
        _ = try fill()
        let messages = try Serving.objects(store("messages").standardOutput)
        #expect(messages.count == 5)
        #expect(messages[2]["event_type"] as? String == "=cmd,1")
        #expect(messages[2]["payload"] as? String == "text")
        #expect(messages[1]["payload"] is NSNull)
        let applications = try Serving.objects(store("apps").standardOutput)
        #expect(applications.map { $0["id"] as? String } == ["app_1", "app_2"])
        #expect(applications.map { $0["messages"] as? Int } == [3, 2])
        #expect(applications.map { $0["active"] as? Bool } == [true, true])
        let endpoints = try Serving.objects(store("endpoints").standardOutput)
        #expect(endpoints.map { $0["url"] as? String } == ["https://example.com/hook"])
        #expect(endpoints.map { $0["deliveries"] as? Int } == [2])
        let deliveries = try Serving.objects(store("deliveries").standardOutput)
        #expect(deliveries.map { $0["status"] as? String } == ["pending", "pending"])
        #expect(deliveries.map { $0["event_type"] as? String } == [#"q"\"#, "é"])
    }

    @Test("Filters of the store command select the listed messages")
    func filters() throws {
        _ = try fill()
        func keys(_ flags: String...) throws -> [String] {
            let result = try Program.run(
                Hookbatch.binary, ["store", "messages"] + flags, directory: folder.path)
            #expect(result.exitCode == 0, "\(result.errorOutput)")
            return try Serving.objects(result.standardOutput).map {
                try #require($0["idempotency_key"] as? String)
            }
        }
        #expect(try keys("--app", "app_2") == ["k1", "k3"])
        #expect(try keys("--event-type", "é") == ["k3"])
        #expect(try keys("--limit", "2") == ["k3", "k4"])
        #expect(try keys("--app", "app_1", "--limit", "1") == ["k4"])
        #expect(try keys("--since", "1h").count == 5)
        #expect(try keys("--until", "1h").isEmpty)
        #expect(try keys("--since", "2000-01-01", "--until", "2099-12-31T23:59:59Z").count == 5)
        #expect(try keys("--since", "2099-01-01").isEmpty)
    }

    @Test("The CSV of the store command is quoted and contains no formula")
    func csv() throws {
        _ = try fill()
        let result = try store("messages", "--format", "csv", "--limit", "3")
        let lines = result.output.components(separatedBy: "\r\n")
        #expect(
            lines[0]
                == "id,org_id,env_id,application_id,event_type,payload,status,created_at,updated_at,"
                + "idempotency_key")
        #expect(lines[1].contains(",app_1,\"'=cmd,1\",\"\"\"text\"\"\",pending,"))
        #expect(lines[2].contains(",app_2,é,null,pending,"))
    }

    @Test("Listings escape what a terminal obeys and keep other text; an export keeps all of it")
    func activeCharacters() throws {
        #expect(try store("add-app", "app_1").exitCode == 0)
        let payload = "{\"a\": \"\u{9B}31m\u{202E}é\u{7F}\\n\",\r\n\t\"b\": 1.50}"
        let serving = try Serving(in: folder)
        let client = try TestClient(port: serving.port)
        let body = "{\"event_type\":\"x\u{202E}\\\\é\",\"payload\":\(payload)}"
        client.send(messageRequest(key: "k=1", body: body))
        #expect(client.answer()?.status == 201)
        #expect(serving.stop().exitCode == 0)
        let shown = #"{"a": "\u009b31m\u202eé\u007f\n","#
        let ndjson = try store("messages").output
        #expect(
            ndjson.contains(#""event_type":"x\u202e\\é","payload":"# + shown + #"  \#t"b": 1.50},"#)
        )
        let row = try #require(Serving.objects(Array(ndjson.utf8)).first)
        #expect(row["event_type"] as? String == "x\u{202E}\\é")
        let csv = try store("messages", "--format", "csv").output
        let cell = shown.replacing("\"", with: "\"\"") + "\r\n\t\"\"b\"\": 1.50}"
        #expect(csv.contains(#",x\u202e\é,""# + cell + "\",pending,"), "\(csv)")
        let export = try store("export").output
        #expect(export.contains("\"x\u{202E}\\\\é\"") && export.contains("\u{9B}31m"), "\(export)")

        // Values that only another program stores.
        let path = folder.url.resolvingSymlinksInPath().appending(path: "hookbatch.db").path
        let attack = "char(27) || '[2J' || char(10) || ',\"' || char(0x9B, 0x2066)"
        try Database(StoreFile.find(path)).execute(
            """
            INSERT INTO endpoints (id, application_id, url, failing_since, disabled_reason)
                VALUES ('=1+1', 'app_1', \(attack), \(attack), CAST(x'9B41' AS TEXT));
            INSERT INTO deliveries (message_id, endpoint_id, status, created_at, due_at, attempts,
                response_status, error, response, attempted_at)
                SELECT id, '=1+1', 'pending', '=2', \(attack), '=3' || \(attack), \(attack),
                    \(attack), \(attack), \(attack) FROM messages;
            UPDATE messages SET payload = '1},' || \(attack), idempotency_key = '-4' || \(attack);
            """)
        for action in ["messages", "endpoints", "deliveries"] {
            for format in ["ndjson", "csv", "table"] {
                let text = try store(action, "--format", format).output
                let active = text.unicodeScalars.filter {
                    $0.value < 0x20 && !"\r\n".unicodeScalars.contains($0)
                        || (0x7F...0x9F).contains($0.value) || $0.value == 0x2066
                }
                #expect(active.isEmpty, "\(action) \(format): \(text)")
                let lines = text.unicodeScalars.split(separator: "\n")
                #expect(lines.count == (format == "ndjson" ? 1 : format == "csv" ? 2 : 3))
                #expect(!text.contains(",=") && !text.contains(",\"="), "\(text)")
            }
            let row = try #require(Serving.objects(store(action).standardOutput).first)
            if action == "deliveries" {
                #expect(row["attempts"] as? String == "=3\u{1B}[2J\n,\"\u{9B}\u{2066}")
            }
        }
        let lines = try store("export").output.split(separator: "\n")
        #expect(lines.count == 1 && !lines[0].contains("\u{1B}"), "\(lines)")
    }

    @Test("A table of the store command has aligned columns and reports omitted rows")
    func table() throws {
        _ = try fill()
        let result = try store("apps", "--format", "table")
        #expect(
            result.output == """
                id     active  endpoints  messages
                ─────  ──────  ─────────  ────────
                app_1  yes             0         3
                app_2  yes             1         2

                """)
        let some = try store("messages", "--format", "table", "--limit", "1")
        #expect(some.errorOutput.contains("the last 1 of 5 rows"))
        for line in some.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
        #expect(try store("deliveries", "--app", "app_1", "--format", "table").output == "none\n")
    }

    @Test("A check of a store passes an intact one and names damage", .needs("sqlite3"))
    func check() throws {
        _ = try fill()
        let whole = try store("check")
        #expect(whole.exitCode == 0)
        #expect(whole.errorOutput.contains("is intact: 5 messages of 2 applications"))
        try Program.run(
            "sqlite3",
            [
                folder.path("hookbatch.db"),
                "DELETE FROM applications WHERE id = 'app_2';"
                    + "UPDATE messages SET payload = '{' WHERE idempotency_key = 'k0'",
            ])
        let broken = try store("check")
        #expect(broken.exitCode == 1)
        #expect(broken.errorOutput.contains("2 messages of applications that are not registered"))
        #expect(broken.errorOutput.contains("1 payloads that are not JSON"))
    }

    @Test("A missing store or application is named with exit code 2, and no file is created")
    func missing() throws {
        for action in ["apps", "messages", "export", "check"] {
            let result = try store(action)
            #expect(result.exitCode == 2)
            #expect(result.errorOutput.contains("hookbatch.db"), "\(result.errorOutput)")
        }
        #expect(try folder.files().isEmpty)
        #expect(try store("add-app", "app_1").exitCode == 0)
        let unknown = try store("disable-app", "app_1", "app_9")
        #expect(unknown.exitCode == 2)
        #expect(unknown.errorOutput.contains("unknown application app_9"))
    }
}
