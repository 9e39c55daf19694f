import Destinations
import Foundation
import TestSupport
import Testing

@Suite("Endpoints of a store, as a program", .sideBySide) struct StoreEndpointCommandTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder("store-endpoints") }

    private func store(_ arguments: String...) throws -> ProgramResult {
        try Program.run(Hookbatch.binary, ["store"] + arguments, directory: folder.path)
    }

    @Test("A new secret is printed once, alone on standard output, and nowhere else")
    func secretOnce() throws {
        #expect(try store("add-app", "app_1").exitCode == 0)
        let added = try store("add-endpoint", "app_1", "https://h.example/x", "--events", "a,b.*")
        #expect(added.exitCode == 0, "\(added)")
        #expect(added.output.wholeMatch(of: /whsec_[A-Za-z0-9+\/]{43}=\n/) != nil)
        let match = try #require(added.errorOutput.firstMatch(of: /ep_[0-9A-Z]{26}/))
        let id = String(match.0)
        let rotated = try store("rotate-secret", id)
        #expect(rotated.output.hasPrefix("whsec_") && rotated.output != added.output)
        var texts = [added.errorOutput, rotated.errorOutput]
        for action in ["apps", "endpoints", "messages", "deliveries", "export", "check"] {
            let result = try store(action)
            #expect(result.exitCode == 0, "\(result)")
            texts += [result.output, result.errorOutput]
        }
        for secret in [added.output, rotated.output] {
            let key = secret.trimmingCharacters(in: .newlines).dropFirst(6)
            #expect(!texts.contains { $0.contains(key) })
        }
        let endpoints = try Serving.objects(store("endpoints").standardOutput)
        #expect(endpoints.map { $0["events"] as? String } == ["a,b.*"])
        #expect(try store("disable-endpoint", id).exitCode == 0)
        #expect(try store("enable-endpoint", id).exitCode == 0)
        #expect(try store("redeliver", "--endpoint", id).errorOutput.contains("0 deliveries"))
        #expect(try store("rotate-secret", "ep_none").exitCode == 2)
    }

    @Test("A rotation whose new secret can't be printed keeps the secrets that sign")
    func secretNotPrinted() throws {
        #expect(try store("add-app", "app_1").exitCode == 0)
        let added = try store("add-endpoint", "app_1", "https://h.example/x")
        let match = try #require(added.errorOutput.firstMatch(of: /ep_[0-9A-Z]{26}/))
        func secrets() throws -> [String] {
            let path = folder.url.resolvingSymlinksInPath().appending(path: "hookbatch.db").path
            let statement = try Statement(
                Database(StoreFile.find(path)),
                "SELECT secret || coalesce(expires_at, '') FROM endpoint_secrets")
            var secrets: [String] = []
            while try statement.step() {
                secrets.append(String(decoding: statement.text(0), as: UTF8.self))
            }
            return secrets
        }
        let before = try secrets()
        for _ in 0..<2 {
            let failed = try Program.run(
                "sh",
                [
                    "-c", #"exec "$0" store rotate-secret "$1" >/dev/full"#, Hookbatch.binary,
                    String(match.0),
                ], directory: folder.path)
            #expect(failed.exitCode == 74, "\(failed)")
            #expect(failed.errorOutput.contains("keeps its secret"), "\(failed)")
        }
        #expect(try secrets() == before && before.count == 1)
        #expect(try store("rotate-secret", String(match.0)).exitCode == 0)
        #expect(try secrets().count == 2)
    }

    @Test("The secret of --secret-file is kept and not printed; a text that is not one is refused")
    func secretFile() throws {
        #expect(try store("add-app", "app_1").exitCode == 0)
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
        try folder.write(secret + "\n", to: "secret")
        let arguments = ["add-endpoint", "app_1", "https://h.example/", "--secret-file"]
        let result = try store(arguments[0], arguments[1], arguments[2], arguments[3], "secret")
        #expect(result.exitCode == 0 && result.output == "", "\(result)")
        #expect(!result.errorOutput.contains("MfKQ"))
        try folder.write("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", to: "other")
        let refused = try store(arguments[0], arguments[1], "https://h/2", arguments[3], "other")
        #expect(refused.exitCode == 2 && !refused.errorOutput.contains("MfKQ"), "\(refused)")
        #expect(refused.errorOutput.contains("a secret begins with whsec_"))
    }

    @Test("An upgrade that is killed at any time leaves a store that the next one makes whole")
    func killedUpgrade() throws {
        let source = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Compatibility/0.1.0/store.db")
        let rows = 200_000
        try FileManager.default.copyItem(atPath: source.path, toPath: folder.path("old.db"))
        do {
            let path = folder.url.resolvingSymlinksInPath().appending(path: "old.db").path
            let old = try Database(StoreFile.find(path))
            #expect(try old.integer("PRAGMA user_version") == 1)
            try old.execute(
                """
                INSERT INTO applications (id) VALUES ('big');
                INSERT INTO endpoints VALUES ('ep_1', 'big', 'https://h.example/', 1);
                WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(rows))
                INSERT INTO messages SELECT 'msg_' || i, 'o', 'e', 'big', 't', '1', 'pending',
                    '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', 'k' || i FROM n;
                INSERT INTO deliveries SELECT id, 'ep_1', 'pending', 'c' FROM messages
                    WHERE application_id = 'big';
                PRAGMA wal_checkpoint(TRUNCATE);
                """)
        }
        var random = SeededGenerator.fromEnvironment()
        var interrupted = 0
        for round in 0..<20 {
            // The other rounds find what the kill before has left.
            if round % 4 == 0 {
                for suffix in ["", "-wal", "-shm"] {
                    try? FileManager.default.removeItem(
                        atPath: folder.path("hookbatch.db" + suffix))
                }
                try FileManager.default.copyItem(
                    atPath: folder.path("old.db"), toPath: folder.path("hookbatch.db"))
            }
            let program = try Program(
                Hookbatch.binary, ["store", "endpoints"], directory: folder.path
            ).start()
            usleep(UInt32.random(in: 0...150_000, using: &random))
            program.kill(SIGKILL)
            if program.wait().exitCode != 0 { interrupted += 1 }
        }
        #expect(interrupted > 0, "no upgrade was killed")
        let endpoints = try Serving.objects(store("endpoints").standardOutput)
        #expect(endpoints.contains { $0["pending"] as? Int == rows })
        let check = try store("check")
        #expect(check.exitCode == 0, "\(check)")
    }
}
