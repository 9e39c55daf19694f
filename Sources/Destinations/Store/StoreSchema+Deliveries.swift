extension StoreSchema {
    /// Version 2: what the delivery to endpoints needs.
    ///
    /// A program of version 1 that still has the store open can continue: what it inserts has the
    /// defaults, and `due_at` is then before all times. An endpoint that it added has no secret.
    ///
    /// `deliveries.failures` counts the failed attempts since the delivery was last made due by a
    /// person; it selects the step of the schedule. It is -1 if that was during an attempt, whose
    /// success does not end the delivery. `attempts` counts all that began. `due_at` is empty while
    /// an attempt is in flight.
    static let deliveryTables = """
        ALTER TABLE endpoints ADD COLUMN disabled_reason TEXT;
        ALTER TABLE endpoints ADD COLUMN failing_since TEXT;

        CREATE TABLE endpoint_events (
            endpoint_id TEXT NOT NULL REFERENCES endpoints (id),
            event_type TEXT NOT NULL,
            is_prefix INTEGER NOT NULL CHECK (is_prefix IN (0, 1)),
            PRIMARY KEY (endpoint_id, event_type, is_prefix)
        ) WITHOUT ROWID;

        CREATE TABLE endpoint_secrets (
            endpoint_id TEXT NOT NULL REFERENCES endpoints (id),
            number INTEGER NOT NULL,
            secret TEXT NOT NULL,
            expires_at TEXT,
            PRIMARY KEY (endpoint_id, number)
        ) WITHOUT ROWID;

        ALTER TABLE deliveries ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE deliveries ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE deliveries ADD COLUMN due_at TEXT NOT NULL DEFAULT '';
        ALTER TABLE deliveries ADD COLUMN attempted_at TEXT;
        ALTER TABLE deliveries ADD COLUMN response_status INTEGER;
        ALTER TABLE deliveries ADD COLUMN error TEXT;
        ALTER TABLE deliveries ADD COLUMN response TEXT;

        CREATE INDEX deliveries_due ON deliveries (endpoint_id, due_at)
            WHERE status = 'pending';
        """

    /// The index of deliveries in the order of messages, which only some stores need.
    static let orderedIndex = """
        CREATE INDEX IF NOT EXISTS deliveries_ordered ON deliveries (endpoint_id, message_id)
            WHERE status = 'pending'
        """
}
