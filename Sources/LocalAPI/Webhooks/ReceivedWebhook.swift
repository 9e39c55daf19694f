package import HTTP

/// A webhook that arrived whole.
package struct ReceivedWebhook: Hashable, Sendable {
    /// Whether the webhook is signed by one of the secrets.
    package enum Signature: Hashable, Sendable {
        case checked(WebhookSignature.Verdict)
        /// The webhook has a signature; the receiver has no secret.
        case unchecked
    }

    /// Milliseconds since 1970.
    package var time: Int64
    /// The request's target with its query, as it was sent: visible ASCII.
    package var target: [UInt8]
    /// The value of `webhook-id`; nil if absent. Any bytes but control characters.
    package var id: [UInt8]?
    /// The member `type` of the body: 1 to 256 characters as UTF-8, without control characters. Nil
    /// if the body is not a JSON object with such a member.
    package var type: [UInt8]?
    package var signature: Signature
    /// How often this id arrived at this target, from 1; nil without an id.
    package var attempt: UInt64?
    /// The response's status; nil if the connection was reset instead.
    package var status: Int?
    /// The body's length.
    package var bodyBytes: Int
}

/// The totals of a receiver.
package struct WebhookCounts: Hashable, Sendable {
    package var webhooks: UInt64 = 0
    /// Those with the verdict `good`.
    package var good: UInt64 = 0
    /// Those with another verdict.
    package var notGood: UInt64 = 0
    /// Those with an id that arrived before at the same target.
    package var repeated: UInt64 = 0

    mutating func add(_ webhook: ReceivedWebhook) {
        webhooks += 1
        if case .checked(let verdict) = webhook.signature {
            if verdict == .good { good += 1 } else { notGood += 1 }
        }
        if let attempt = webhook.attempt, attempt > 1 { repeated += 1 }
    }
}
