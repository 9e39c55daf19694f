package import Delivery
package import Destinations
package import HTTP

/// The settings of deliveries from a store to endpoints.
package struct DeliverSettings: Sendable {
    package var sender = WebhookSender.Settings()
    package var body = WebhookRequest.Body.envelope
    package var schedule = DeliverySchedule.standard
    /// For all endpoints together; nil for no limit.
    package var rate: Rate?
    /// For each endpoint; nil for no limit.
    package var endpointRate: Rate?
    /// At least 1, at most `sender.maxConnections`.
    package var endpointConcurrency = 8
    /// Whether each endpoint gets its messages in order: then `endpointConcurrency` is 1, and the
    /// store has been opened so.
    package var isOrdered = false
    package var userAgent: String
    /// The reason why an endpoint with this URL may not be called; nil if it may.
    package var refusal: @Sendable (WebhookURL) -> String?
    /// Whether to wait for what is due later, until a stop.
    package var isWatching = false

    package init(
        userAgent: String, refusal: @escaping @Sendable (WebhookURL) -> String?
    ) {
        self.userAgent = userAgent
        self.refusal = refusal
    }
}

/// What a run of deliveries has done, and what is left.
package struct DeliverSummary: Sendable {
    package var attempts = 0
    package var delivered = 0
    /// Deliveries that are not attempted again.
    package var failed = 0
    /// Pending deliveries to active endpoints at the end.
    package var pending = 0
    /// Pending deliveries to disabled endpoints at the end.
    package var waitingForDisabled = 0
    /// When the next one of an active endpoint is due (RFC 3339, or empty for at once); nil without
    /// one.
    package var nextDue: String?
    package var wasStopped = false

    package init() {}

    /// Adds what an earlier loop of the same process did.
    package mutating func add(earlier: DeliverSummary) {
        attempts += earlier.attempts
        delivered += earlier.delivered
        failed += earlier.failed
    }
}

/// Something that a person should know of a delivery or an endpoint.
package enum DeliverNotice: Hashable, Sendable {
    /// It can't be called: the reason as a sentence without a full stop.
    case refused(endpoint: String, reason: String)
    /// It has no secret to sign with.
    case withoutSecret(endpoint: String)
    /// It does not respond, or only with errors: its deliveries wait.
    case down(endpoint: String)
    case disabled(endpoint: String, DisabledReason)
    /// Messages can't be sent: their deliveries are failed.
    case unsendable(MessageProblem)
}
