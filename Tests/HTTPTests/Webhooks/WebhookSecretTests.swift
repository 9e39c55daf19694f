import HTTP
import TestSupport
import Testing

@Suite("Secrets of webhooks") struct WebhookSecretTests {
    @Test(
        "A secret is parsed with and without padding",
        arguments: [
            ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
            ("whsec_Zg==", "whsec_Zg=="), ("whsec_Zg", "whsec_Zg=="),
        ])
    func parsed(text: String, canonical: String) throws {
        #expect(try WebhookSecret(parsing: text.utf8).text == canonical)
    }

    @Test(
        "Another text is refused with its problem",
        arguments: [
            ("", WebhookSecret.Problem.prefix), ("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", .prefix),
            ("WHSEC_Zg==", .prefix), (" whsec_Zg==", .prefix), ("whpk_Zg==", .prefix),
            ("whsec_Zg== ", .base64), ("whsec_Zg==\n", .base64), ("whsec_a-_b", .base64),
            ("whsec_", .length), ("whsec_" + String(repeating: "A", count: 684), .length),
        ])
    func refused(text: String, problem: WebhookSecret.Problem) {
        #expect(throws: problem) { try WebhookSecret(parsing: text.utf8) }
    }

    @Test("The longest key is accepted") func longest() throws {
        // 682 letters are 511.5 bytes: 511 whole ones; 683 are 512.
        let text = "whsec_" + String(repeating: "A", count: 683)
        #expect(try WebhookSecret(parsing: text.utf8).text.utf8.count == 6 + 684)
    }

    @Test("Each new secret is another, of 32 bytes") func generated() throws {
        var generator = SystemRandomNumberGenerator()
        let texts = (0..<100).map { _ in WebhookSecret(using: &generator).text }
        #expect(Set(texts).count == 100)
        for text in texts {
            #expect(text.utf8.count == 6 + 44)
            #expect(try WebhookSecret(parsing: text.utf8).text == text)
        }
    }

    @Test("A description does not contain the key") func hidden() throws {
        let secret = try WebhookSecret(parsing: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".utf8)
        var dumped = ""
        dump([secret], to: &dumped)
        #expect("\(secret) \(String(reflecting: secret))" == "[redacted] [redacted]")
        #expect(!dumped.contains("MfKQ"))
        #expect(!dumped.contains("49"), "the first byte of the key")
    }
}
