package import Delivery
package import HTTP

/// The deliveries of a store, for the process that attempts them.
///
/// Used by one thread. Changes are made in the transaction that `commit` ends.
package final class StoreDeliveries {
    /// An active endpoint.
    package struct Endpoint: Sendable {
        package var id: String
        package var application: String
        /// Nil if an id of the row is invalid.
        package var url: String?
        package var health: EndpointHealth
        package var secrets: [WebhookSecret]
    }

    /// A pending delivery whose message has a valid id.
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
    let dueStatement: Statement
    let nextStatement: Statement
    let lastStatement: Statement
    let messageStatement: Statement
    private let claimStatement: Statement
    private let resultStatement: Statement
    private let failingStatement: Statement
    private let versionStatement: Statement
    let isOrdered: Bool
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
            SELECT message_id, \(StoredValue.count(column: "failures")),
                \(StoredValue.count(column: "attempts")), due_at <= ?2,
                \(StoredValue.isMessageID(column: "message_id"))
            FROM deliveries
            WHERE endpoint_id = ?1 AND status = 'pending'
            \(isOrdered ? "" : "AND due_at <= ?2")
            ORDER BY \(Self.order(isOrdered)) LIMIT ?3
            """)
        nextStatement = try Statement(
            database,
            """
            SELECT due_at, typeof(due_at) = 'text' FROM deliveries
            WHERE endpoint_id = ?1 AND status = 'pending'
            ORDER BY \(Self.order(isOrdered)) LIMIT 1
            """)
        lastStatement = try Statement(
            database,
            """
            SELECT due_at, typeof(due_at) = 'text' FROM deliveries
            WHERE endpoint_id = ?1 AND status = 'pending' ORDER BY due_at DESC LIMIT 1
            """)
        messageStatement = try Statement(
            database, "SELECT event_type, payload, created_at FROM messages WHERE id = ?1")
        claimStatement = try Statement(
            database,
            """
            UPDATE deliveries SET attempts = \(StoredValue.count(column: "attempts")) + 1,
                failures = \(StoredValue.count(column: "failures")), attempted_at = ?3, due_at = ''
            WHERE message_id = ?1 AND endpoint_id = ?2 AND status = 'pending'
                AND \(StoredValue.count(column: "failures")) = CAST(?4 AS INTEGER)
            """)
        resultStatement = try Statement(
            database,
            """
            UPDATE deliveries SET status = ?3, failures = ?4, due_at = ?5, response_status = ?6,
                error = ?7, response = ?8
            WHERE message_id = ?1 AND endpoint_id = ?2 AND status = 'pending'
                AND (due_at = '' OR failures >= 0 AND ?3 = '\(DeliveryStatus.delivered.rawValue)')
            """)
        failingStatement = try Statement(
            database, "UPDATE endpoints SET failing_since = ?2 WHERE id = ?1")
        versionStatement = try Statement(database, "PRAGMA data_version")
        self.database = database
        self.isOrdered = isOrdered
    }

    /// The order in which the deliveries of an endpoint are attempted.
    static func order(_ isOrdered: Bool) -> String {
        isOrdered ? "message_id" : "due_at, message_id"
    }

    /// A number that changes when another connection commits.
    package func dataVersion() throws(DestinationError) -> Int64 {
        defer { versionStatement.reset() }
        return try versionStatement.step() ? versionStatement.integer(0) : 0
    }

    /// Records that an attempt begins; false if the delivery is no longer pending, or was made due
    /// again.
    ///
    /// `due_at` is empty, that is at once, until the attempt ends: a redelivery in the meantime
    /// gives it a time, by which `record` detects it.
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
    ///
    /// - Returns: false if the delivery was made due again during the attempt. It then stays pending
    ///   with its new schedule, and only the response is recorded. A delivery that succeeds ends it
    ///   unless the redelivery was also for deliveries that are not pending.
    package func record(_ result: Result, of delivery: Pending) throws(DestinationError) -> Bool {
        try begin()
        try resultStatement.bind(1, delivery.message)
        try resultStatement.bind(2, delivery.endpoint)
        try resultStatement.bind(3, result.status.rawValue)
        try resultStatement.bind(4, String(result.failures))
        try resultStatement.bind(5, result.dueAt)
        try Self.bind(resultStatement, 6, result.responseStatus.map { String($0) })
        try Self.bind(resultStatement, 7, result.error)
        try Self.bind(resultStatement, 8, result.response)
        try resultStatement.run()
        if database.changes > 0 { return true }
        let statement = try Statement(
            database,
            """
            UPDATE deliveries SET response_status = ?3, error = ?4, response = ?5
            WHERE message_id = ?1 AND endpoint_id = ?2 AND status = 'pending'
            """)
        try statement.bind(1, delivery.message)
        try statement.bind(2, delivery.endpoint)
        try Self.bind(statement, 3, result.responseStatus.map { String($0) })
        try Self.bind(statement, 4, result.error)
        try Self.bind(statement, 5, result.response)
        try statement.run()
        // Without a pending row, another program has removed the delivery.
        return database.changes == 0
    }

    /// Ends a delivery that can't be attempted; false if it is no longer pending.
    package func abandon(
        _ delivery: Pending, _ problem: MessageProblem
    ) throws(DestinationError) -> Bool {
        try begin()
        let statement = try Statement(
            database, Self.abandonment(problem) + " AND message_id = ?2")
        try statement.bind(1, delivery.endpoint)
        try statement.bind(2, delivery.message)
        try statement.run()
        return database.changes > 0
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

    func begin() throws(DestinationError) {
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
