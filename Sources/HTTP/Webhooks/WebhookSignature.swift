import Digests

/// The signature of one webhook (Standard Webhooks 1.0.0, symmetric scheme `v1`).
///
/// It covers `webhook-id`, `webhook-timestamp` and the body's bytes.
package enum WebhookSignature {
    /// What a check of a received webhook found.
    package enum Verdict: Hashable, Sendable {
        /// Signed with one of the secrets, and not too old or new.
        case good
        /// A field is invalid, or no signature is by one of the secrets.
        case bad
        /// The signature is right; the timestamp is more than `tolerance` before now.
        case tooOld
        /// The signature is right; the timestamp is more than `tolerance` after now.
        case tooNew
        /// One of the three fields is absent or empty.
        case unsigned
    }

    /// The maximum difference of the clocks and the longest transfer, in seconds.
    package static let tolerance: Int64 = 5 * 60

    private static let version = "v1,"

    /// The value of `webhook-signature`: a signature by each secret, separated by spaces.
    ///
    /// - Parameters:
    ///   - id: the value of `webhook-id`, without a full stop.
    ///   - timestamp: the value of `webhook-timestamp`, in seconds since 1970.
    ///   - body: the bytes as they are sent.
    ///   - secrets: the current secret first, then those that a rotation replaced.
    package static func value(
        id: some Sequence<UInt8>, timestamp: Int64, body: UnsafeRawBufferPointer,
        secrets: [WebhookSecret]
    ) -> [UInt8] {
        let id = Array(id)
        let signatures = secrets.map { secret in
            let code = secret.authenticate(id: id, timestamp: String(timestamp).utf8, body: body)
            return Array(version.utf8) + Base64.encode(code)
        }
        return Array(signatures.joined(separator: CollectionOfOne(ASCII.space)))
    }

    /// Checks the fields of a received webhook, in a time that is independent of the secrets.
    ///
    /// - Parameters:
    ///   - id: the value of `webhook-id`.
    ///   - timestamp: the value of `webhook-timestamp`.
    ///   - signature: the value of `webhook-signature`: signatures separated by spaces. Those of
    ///     another version are ignored.
    ///   - body: the bytes as they were received.
    ///   - secrets: each is tried.
    ///   - now: seconds since 1970.
    package static func verify(
        id: [UInt8], timestamp: [UInt8], signature: [UInt8], body: UnsafeRawBufferPointer,
        secrets: [WebhookSecret], now: Int64
    ) -> Verdict {
        if id.isEmpty || timestamp.isEmpty || signature.isEmpty { return .unsigned }
        guard let seconds = timestamp.withUnsafeBytes(\.decimal) else { return .bad }
        let given = signature.split(separator: ASCII.space)
            .filter { $0.starts(with: version.utf8) }
            .compactMap { Base64.decode($0.dropFirst(version.utf8.count)) }
        var isRight = false
        for secret in secrets where !given.isEmpty {
            let expected = secret.authenticate(id: id, timestamp: timestamp, body: body)
            for candidate in given where areEqual(candidate, expected) { isRight = true }
        }
        guard isRight else { return .bad }
        // The clocks' difference can't overflow: both are far from the ends of an Int64.
        let age = now.subtractingReportingOverflow(seconds)
        if age.overflow || age.partialValue < -tolerance { return .tooNew }
        return age.partialValue > tolerance ? .tooOld : .good
    }

    /// Compares without stopping at the first difference.
    private static func areEqual(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        guard one.count == other.count else { return false }
        var difference: UInt8 = 0
        for index in one.indices { difference |= one[index] ^ other[index] }
        return difference == 0
    }
}
