package import HTTP
import Records

/// Why the message of a delivery can't be sent, as the store has it in `deliveries.error`.
package enum MessageProblem: String, Error, CaseIterable, Sendable {
    /// The store has the delivery, but not its message.
    case missing = "message_missing"
    /// A value of the message is damaged, or of another program.
    case invalid = "message_invalid"
}

/// What is due, with its messages. All values are validated here.
extension StoreDeliveries {
    /// The first deliveries of an endpoint that are due at `now` (RFC 3339), in order.
    ///
    /// - Returns: also the number of deliveries that have just become failed because the id of their
    ///   message is invalid.
    package func due(
        endpoint: String, now: String, limit: Int
    ) throws(DestinationError) -> (pending: [Pending], invalid: Int) {
        var invalid = 0
        var found = try readDue(endpoint: endpoint, now: now, limit: limit)
        if !found.isWhole {
            invalid = try abandonInvalid(endpoint: endpoint)
            found = try readDue(endpoint: endpoint, now: now, limit: limit)
        }
        while found.due.count < limit, try repairTime(endpoint: endpoint) {
            found = try readDue(endpoint: endpoint, now: now, limit: limit)
        }
        return (found.due, invalid)
    }

    /// When the next pending delivery of an endpoint is due (RFC 3339, or empty for at once); nil
    /// without one.
    package func nextDue(endpoint: String) throws(DestinationError) -> String? {
        try nextStatement.bind(1, endpoint)
        defer { nextStatement.reset() }
        guard try nextStatement.step() else { return nil }
        let isTime = nextStatement.integer(1) == 1 && StoredValue.isTime(nextStatement.text(0))
        return isTime ? Self.string(nextStatement.text(0)) : ""
    }

    /// The message of a delivery.
    package func message(
        _ id: String
    ) throws(DestinationError) -> Swift.Result<WebhookRequest.Message, MessageProblem> {
        try messageStatement.bind(1, id)
        defer { messageStatement.reset() }
        guard try messageStatement.step() else { return .failure(.missing) }
        var eventType: [UInt8] = []
        JSONString.appendLiteral(of: messageStatement.text(0), to: &eventType)
        let payload = messageStatement.isNull(1) ? nil : Array(messageStatement.text(1))
        guard eventType.withUnsafeBytes(StoredValue.isEventType),
            StoredValue.isTime(messageStatement.text(2)),
            payload.map({ $0.withUnsafeBytes(JSONDocument.isValid) }) != false
        else { return .failure(.invalid) }
        return .success(
            WebhookRequest.Message(
                id: id, eventType: eventType, createdAt: Self.string(messageStatement.text(2)),
                payload: payload))
    }

    /// The start of the statement that ends deliveries of the endpoint `?1`.
    static func abandonment(_ problem: MessageProblem) -> String {
        """
        UPDATE deliveries SET status = '\(DeliveryStatus.failed.rawValue)',
            error = '\(problem.rawValue)', response_status = NULL, response = NULL
        WHERE endpoint_id = ?1 AND status = 'pending'
        """
    }

    /// The first due deliveries, and whether all that were read have valid ids.
    private func readDue(
        endpoint: String, now: String, limit: Int
    ) throws(DestinationError) -> (due: [Pending], isWhole: Bool) {
        try dueStatement.bind(1, endpoint)
        try dueStatement.bind(2, now)
        try dueStatement.bind(3, String(limit))
        defer { dueStatement.reset() }
        var due: [Pending] = []
        var isWhole = true
        while try dueStatement.step(), dueStatement.integer(3) == 1 {
            guard dueStatement.integer(4) == 1 else {
                isWhole = false
                continue
            }
            due.append(
                Pending(
                    message: Self.string(dueStatement.text(0)), endpoint: endpoint,
                    failures: Int(dueStatement.integer(1)),
                    attempts: Int(dueStatement.integer(2))))
        }
        return (due, isWhole)
    }

    /// Ends all pending deliveries of an endpoint whose message's id is invalid; returns their
    /// number.
    private func abandonInvalid(endpoint: String) throws(DestinationError) -> Int {
        try begin()
        let statement = try Statement(
            database,
            Self.abandonment(.invalid)
                + " AND NOT \(StoredValue.isMessageID(column: "message_id"))")
        try statement.bind(1, endpoint)
        try statement.run()
        return database.changes
    }

    /// Makes the first or the last delivery of an endpoint due at once if its time is invalid: it
    /// might never be due. False if both are valid; in order, the first one counts.
    private func repairTime(endpoint: String) throws(DestinationError) -> Bool {
        if try !hasValidTime(nextStatement, endpoint: endpoint) {
            return try repairTime(endpoint: endpoint, order: Self.order(isOrdered))
        }
        if !isOrdered, try !hasValidTime(lastStatement, endpoint: endpoint) {
            return try repairTime(endpoint: endpoint, order: "due_at DESC")
        }
        return false
    }

    private func hasValidTime(
        _ statement: borrowing Statement, endpoint: String
    ) throws(DestinationError) -> Bool {
        try statement.bind(1, endpoint)
        defer { statement.reset() }
        guard try statement.step() else { return true }
        return statement.integer(1) == 1
            && (statement.text(0).isEmpty || StoredValue.isTime(statement.text(0)))
    }

    private func repairTime(endpoint: String, order: String) throws(DestinationError) -> Bool {
        try begin()
        let statement = try Statement(
            database,
            """
            UPDATE deliveries SET due_at = '' WHERE (message_id, endpoint_id) IN (
                SELECT message_id, endpoint_id FROM deliveries
                WHERE endpoint_id = ?1 AND status = 'pending' ORDER BY \(order) LIMIT 1
            )
            """)
        try statement.bind(1, endpoint)
        try statement.run()
        return database.changes > 0
    }
}
