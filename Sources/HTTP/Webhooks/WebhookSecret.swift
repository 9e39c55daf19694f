import Digests

/// A secret that signs webhooks: `whsec_` and the key in Base64 (Standard Webhooks 1.0.0).
package struct WebhookSecret: Sendable {
    /// Why a text is not a secret.
    package enum Problem: Error, Hashable, Sendable {
        /// The text does not begin with `whsec_`.
        case prefix
        /// The rest is not Base64.
        case base64
        /// The key is empty or has more than `maxKeyBytes`.
        case length
    }

    package static let prefix = "whsec_"
    /// Arbitrary: eight times the specification's maximum for new keys.
    package static let maxKeyBytes = 512
    /// Bytes of a new key. The specification recommends 24 to 64.
    package static let newKeyBytes = 32

    private let key: [UInt8]
    private let template: HMACSHA256

    /// Parses `whsec_…`, without spaces around. The Base64 may lack its padding.
    package init(parsing text: some Collection<UInt8>) throws(Problem) {
        guard text.starts(with: Self.prefix.utf8) else { throw .prefix }
        guard let key = Base64.decode(text.dropFirst(Self.prefix.utf8.count)) else { throw .base64 }
        guard (1...Self.maxKeyBytes).contains(key.count) else { throw .length }
        self.init(key: key)
    }

    /// Generates a secret.
    ///
    /// - Parameter generator: a cryptographically secure source, such as the system's.
    package init(using generator: inout some RandomNumberGenerator) {
        self.init(
            key: (0..<Self.newKeyBytes).map { _ in UInt8.random(in: 0...255, using: &generator) })
    }

    private init(key: [UInt8]) {
        self.key = key
        template = HMACSHA256(key: key)
    }

    /// `whsec_…`: for a place that is meant for secrets, never for a message.
    package var text: String {
        Self.prefix + String(decoding: Base64.encode(key), as: UTF8.self)
    }

    /// The HMAC-SHA256 of `ID.TIMESTAMP.BODY`: 32 bytes.
    func authenticate(
        id: some Sequence<UInt8>, timestamp: some Sequence<UInt8>, body: UnsafeRawBufferPointer
    ) -> [UInt8] {
        var code = template
        code.update(id)
        code.update(CollectionOfOne(UInt8(ascii: ".")))
        code.update(timestamp)
        code.update(CollectionOfOne(UInt8(ascii: ".")))
        code.update(body)
        return code.finish().bytes
    }
}

/// Hides the key.
extension WebhookSecret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "[redacted]" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
