import Delivery
import HTTP
import Records
import Time

/// The endpoints, and the numbers of their deliveries.
extension StoreDeliveries {
    /// Maximum number of secrets that sign. A rotation leaves two; more are of another program.
    private static let maxSecrets = 10

    /// The active endpoints that have a pending delivery, with the secrets that sign at `now`.
    ///
    /// A secret that can't be parsed is left out. An endpoint with an invalid id, its own or its
    /// application's, has no `url`.
    ///
    /// - Parameter now: RFC 3339.
    package func endpoints(now: String) throws(DestinationError) -> [Endpoint] {
        let list = try Statement(
            database,
            """
            SELECT id, application_id, url, failing_since FROM endpoints AS t
            WHERE active = 1 AND EXISTS (
                SELECT 1 FROM deliveries WHERE endpoint_id = t.id AND status = 'pending'
            ) ORDER BY id
            """)
        let secrets = try Statement(
            database,
            """
            SELECT secret FROM endpoint_secrets
            WHERE endpoint_id = ?1 AND (expires_at IS NULL OR expires_at > ?2)
            ORDER BY number DESC LIMIT \(Self.maxSecrets)
            """)
        try secrets.bind(2, now)
        var endpoints: [Endpoint] = []
        while try list.step() {
            // A time that can't be parsed is that of the next failure.
            let since = list.isNull(3) ? nil : RFC3339.parse(list.text(3))
            let isValid = StoredValue.isID(list.text(0)) && AppID.isValid(list.text(1))
            var endpoint = Endpoint(
                id: Self.string(list.text(0)), application: Self.string(list.text(1)),
                url: isValid ? Self.string(list.text(2)) : nil,
                health: EndpointHealth(failingSince: since.map { $0.nanoseconds / 1_000_000 }),
                secrets: [])
            try secrets.bind(1, endpoint.id)
            while try secrets.step() {
                if let secret = try? WebhookSecret(parsing: secrets.text(0)) {
                    endpoint.secrets.append(secret)
                }
            }
            secrets.reset()
            endpoints.append(endpoint)
        }
        return endpoints
    }

    /// Number of pending deliveries to active endpoints, and to disabled ones.
    package func pendingCounts() throws(DestinationError) -> (active: Int, disabled: Int) {
        let counts = try Statement(
            database,
            """
            SELECT coalesce(sum(active = 1), 0), coalesce(sum(active = 0), 0)
            FROM deliveries JOIN endpoints ON id = endpoint_id WHERE status = 'pending'
            """)
        guard try counts.step() else { return (0, 0) }
        return (Int(counts.integer(0)), Int(counts.integer(1)))
    }
}
