/// The listings of a store and their columns.
package enum StoreListing: Hashable, Sendable, CaseIterable {
    case applications, endpoints, messages, deliveries

    /// The kind of a column's values.
    package enum Kind: Hashable, Sendable {
        /// Machine-made text: ids, statuses.
        case word
        /// RFC 3339 in UTC, with milliseconds.
        case time
        /// Text written by people.
        case text
        case url
        case number
        /// 0 or 1.
        case truth
        /// JSON text, or NULL.
        case json
    }

    /// The columns in order.
    package var columns: [(name: String, kind: Kind)] {
        switch self {
        case .applications:
            [
                ("id", .word), ("org_id", .word), ("env_id", .word), ("active", .truth),
                ("endpoints", .number), ("messages", .number),
            ]
        case .endpoints:
            [
                ("id", .word), ("application_id", .word), ("url", .url), ("active", .truth),
                ("deliveries", .number), ("pending", .number), ("failed", .number),
                ("events", .text), ("disabled_reason", .word), ("failing_since", .time),
            ]
        case .messages:
            [
                ("id", .word), ("org_id", .word), ("env_id", .word), ("application_id", .word),
                ("event_type", .text), ("payload", .json), ("status", .word),
                ("created_at", .time), ("updated_at", .time), ("idempotency_key", .text),
            ]
        case .deliveries:
            [
                ("message_id", .word), ("endpoint_id", .word), ("application_id", .word),
                ("event_type", .text), ("url", .url), ("status", .word), ("created_at", .time),
                ("due_at", .time), ("attempts", .number), ("attempted_at", .time),
                ("response_status", .number), ("error", .word), ("response", .text),
            ]
        }
    }

    /// The query for the columns, its tables before the WHERE, and its order. Messages and
    /// deliveries are in the order of insertion.
    var query: (select: String, tables: String, order: String) {
        switch self {
        case .applications:
            (
                """
                SELECT t.id, org_id, env_id, active,
                    (SELECT count(*) FROM endpoints WHERE application_id = t.id AND active = 1),
                    coalesce(counted.number, 0)
                """,
                """
                FROM applications AS t LEFT JOIN (
                    SELECT application_id, count(*) AS number FROM messages GROUP BY application_id
                ) AS counted ON counted.application_id = t.id
                """, "t.id"
            )
        case .endpoints:
            (
                """
                SELECT t.id, t.application_id, url, active, coalesce(counted.number, 0),
                    coalesce(counted.pending, 0), coalesce(counted.failed, 0),
                    (SELECT group_concat(event_type || CASE is_prefix WHEN 1 THEN '*' ELSE '' END)
                        FROM endpoint_events WHERE endpoint_id = t.id),
                    disabled_reason, failing_since
                """,
                """
                FROM endpoints AS t LEFT JOIN (
                    SELECT endpoint_id, count(*) AS number, sum(status = 'pending') AS pending,
                        sum(status = 'failed') AS failed
                    FROM deliveries GROUP BY endpoint_id
                ) AS counted ON counted.endpoint_id = t.id
                """, "t.application_id, t.id"
            )
        case .messages:
            (
                """
                SELECT id, org_id, env_id, application_id, event_type, payload,
                    \(Self.messageStatus), created_at, \(Self.messageUpdate), idempotency_key
                """, "FROM messages AS t", "t.rowid"
            )
        case .deliveries:
            (
                """
                SELECT t.message_id, t.endpoint_id, messages.application_id, messages.event_type,
                    endpoints.url, t.status, t.created_at,
                    CASE t.status WHEN 'pending' THEN nullif(t.due_at, '') END, t.attempts,
                    t.attempted_at, t.response_status, t.error, t.response
                """,
                """
                FROM deliveries AS t
                LEFT JOIN messages ON messages.id = t.message_id
                LEFT JOIN endpoints ON endpoints.id = t.endpoint_id
                """, "t.message_id, t.endpoint_id"
            )
        }
    }

    /// The status of a message: pending while a delivery is, then failed if one is, else delivered.
    /// Without deliveries it is the stored one.
    private static let messageStatus = """
        coalesce((
            SELECT CASE WHEN sum(status = 'pending') > 0 THEN 'pending'
                WHEN sum(status = 'failed') > 0 THEN 'failed'
                WHEN count(*) > 0 THEN 'delivered' END
            FROM deliveries WHERE message_id = t.id
        ), t.status)
        """

    /// The start of the last attempt to deliver a message; without one, the stored time.
    private static let messageUpdate = """
        coalesce((SELECT max(attempted_at) FROM deliveries WHERE message_id = t.id), t.updated_at)
        """

    /// The status; nil if the listing has none.
    var statusColumn: String? {
        switch self {
        case .applications, .endpoints: nil
        case .messages: Self.messageStatus
        case .deliveries: "t.status"
        }
    }

    /// The column with the application's id.
    var applicationColumn: String {
        switch self {
        case .applications: "t.id"
        case .endpoints, .messages: "t.application_id"
        case .deliveries: "messages.application_id"
        }
    }

    /// The column with the event type; nil if the listing has none.
    var eventTypeColumn: String? {
        switch self {
        case .applications, .endpoints: nil
        case .messages: "t.event_type"
        case .deliveries: "messages.event_type"
        }
    }
}

/// A filter of a listing: rows that meet all conditions.
package struct StoreFilter: Hashable, Sendable {
    package var application: String?
    /// For messages and deliveries.
    package var eventType: String?
    /// For deliveries.
    package var endpoint: String?
    /// For deliveries.
    package var message: String?
    /// For messages and deliveries.
    package var status: DeliveryStatus?
    /// Created at this time or later: RFC 3339 in UTC with milliseconds. For messages and
    /// deliveries.
    package var since: String?
    /// Created before this time. For messages and deliveries.
    package var until: String?
    /// Maximum number of rows, the last ones.
    package var last: Int?

    package init() {}
}
