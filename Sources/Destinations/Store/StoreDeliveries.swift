package import Delivery
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
        package var health: EndpointHealth
        package var secrets: [WebhookSecret]
    }

    /// A pending delivery.
    package struct Pending: Hashable, Sendable {
        package var message: String
        package var endpoint: String
        /// Failures since the schedule began.
        package var failures: Int
        /// Attempts so far.
        package var attempts: Int
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

    let database: Database
    private let dueStatement: Statement
    private let nextStatement: Statement
    private let messageStatement: Statement
    private let claimStatement: Statement
    private let resultStatement: Statement
    private let failingStatement: Statement
    private let versionStatement: Statement
    private var pass: StoreGate.Pass

    /// Opens an existing store.
    ///
    /// - Parameters:
    ///   - isOrdered: whether an endpoint's deliveries are in the order of their messages' ids, so
    ///     that none is due before an earlier one. The first use creates an index.
    ///   - gate: shared with the other connections of this process; nil without any.
    /// - Throws: as `StoreCatalog.init`.
    package init(
        path: String, isOrdered: Bool = false, gate: StoreGate? = nil
    ) throws(DestinationError) {
        pass = StoreGate.Pass(gate)
        let database = try Database(StoreFile.find(path))
        try StoreSchema.prepare(database)
        if isOrdered { try database.execute(StoreSchema.orderedIndex) }
        dueStatement = try Statement(
            database,
            """
            SELECT message_id, failures, attempts, due_at <= ?2 FROM deliveries
            WHERE endpoint_id = ?1 AND status = 'pending'
            \(isOrdered ? "" : "AND due_at <= ?2")
            ORDER BY \(isOrdered ? "" : "due_at,") message_id LIMIT ?3
            """)
        nextStatement = try Statement(
            database,
            """
            SELECT due_at FROM deliveries WHERE endpoint_id = ?1 AND status = 'pending'
            ORDER BY \(isOrdered ? "message_id" : "due_at") LIMIT 1
            """)
        messageStatement = try Statement(
            database, "SELECT event_type, payload, created_at FROM messages WHERE id = ?1")
        claimStatement = try Statement(
            database,
            """
            UPDATE deliveries SET attempts = attempts + 1, attempted_at = ?3
            WHERE message_id = ?1 AND endpoint_id = ?2 AND status = 'pending' AND failures = ?4
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

    /// The first deliveries of an endpoint that are due at `now` (RFC 3339), in order.
    package func due(
        endpoint: String, now: String, limit: Int
    ) throws(DestinationError) -> [Pending] {
        try dueStatement.bind(1, endpoint)
        try dueStatement.bind(2, now)
        try dueStatement.bind(3, String(limit))
        defer { dueStatement.reset() }
        var due: [Pending] = []
        while try dueStatement.step(), dueStatement.integer(3) == 1 {
            due.append(
                Pending(
                    message: Self.string(dueStatement.text(0)), endpoint: endpoint,
                    failures: Int(clamping: dueStatement.integer(1)),
                    attempts: Int(clamping: dueStatement.integer(2))))
        }
        return due
    }

    /// When the next pending delivery of an endpoint is due (RFC 3339, or empty for at once); nil
    /// without one.
    package func nextDue(endpoint: String) throws(DestinationError) -> String? {
        try nextStatement.bind(1, endpoint)
        defer { nextStatement.reset() }
        guard try nextStatement.step() else { return nil }
        return Self.string(nextStatement.text(0))
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

    /// Records that an attempt begins; false if the delivery is no longer pending, or was made due
    /// again.
    package func claim(_ delivery: Pending, at time: String) throws(DestinationError) -> Bool {
        try begin()
        try claimStatement.bind(1, delivery.message)
        try claimStatement.bind(2, delivery.endpoint)
        try claimStatement.bind(3, time)
        try claimStatement.bind(4, String(delivery.failures))
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
        defer { pass.leave() }
        do {
            try database.execute("COMMIT")
        } catch {
            if database.isInTransaction { try? database.execute("ROLLBACK") }
            throw error
        }
    }

    private func begin() throws(DestinationError) {
        guard !database.isInTransaction else { return }
        pass.enter()
        do {
            try database.execute("BEGIN IMMEDIATE")
        } catch {
            pass.leave()
            throw error
        }
    }

    private static func bind(
        _ statement: borrowing Statement, _ index: Int32, _ text: String?
    ) throws(DestinationError) {
        if let text { try statement.bind(index, text) } else { try statement.bindNull(index) }
    }

    static func string(_ bytes: UnsafeRawBufferPointer) -> String {
        String(decoding: bytes, as: UTF8.self)
    }
}
