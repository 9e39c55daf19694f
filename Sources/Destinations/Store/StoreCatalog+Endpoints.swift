import Glibc
package import HTTP
import Time

/// Changes of endpoints and of their deliveries.
extension StoreCatalog {
    /// How long a replaced secret still signs beside the new one, in milliseconds: a day.
    package static let rotationTime: Int64 = 86_400_000

    /// Adds an endpoint, which gets a delivery for each later message.
    ///
    /// - Parameter events: the messages it gets; empty for all.
    /// - Returns: `.alreadySo` if the application has an endpoint with this URL, and the id of a new
    ///   one.
    package func addEndpoint(
        application: String, url: String, events: [EventPattern], secret: WebhookSecret
    ) throws(DestinationError) -> (change: Change, id: String) {
        let id = Self.newEndpointID()
        let result = try transaction { () throws(DestinationError) -> Change in
            let isAdded = try change(
                """
                INSERT INTO endpoints (id, application_id, url)
                SELECT ?1, id, ?3 FROM applications WHERE id = ?2 AND NOT EXISTS (
                    SELECT 1 FROM endpoints WHERE application_id = ?2 AND url = ?3
                )
                """, [id, application, url])
            guard isAdded else { return try isKnown(application) ? .alreadySo : .unknown }
            for event in events {
                _ = try change(
                    """
                    INSERT INTO endpoint_events (endpoint_id, event_type, is_prefix)
                    VALUES (?1, ?2, \(event.isPrefix ? 1 : 0))
                    """, [id, event.eventType])
            }
            try insert(secret, endpoint: id)
            return .done
        }
        return (result, id)
    }

    /// Enables or disables an endpoint: a disabled one gets no deliveries, and pending ones wait.
    package func setEndpoint(_ id: String, active: Bool) throws(DestinationError) -> Change {
        let (value, reason) = active ? (1, "NULL") : (0, "'\(DisabledReason.user.rawValue)'")
        if try change(
            """
            UPDATE endpoints SET active = \(value), disabled_reason = \(reason), failing_since = NULL
            WHERE id = ?1 AND active <> \(value)
            """, [id])
        {
            return .done
        }
        return try hasEndpoint(id) ? .alreadySo : .unknown
    }

    /// Adds a secret, which signs from now on. The last one signs too for a day; older ones do not.
    ///
    /// - Parameter now: milliseconds since 1970.
    package func rotateSecret(
        endpoint id: String, to secret: WebhookSecret, now: Int64
    ) throws(DestinationError) -> Change {
        try transaction { () throws(DestinationError) -> Change in
            guard try hasEndpoint(id) else { return .unknown }
            _ = try change(
                "DELETE FROM endpoint_secrets WHERE endpoint_id = ?1 AND expires_at IS NOT NULL",
                [id])
            _ = try change(
                "UPDATE endpoint_secrets SET expires_at = ?2 WHERE endpoint_id = ?1",
                [id, RFC3339.text(milliseconds: now + Self.rotationTime)])
            try insert(secret, endpoint: id)
            return .done
        }
    }

    /// Makes deliveries that meet the conditions due now, with a new schedule.
    ///
    /// One whose attempt is in flight stays pending when the attempt ends; see
    /// `StoreDeliveries.record`. If only pending ones are selected, a success of this attempt is
    /// enough; else `failures` is -1 until the next attempt.
    ///
    /// - Parameters:
    ///   - filter: without `last`.
    ///   - now: milliseconds since 1970.
    /// - Returns: their number.
    package func redeliver(
        _ filter: StoreFilter, now: Int64
    ) throws(DestinationError) -> Int {
        precondition(filter.last == nil, "a redelivery of the last rows")
        let listing = StoreListing.deliveries
        var (conditions, values) = Self.conditions(listing, filter)
        values.append(RFC3339.text(milliseconds: now))
        let failures =
            filter.status == .pending
            ? "min(CAST(failures AS INTEGER), 0)" : "-(status = 'pending')"
        _ = try change(
            """
            UPDATE deliveries SET status = 'pending', due_at = ?\(values.count),
                failures = \(failures)
            WHERE (message_id, endpoint_id) IN (
                SELECT t.message_id, t.endpoint_id \(listing.query.tables)\(conditions)
            )
            """, values)
        return database.changes
    }

    /// Whether the store has an endpoint.
    package func hasEndpoint(_ id: String) throws(DestinationError) -> Bool {
        let statement = try Statement(database, "SELECT 1 FROM endpoints WHERE id = ?1")
        try statement.bind(1, id)
        return try statement.step()
    }

    private func insert(
        _ secret: WebhookSecret, endpoint: String
    ) throws(DestinationError) {
        _ = try change(
            """
            INSERT INTO endpoint_secrets (endpoint_id, number, secret)
            SELECT ?1, 1 + coalesce(max(number), 0), ?2 FROM endpoint_secrets WHERE endpoint_id = ?1
            """, [endpoint, secret.text])
    }

    /// Runs changes in one transaction.
    private func transaction<Result>(
        _ body: () throws(DestinationError) -> Result
    ) throws(DestinationError) -> Result {
        try database.execute("BEGIN IMMEDIATE")
        do {
            let result = try body()
            try database.execute("COMMIT")
            return result
        } catch {
            if database.isInTransaction { try? database.execute("ROLLBACK") }
            throw error
        }
    }

    /// `ep_` and a ULID.
    private static func newEndpointID() -> String {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        var ids = MessageIDGenerator()
        let text = [UInt8](unsafeUninitializedCapacity: MessageIDGenerator.byteCount) {
            buffer, count in
            guard let start = buffer.baseAddress else { return }
            ids.next(now: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000, into: start)
            count = MessageIDGenerator.byteCount
        }
        return "ep_" + String(decoding: text.dropFirst("msg_".utf8.count), as: UTF8.self)
    }
}

/// Why an endpoint is disabled, as the store has it.
package enum DisabledReason: String, CaseIterable, Sendable {
    /// A person disabled it.
    case user
    /// It responded with 410.
    case gone
    /// It failed for too long.
    case failing
}

/// The status of a delivery, as the store has it.
package enum DeliveryStatus: String, CaseIterable, Sendable {
    /// To be attempted, now or later.
    case pending
    /// Answered with 2xx.
    case delivered
    /// Not attempted again.
    case failed
}
