package import HTTP
import Records
import Time

/// The deliveries of a store, for the process that attempts them.
///
/// Used by one thread. Changes are made in the transaction that `commit` ends.
package final class StoreDeliveries {
    /// An active endpoint.
    package struct Endpoint: Sendable {
        package var id: String
        package var application: String
        package var url: String
        /// RFC 3339; nil if its last attempt was a delivery.
        package var failingSince: String?
        package var secrets: [WebhookSecret]
    }

    /// A pending delivery.
    package struct Pending: Hashable, Sendable {
        package var message: String
        package var endpoint: String
        /// Failures since the schedule began.
        package var failures: Int
    }

    /// The end of an attempt, as it is stored.
    package struct Result: Sendable {
        package var status: DeliveryStatus
        package var failures: Int
        /// RFC 3339.
        package var dueAt: String
        package var responseStatus: Int?
        /// A stable code; nil without an error, or if the status of the response is it.
        package var error: String?
        /// The first bytes of the response's body or a sentence, UTF-8, escaped where it is shown.
        package var response: String?

        package init(
            status: DeliveryStatus, failures: Int, dueAt: String, responseStatus: Int?,
            error: String?, response: String?
        ) {
            self.status = status
            self.failures = failures
            self.dueAt = dueAt
            self.responseStatus = responseStatus
            self.error = error
            self.response = response
        }
    }

    private let database: Database
    private let dueStatement: Statement
    private let nextStatement: Statement
    private let messageStatement: Statement
    private let claimStatement: Statement
    private let resultStatement: Statement
    private let failingStatement: Statement
    private let versionStatement: Statement

    /// Opens an existing store.
    ///
    /// - Throws: as `StoreCatalog.init`.
    package init(path: String) throws(DestinationError) {
        let database = try Database(StoreFile.find(path))
        try StoreSchema.prepare(database)
        dueStatement = try Statement(
            database,
            """
            SELECT message_id, failures FROM deliveries
            WHERE endpoint_id = ?1 AND status = 'pending' AND due_at <= ?2
            ORDER BY due_at, message_id LIMIT ?3
            """)
        nextStatement = try Statement(
            database,
            "SELECT min(due_at) FROM deliveries WHERE endpoint_id = ?1 AND status = 'pending'")
        messageStatement = try Statement(
            database, "SELECT event_type, payload, created_at FROM messages WHERE id = ?1")
        claimStatement = try Statement(
            database,
            """
            UPDATE deliveries SET attempts = attempts + 1, attempted_at = ?3
            WHERE message_id = ?1 AND endpoint_id = ?2 AND status = 'pending'
            """)
        resultStatement = try Statement(
            database,
            """
            UPDATE deliveries SET status = ?3, failures = ?4, due_at = ?5, response_status = ?6,
                error = ?7, response = ?8
            WHERE message_id = ?1 AND endpoint_id = ?2
            """)
        failingStatement = try Statement(
            database, "UPDATE endpoints SET failing_since = ?2 WHERE id = ?1")
        versionStatement = try Statement(database, "PRAGMA data_version")
        self.database = database
    }

    /// A number that changes when another connection commits.
    package func dataVersion() throws(DestinationError) -> Int64 {
        defer { versionStatement.reset() }
        return try versionStatement.step() ? versionStatement.integer(0) : 0
    }

    /// The active endpoints that have a pending delivery, with the secrets that sign at `now`.
    ///
    /// - Parameter now: RFC 3339. A secret that can't be parsed is left out.
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
            WHERE endpoint_id = ?1 AND (expires_at IS NULL OR expires_at > ?2) ORDER BY number DESC
            """)
        try secrets.bind(2, now)
        var endpoints: [Endpoint] = []
        while try list.step() {
            var endpoint = Endpoint(
                id: Self.string(list.text(0)), application: Self.string(list.text(1)),
                url: Self.string(list.text(2)),
                failingSince: list.isNull(3) ? nil : Self.string(list.text(3)), secrets: [])
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

    /// The first deliveries of an endpoint that are due at `now` (RFC 3339), earliest first.
    package func due(
        endpoint: String, now: String, limit: Int
    ) throws(DestinationError) -> [Pending] {
        try dueStatement.bind(1, endpoint)
        try dueStatement.bind(2, now)
        try dueStatement.bind(3, String(limit))
        defer { dueStatement.reset() }
        var due: [Pending] = []
        while try dueStatement.step() {
            due.append(
                Pending(
                    message: Self.string(dueStatement.text(0)), endpoint: endpoint,
                    failures: Int(clamping: dueStatement.integer(1))))
        }
        return due
    }

    /// When the next pending delivery of an endpoint is due (RFC 3339, or empty for at once); nil
    /// without one.
    package func nextDue(endpoint: String) throws(DestinationError) -> String? {
        try nextStatement.bind(1, endpoint)
        defer { nextStatement.reset() }
        guard try nextStatement.step(), !nextStatement.isNull(0) else { return nil }
        return Self.string(nextStatement.text(0))
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

    /// The message of a delivery; nil if the store has lost it.
    package func message(_ id: String) throws(DestinationError) -> WebhookRequest.Message? {
        try messageStatement.bind(1, id)
        defer { messageStatement.reset() }
        guard try messageStatement.step() else { return nil }
        var eventType: [UInt8] = []
        JSONString.appendLiteral(of: messageStatement.text(0), to: &eventType)
        return WebhookRequest.Message(
            id: id, eventType: eventType, createdAt: Self.string(messageStatement.text(2)),
            payload: messageStatement.isNull(1) ? nil : Array(messageStatement.text(1)))
    }

    /// Records that an attempt begins; false if the delivery is no longer pending.
    package func claim(_ delivery: Pending, at time: String) throws(DestinationError) -> Bool {
        try begin()
        try claimStatement.bind(1, delivery.message)
        try claimStatement.bind(2, delivery.endpoint)
        try claimStatement.bind(3, time)
        try claimStatement.run()
        return database.changes > 0
    }

    /// Records the end of an attempt.
    package func record(_ result: Result, of delivery: Pending) throws(DestinationError) {
        try begin()
        try resultStatement.bind(1, delivery.message)
        try resultStatement.bind(2, delivery.endpoint)
        try resultStatement.bind(3, result.status.rawValue)
        try resultStatement.bind(4, String(result.failures))
        try resultStatement.bind(5, result.dueAt)
        if let status = result.responseStatus {
            try resultStatement.bind(6, String(status))
        } else {
            try resultStatement.bindNull(6)
        }
        try Self.bind(resultStatement, 7, result.error)
        try Self.bind(resultStatement, 8, result.response)
        try resultStatement.run()
    }

    /// Records since when an endpoint fails (RFC 3339); nil after a delivery.
    package func setFailing(
        endpoint: String, since time: String?
    ) throws(DestinationError) {
        try begin()
        try failingStatement.bind(1, endpoint)
        try Self.bind(failingStatement, 2, time)
        try failingStatement.run()
    }

    /// Disables an endpoint.
    package func disable(
        endpoint: String, reason: DisabledReason
    ) throws(DestinationError) {
        try begin()
        let statement = try Statement(
            database, "UPDATE endpoints SET active = 0, disabled_reason = ?2 WHERE id = ?1")
        try statement.bind(1, endpoint)
        try statement.bind(2, reason.rawValue)
        try statement.run()
    }

    /// Makes the changes since the last commit durable. An error rolls them back.
    package func commit() throws(DestinationError) {
        guard database.isInTransaction else { return }
        do {
            try database.execute("COMMIT")
        } catch {
            if database.isInTransaction { try? database.execute("ROLLBACK") }
            throw error
        }
    }

    private func begin() throws(DestinationError) {
        if !database.isInTransaction { try database.execute("BEGIN IMMEDIATE") }
    }

    private static func bind(
        _ statement: borrowing Statement, _ index: Int32, _ text: String?
    ) throws(DestinationError) {
        if let text { try statement.bind(index, text) } else { try statement.bindNull(index) }
    }

    private static func string(_ bytes: UnsafeRawBufferPointer) -> String {
        String(decoding: bytes, as: UTF8.self)
    }
}
