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
        let payloads = try Statement(
            database, "SELECT payload FROM messages WHERE payload IS NOT NULL")
        var broken = 0
        while try payloads.step() {
            if !JSONDocument.isValid(payloads.text(0)) { broken += 1 }
        }
        if broken > 0 { problems.append("\(broken) payloads that are not JSON") }
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
            "messages without an event type",
            "messages WHERE event_type = ''"
        ),
    ]
}
