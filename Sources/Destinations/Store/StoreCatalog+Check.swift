import Records

extension StoreCatalog {
    /// Checks the file, its indexes and the references between tables for damage.
    ///
    /// - Returns: one sentence for each kind of damage, without a full stop; empty if there is none.
    /// - Throws: `.sqlite` if the file is too damaged to be read.
    package func problems() throws(DestinationError) -> [String] {
        var problems: [String] = []
        let integrity = try Statement(database, "PRAGMA integrity_check(20)")
        while try integrity.step() {
            let line = String(decoding: integrity.text(0), as: UTF8.self)
            if line != "ok" { problems.append(line) }
        }
        for (noun, sql) in Self.rules {
            let count = try database.integer("SELECT count(*) FROM \(sql)") ?? 0
            if count > 0 { problems.append("\(count) \(noun)") }
        }
        let messages = try Statement(
            database, "SELECT event_type, created_at, payload FROM messages")
        var (eventTypes, times, payloads) = (0, 0, 0)
        var literal: [UInt8] = []
        while try messages.step() {
            literal.removeAll(keepingCapacity: true)
            JSONString.appendLiteral(of: messages.text(0), to: &literal)
            if !literal.withUnsafeBytes(StoredValue.isEventType) { eventTypes += 1 }
            if !StoredValue.isTime(messages.text(1)) { times += 1 }
            if !messages.isNull(2), !JSONDocument.isValid(messages.text(2)) { payloads += 1 }
        }
        if eventTypes > 0 { problems.append("\(eventTypes) messages with an invalid event type") }
        if times > 0 { problems.append("\(times) messages with an invalid time") }
        if payloads > 0 { problems.append("\(payloads) payloads that are not JSON") }
        return problems
    }

    /// Each inconsistency and the query that finds it.
    private static let rules: [(noun: String, sql: String)] = [
        (
            "messages of applications that are not registered",
            "messages WHERE application_id NOT IN (SELECT id FROM applications)"
        ),
        (
            "endpoints of applications that are not registered",
            "endpoints WHERE application_id NOT IN (SELECT id FROM applications)"
        ),
        (
            "deliveries without their message",
            "deliveries WHERE message_id NOT IN (SELECT id FROM messages)"
        ),
        (
            "deliveries without their endpoint",
            "deliveries WHERE endpoint_id NOT IN (SELECT id FROM endpoints)"
        ),
        (
            "deliveries with an unknown status",
            "deliveries WHERE status NOT IN ('pending', 'delivered', 'failed')"
        ),
        (
            "secrets without their endpoint",
            "endpoint_secrets WHERE endpoint_id NOT IN (SELECT id FROM endpoints)"
        ),
        (
            "event filters without their endpoint",
            "endpoint_events WHERE endpoint_id NOT IN (SELECT id FROM endpoints)"
        ),
        (
            "messages with an invalid id",
            "messages WHERE NOT \(StoredValue.isMessageID(column: "id"))"
        ),
        (
            "pending deliveries with an invalid time",
            """
            deliveries WHERE status = 'pending' AND due_at <> '' AND NOT (
                typeof(due_at) = 'text' AND length(CAST(due_at AS BLOB)) = 24 AND due_at GLOB
                '[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9].*Z'
            )
            """
        ),
        (
            "deliveries with an invalid number of attempts",
            """
            deliveries WHERE typeof(attempts) <> 'integer' OR typeof(failures) <> 'integer'
                OR attempts NOT BETWEEN 0 AND \(StoredValue.maxCount)
                OR failures NOT BETWEEN -1 AND \(StoredValue.maxCount)
            """
        ),
    ]
}
