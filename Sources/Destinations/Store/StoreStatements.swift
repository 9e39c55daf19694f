/// The prepared statements of a store. Constants below number their parameters.
struct StoreStatements: ~Copyable {
    let begin: Statement
    let commit: Statement
    let rollback: Statement
    let dataVersion: Statement
    let insertMessage: Statement
    let insertDeliveries: Statement
    let findMessage: Statement
    let findApplication: Statement
    let insertApplication: Statement

    enum InsertMessage {
        static let id: Int32 = 1
        static let org: Int32 = 2
        static let env: Int32 = 3
        static let application: Int32 = 4
        static let eventType: Int32 = 5
        static let payload: Int32 = 6
        static let time: Int32 = 7
        static let key: Int32 = 8
    }

    enum InsertDeliveries {
        static let message: Int32 = 1
        static let time: Int32 = 2
        static let application: Int32 = 3
        static let eventType: Int32 = 4
    }

    enum FindMessage {
        static let key: Int32 = 1
        static let application: Int32 = 2
        static let eventType: Int32 = 3
        static let payload: Int32 = 4
    }

    init(_ database: Database) throws(DestinationError) {
        // Locks for writing immediately: a transaction that starts with a read may have to restart
        // at its first write.
        let begin = try Statement(database, "BEGIN IMMEDIATE")
        let commit = try Statement(database, "COMMIT")
        let rollback = try Statement(database, "ROLLBACK")
        let dataVersion = try Statement(database, "PRAGMA data_version")
        let insertMessage = try Statement(
            database,
            """
            INSERT INTO messages (id, org_id, env_id, application_id, event_type, payload, status,
                created_at, updated_at, idempotency_key)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, '\(Store.messageStatus)', ?7, ?7, ?8)
            ON CONFLICT (idempotency_key, application_id) DO NOTHING
            """)
        let insertDeliveries = try Statement(
            database,
            """
            INSERT INTO deliveries (message_id, endpoint_id, status, created_at, due_at)
            SELECT ?1, id, 'pending', ?2, ?2 FROM endpoints AS t
            WHERE application_id = ?3 AND active = 1 AND (
                NOT EXISTS (SELECT 1 FROM endpoint_events WHERE endpoint_id = t.id)
                OR EXISTS (
                    SELECT 1 FROM endpoint_events AS e WHERE endpoint_id = t.id AND e.event_type =
                        CASE is_prefix WHEN 1 THEN substr(?4, 1, length(e.event_type)) ELSE ?4 END
                )
            )
            """)
        // IS, unlike =, is true for two absent payloads.
        let findMessage = try Statement(
            database,
            """
            SELECT id, event_type IS ?3 AND payload IS ?4, org_id, env_id, status, created_at,
                updated_at
            FROM messages
            WHERE idempotency_key = ?1 AND application_id = ?2
            """)
        let findApplication = try Statement(
            database,
            """
            SELECT org_id, env_id, active, EXISTS (
                SELECT 1 FROM endpoints WHERE application_id = ?1 AND active = 1
            ) FROM applications WHERE id = ?1
            """)
        let insertApplication = try Statement(database, "INSERT INTO applications (id) VALUES (?1)")

        // All at once: a throw may not leave a noncopyable value half initialised.
        self.begin = begin
        self.commit = commit
        self.rollback = rollback
        self.dataVersion = dataVersion
        self.insertMessage = insertMessage
        self.insertDeliveries = insertDeliveries
        self.findMessage = findMessage
        self.findApplication = findApplication
        self.insertApplication = insertApplication
    }
}
