import Digests
import TestSupport
import Testing

@testable import HTTP

@Suite("Signatures of webhooks") struct WebhookSignatureTests {
    /// The example of the specification's reference libraries.
    private static let id = "msg_p5jXN8AQM9LWM0D4loKWxJek"
    private static let timestamp: Int64 = 1_614_265_330
    private static let body = #"{"test": 2432232314}"#
    private static let signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

    private let secret: WebhookSecret
    private let other: WebhookSecret

    init() throws {
        secret = try WebhookSecret(parsing: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".utf8)
        other = try WebhookSecret(parsing: "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD".utf8)
    }

    private func sign(_ secrets: [WebhookSecret]) -> String {
        let value = Array(Self.body.utf8).withUnsafeBytes {
            WebhookSignature.value(
                id: Self.id.utf8, timestamp: Self.timestamp, body: $0, secrets: secrets)
        }
        return String(decoding: value, as: UTF8.self)
    }

    private func verify(
        id: String = id, timestamp: String = "\(timestamp)", signature: String = signature,
        body: String = body, secrets: [WebhookSecret]? = nil, now: Int64 = timestamp
    ) -> WebhookSignature.Verdict {
        Array(body.utf8).withUnsafeBytes {
            WebhookSignature.verify(
                id: Array(id.utf8), timestamp: Array(timestamp.utf8),
                signature: Array(signature.utf8), body: $0, secrets: secrets ?? [secret], now: now)
        }
    }

    @Test("The published example has its signature") func published() {
        #expect(sign([secret]) == Self.signature)
        #expect(verify() == .good)
    }

    @Test("During a rotation there is a signature by each secret") func rotation() {
        let both = sign([other, secret])
        #expect(both == sign([other]) + " " + Self.signature)
        #expect(verify(signature: both) == .good)
        #expect(verify(signature: both, secrets: [other]) == .good)
        #expect(verify(secrets: [other, secret]) == .good)
        #expect(verify(secrets: [other]) == .bad)
        #expect(verify(secrets: []) == .bad)
    }

    @Test("Any change of what is signed makes it bad") func changed() {
        #expect(verify(id: Self.id + "x") == .bad)
        #expect(verify(timestamp: "\(Self.timestamp + 1)") == .bad)
        #expect(verify(body: Self.body + "\n") == .bad)
        #expect(verify(body: "") == .bad)
    }

    @Test("Any flipped bit of the code makes it bad") func flipped() throws {
        let code = try #require(Base64.decode(Self.signature.utf8.dropFirst(3)))
        for bit in 0..<256 {
            var flipped = code
            flipped[bit / 8] ^= 1 << (bit % 8)
            let text = "v1," + String(decoding: Base64.encode(flipped), as: UTF8.self)
            #expect(verify(signature: text) == .bad, "bit \(bit)")
        }
    }

    @Test(
        "A signature of another version or form is ignored",
        arguments: [
            "v1", "v1,", ",", "v1a,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", "v1,g0hM9SsE",
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=AAAA", "v1,\u{FF}\0",
        ])
    func ignored(text: String) {
        #expect(verify(signature: text) == .bad)
        #expect(verify(signature: text + " " + Self.signature) == .good)
        #expect(verify(signature: Self.signature + "  " + text) == .good)
    }

    private static let ages: [(Int64, WebhookSignature.Verdict)] = [
        (-300, .good), (-301, .tooNew), (300, .good), (301, .tooOld),
    ]

    @Test("A right signature is good for five minutes to each side", arguments: ages)
    func tolerance(age: Int64, verdict: WebhookSignature.Verdict) {
        #expect(verify(now: Self.timestamp + age) == verdict)
        #expect(verify(secrets: [other], now: Self.timestamp + age) == .bad)
    }

    @Test(
        "A timestamp that is not a number is bad",
        arguments: ["-1614265330", "1614265330.0", " 1614265330", "1e9", "99999999999999999999"])
    func invalidTimestamp(text: String) {
        // The signature that a sender of this timestamp makes.
        let code = Array(Self.body.utf8).withUnsafeBytes {
            secret.authenticate(id: Self.id.utf8, timestamp: text.utf8, body: $0)
        }
        let signature = "v1," + String(decoding: Base64.encode(code), as: UTF8.self)
        #expect(verify(timestamp: text, signature: signature) == .bad)
    }

    @Test("A timestamp with leading zeros is signed as it is written") func leadingZeros() {
        let text = "0\(Self.timestamp)"
        let code = Array(Self.body.utf8).withUnsafeBytes {
            secret.authenticate(id: Self.id.utf8, timestamp: text.utf8, body: $0)
        }
        let signature = "v1," + String(decoding: Base64.encode(code), as: UTF8.self)
        #expect(verify(timestamp: text, signature: signature) == .good)
    }

    @Test("Extreme timestamps do not overflow") func extreme() throws {
        for timestamp in ["0", "\(Int64.max)"] {
            let value = Array(Self.body.utf8).withUnsafeBytes {
                WebhookSignature.value(
                    id: Self.id.utf8, timestamp: Int64(timestamp) ?? 1, body: $0,
                    secrets: [secret])
            }
            let signature = String(decoding: value, as: UTF8.self)
            #expect(
                verify(timestamp: timestamp, signature: signature)
                    == (timestamp == "0" ? .tooOld : .tooNew))
            #expect(
                verify(timestamp: timestamp, signature: signature, now: .min) == .tooNew)
        }
    }

    @Test("Without one of the three fields a webhook is unsigned") func unsigned() {
        #expect(verify(id: "") == .unsigned)
        #expect(verify(timestamp: "") == .unsigned)
        #expect(verify(signature: "") == .unsigned)
    }
}
