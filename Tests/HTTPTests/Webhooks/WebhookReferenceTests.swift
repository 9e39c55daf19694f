import Digests
import HTTP
import TestSupport
import Testing

/// The signatures beside those of the reference libraries for Python.
@Suite(
    "Signatures of webhooks and the reference libraries", .needsPython("standardwebhooks", "svix"))
struct WebhookReferenceTests {
    /// Reads lines of `LIBRARY SECRET ID TIMESTAMP SIGNATURE BODY`, the body in Base64. Prints for
    /// each whether the library verifies it, and the library's own signature.
    private static let script = """
        import base64, sys
        from datetime import datetime, timezone
        import standardwebhooks, svix

        for line in sys.stdin:
            library, secret, id, timestamp, signature, body = line.rstrip('\\n').split('\\t')
            hook = {'standardwebhooks': standardwebhooks, 'svix': svix}[library].Webhook(secret)
            body = base64.b64decode(body).decode()
            headers = {
                'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature,
            }
            try:
                hook.verify(body, headers)
                verdict = 'good'
            except Exception as error:
                verdict = type(error).__name__
            own = hook.sign(id, datetime.fromtimestamp(int(timestamp), timezone.utc), body)
            print(verdict, own, sep='\\t')
        """

    private struct Webhook {
        var secrets: [WebhookSecret]
        var id: String
        var timestamp: Int64
        /// A JSON text, because the libraries parse it.
        var body: [UInt8]

        var signature: String {
            let value = body.withUnsafeBytes {
                WebhookSignature.value(
                    id: id.utf8, timestamp: timestamp, body: $0, secrets: secrets)
            }
            return String(decoding: value, as: UTF8.self)
        }

        func line(library: String, secret: WebhookSecret, signature: String) -> String {
            let body = String(decoding: Base64.encode(self.body), as: UTF8.self)
            return [library, secret.text, id, "\(timestamp)", signature, body]
                .joined(separator: "\t")
        }

        static func random(now: Int64, using generator: inout SeededGenerator) -> Webhook {
            let letters = "abc \\\"\u{e9}\u{20ac}\u{1f600}\n"
            let text = String(
                (0..<Int.random(in: 0...300, using: &generator)).map { _ in
                    letters.randomElement(using: &generator) ?? "a"
                })
            let escaped = text.map { "\\\"\n".contains($0) ? "\\u000a" : String($0) }.joined()
            return Webhook(
                secrets: (0..<Int.random(in: 1...3, using: &generator)).map { _ in
                    WebhookSecret(using: &generator)
                },
                id: "msg_\(UInt32.random(in: 0...(.max), using: &generator))",
                timestamp: now + Int64.random(in: -200...200, using: &generator),
                body: Array("{\"text\": \"\(escaped)\"}".utf8))
        }
    }

    private static func run(_ lines: [String]) throws -> [[Substring]] {
        let result = try Python.run(script, input: .text(lines.map { $0 + "\n" }.joined()))
        #expect(result.exitCode == 0, "\(result)")
        return result.output.split(separator: "\n").map { $0.split(separator: "\t") }
    }

    private static func now() throws -> Int64 {
        let clock = try Python.run("import time; print(int(time.time()))")
        return try #require(clock.output.split(separator: "\n").first.flatMap { Int64($0) })
    }

    @Test(
        "Each library accepts each signature, and makes the same",
        arguments: ["standardwebhooks", "svix"])
    func same(library: String) throws {
        let seed = TestSeed.next()
        var generator = SeededGenerator(seed: seed)
        let now = try Self.now()
        let webhooks = (0..<100).map { _ in Webhook.random(now: now, using: &generator) }
        var lines: [String] = []
        for webhook in webhooks {
            for secret in webhook.secrets {
                lines.append(
                    webhook.line(library: library, secret: secret, signature: webhook.signature))
            }
        }
        var rows = try Self.run(lines)[...]
        try #require(rows.count == lines.count)
        for webhook in webhooks {
            let own = webhook.secrets.compactMap { _ in rows.popFirst() }
            #expect(own.allSatisfy { $0[0] == "good" }, "seed \(seed)")
            // The library signs with one secret; ours has one signature by each.
            #expect(own.map { $0[1] }.joined(separator: " ") == webhook.signature, "seed \(seed)")
            for signature in own.map({ Array($0[1].utf8) }) {
                let verdict = webhook.body.withUnsafeBytes {
                    WebhookSignature.verify(
                        id: Array(webhook.id.utf8), timestamp: Array("\(webhook.timestamp)".utf8),
                        signature: signature, body: $0, secrets: webhook.secrets, now: now)
                }
                #expect(verdict == .good, "seed \(seed)")
            }
        }
    }

    @Test(
        "Each library refuses a signature by another secret",
        arguments: ["standardwebhooks", "svix"])
    func refused(library: String) throws {
        var generator = SystemRandomNumberGenerator()
        let (secret, other) = (WebhookSecret(using: &generator), WebhookSecret(using: &generator))
        let webhook = Webhook(
            secrets: [other], id: "msg_1", timestamp: try Self.now(), body: Array("{}".utf8))
        let rows = try Self.run(
            [secret, other].map {
                webhook.line(library: library, secret: $0, signature: webhook.signature)
            })
        #expect(rows.map(\.first) == ["WebhookVerificationError", "good"])
    }
}
