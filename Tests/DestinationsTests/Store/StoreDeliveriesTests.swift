import Destinations
import HTTP
import Testing

@Suite("Deliveries of a store") struct StoreDeliveriesTests {
    private let folder: StoreFolder
    private let catalog: StoreCatalog
    private let deliveries: StoreDeliveries
    private let endpoint: String

    private static let start = "2026-03-01T12:00:00.000Z"

    /// A store with an endpoint that has four deliveries.
    init() throws {
        folder = try StoreFolder()
        catalog = try StoreCatalog(path: folder.path, creates: true)
        _ = try catalog.addApplication("app_1")
        var generator = SystemRandomNumberGenerator()
        endpoint = try catalog.addEndpoint(
            application: "app_1", url: "https://h.example/", events: [],
            secret: WebhookSecret(using: &generator)
        ).id
        let store = try folder.store()
        for key in ["a", "b", "c", "d"] {
            #expect(try store.submit(OwnMessage(key: key), now: 0) == .created)
        }
        try store.commit()
        deliveries = try StoreDeliveries(path: folder.path)
    }

    private func due() throws -> (pending: [StoreDeliveries.Pending], invalid: Int) {
        try deliveries.due(endpoint: endpoint, now: Self.start, limit: 10)
    }

    /// Columns of each delivery, separated by spaces.
    private func rows(_ columns: String...) throws -> [String] {
        try folder.connection().rows(
            "SELECT \(columns.joined(separator: ", ")) FROM deliveries ORDER BY message_id",
            columns: Int32(columns.count)
        ).map { $0.map { $0 ?? "NULL" }.joined(separator: " ") }
    }

    private func execute(_ sql: String) throws { try folder.connection().execute(sql) }

    private static let redeliveries:
        [(filter: DeliveryStatus?, end: DeliveryStatus, expected: String, isCurrent: Bool)] = [
            (nil, .delivered, "pending 0 1970-01-01T00:00:07.000Z 200", false),
            (nil, .failed, "pending 0 1970-01-01T00:00:07.000Z 200", false),
            (nil, .pending, "pending 0 1970-01-01T00:00:07.000Z 200", false),
            (.pending, .delivered, "delivered 4 2026-03-01T12:00:00.000Z 200", true),
            (.pending, .failed, "pending 0 1970-01-01T00:00:07.000Z 200", false),
            (.pending, .pending, "pending 0 1970-01-01T00:00:07.000Z 200", false),
        ]

    @Test(
        "A delivery that is made due again during an attempt is pending after it, with a new schedule",
        arguments: redeliveries)
    func redelivery(
        filter: DeliveryStatus?, end: DeliveryStatus, expected: String, isCurrent: Bool
    ) throws {
        try execute("UPDATE deliveries SET failures = 4, attempts = 4")
        let delivery = try #require(try due().pending.first)
        #expect(try deliveries.claim(delivery, at: Self.start))
        try deliveries.commit()
        var conditions = StoreFilter()
        conditions.status = filter
        conditions.message = delivery.message
        // Twice, and by clocks before the claim.
        #expect(try catalog.redeliver(conditions, now: 0) == 1)
        #expect(try catalog.redeliver(conditions, now: 7000) == 1)
        let result = StoreDeliveries.Result(
            status: end, failures: 4, dueAt: Self.start, responseStatus: 200, error: nil,
            response: nil)
        #expect(try deliveries.record(result, of: delivery) == isCurrent)
        try deliveries.commit()
        let row = try rows("status", "max(failures, 0)", "due_at", "response_status")[0]
        #expect(row == expected)
        guard !isCurrent else { return }
        // The next attempt is recorded as any.
        let again = try #require(try due().pending.first { $0.message == delivery.message })
        #expect(again.failures == 0 && again.attempts == 5)
        #expect(try deliveries.claim(again, at: Self.start))
        #expect(try deliveries.record(result, of: again))
        try deliveries.commit()
        #expect(try rows("status", "attempts")[0] == "\(end.rawValue) 6")
    }

    @Test("A redelivery of pending ones after one of all keeps the delivery pending")
    func severalRedeliveries() throws {
        let delivery = try #require(try due().pending.first)
        #expect(try deliveries.claim(delivery, at: Self.start))
        try deliveries.commit()
        var conditions = StoreFilter()
        conditions.endpoint = endpoint
        #expect(try catalog.redeliver(conditions, now: 5) == 4)
        conditions.status = .pending
        #expect(try catalog.redeliver(conditions, now: 5) == 4)
        let result = StoreDeliveries.Result(
            status: .delivered, failures: 0, dueAt: Self.start, responseStatus: 200, error: nil,
            response: nil)
        #expect(try !deliveries.record(result, of: delivery))
    }

    @Test("The end of an attempt whose delivery was removed is recorded without an error")
    func removed() throws {
        let delivery = try #require(try due().pending.first)
        #expect(try deliveries.claim(delivery, at: Self.start))
        try deliveries.commit()
        try execute("DELETE FROM deliveries")
        let result = StoreDeliveries.Result(
            status: .delivered, failures: 0, dueAt: Self.start, responseStatus: 200, error: nil,
            response: nil)
        #expect(try deliveries.record(result, of: delivery))
        #expect(try !deliveries.abandon(delivery, .missing))
    }

    @Test(
        "A delivery whose message's id is invalid becomes failed, and the others are due",
        arguments: [
            "'msg_1' || char(13, 10) || 'x: y'", "'msg 1'", "'msg.1'", "''", "'é'",
            "'msg_1' || char(0)", "'msg_1' || char(27)", "x'6D7367'", "CAST(x'6DFF' AS TEXT)",
            "replace(hex(zeroblob(65)), '00', 'xx')",
        ])
    func invalidID(sql: String) throws {
        let first = try due().pending[0].message
        try execute(
            """
            UPDATE messages SET id = \(sql) WHERE id = '\(first)';
            UPDATE deliveries SET message_id = \(sql) WHERE message_id = '\(first)'
            """)
        let found = try due()
        try deliveries.commit()
        #expect(found.invalid == 1 && found.pending.count == 3)
        let failed = "SELECT error FROM deliveries WHERE status = 'failed'"
        #expect(try folder.connection().rows(failed, columns: 1) == [["message_invalid"]])
        #expect(try catalog.problems().contains { $0.contains("1 messages with an invalid id") })
    }

    @Test("Counters beyond all limits are clamped, and their deliveries can be claimed")
    func counters() throws {
        let values = ["9223372036854775807", "-5", "'x'", "1e300"]
        for (value, delivery) in zip(values, try due().pending) {
            try execute(
                """
                UPDATE deliveries SET attempts = \(value), failures = \(value)
                WHERE message_id = '\(delivery.message)'
                """)
        }
        let found = try due().pending
        #expect(found.map(\.failures) == [1_000_000_000, 0, 0, 1_000_000_000])
        #expect(found.map(\.attempts) == found.map(\.failures))
        for delivery in found { #expect(try deliveries.claim(delivery, at: Self.start)) }
        try deliveries.commit()
        #expect(try rows("attempts") == ["1000000001", "1", "1", "1000000001"])
    }

    @Test(
        "A delivery with an invalid time is due at once, and its time is not shown",
        arguments: ["'zzz'", "'2999-99-99T00:00:00.000Z'", "x'32'", "char(27) || '[31m'"],
        [false, true])
    func invalidTime(sql: String, isOrdered: Bool) throws {
        try execute("UPDATE deliveries SET due_at = \(sql)")
        #expect(try catalog.problems() == ["4 pending deliveries with an invalid time"])
        let deliveries = try StoreDeliveries(path: folder.path, isOrdered: isOrdered)
        #expect(try deliveries.nextDue(endpoint: endpoint) == "")
        var count = 0
        for _ in 0..<4 {
            let found = try deliveries.due(endpoint: endpoint, now: Self.start, limit: 10).pending
            for delivery in found {
                #expect(try deliveries.claim(delivery, at: Self.start))
                let result = StoreDeliveries.Result(
                    status: .delivered, failures: 0, dueAt: Self.start, responseStatus: 200,
                    error: nil, response: nil)
                #expect(try deliveries.record(result, of: delivery))
                count += 1
            }
        }
        #expect(count == 4)
    }

    @Test("A time in the future is kept")
    func later() throws {
        let time = "2026-03-01T12:00:00.001Z"
        try execute("UPDATE deliveries SET due_at = '\(time)'")
        #expect(try due().pending.isEmpty)
        #expect(try deliveries.nextDue(endpoint: endpoint) == time)
    }

    @Test(
        "A message with a damaged value is invalid",
        arguments: [
            "payload = '{'", "payload = '1,'", "payload = x'FF'", "payload = ''",
            "payload = '\"' || char(27) || '\"'", "created_at = 'c'",
            "created_at = '2026-01-01T00:00:00.000Z\",\"x\":\"'",
            "created_at = '2026-01-01t00:00:00.000z'", "event_type = ''",
            "event_type = char(10)", "event_type = CAST(x'FF' AS TEXT)",
            "event_type = replace(hex(zeroblob(129)), '00', 'xx')",
        ])
    func invalidMessage(sql: String) throws {
        let delivery = try #require(try due().pending.first)
        guard case .success = try deliveries.message(delivery.message) else {
            Issue.record("the message is not valid before")
            return
        }
        try execute("UPDATE messages SET \(sql) WHERE id = '\(delivery.message)'")
        guard case .failure(.invalid) = try deliveries.message(delivery.message) else {
            Issue.record("the message is not invalid")
            return
        }
        #expect(try catalog.problems().count == 1)
        #expect(try deliveries.abandon(delivery, .invalid))
        try deliveries.commit()
        #expect(try rows("status", "error")[0] == "failed message_invalid")
    }

    @Test("An endpoint with an invalid id, its own or its application's, has no URL")
    func invalidEndpoint() throws {
        try execute("UPDATE endpoints SET application_id = 'app' || char(10)")
        #expect(try deliveries.endpoints(now: Self.start).map(\.url) == [nil])
        try execute(
            """
            UPDATE endpoints SET application_id = 'app_1', id = 'ep' || char(27);
            UPDATE deliveries SET endpoint_id = 'ep' || char(27)
            """)
        #expect(try deliveries.endpoints(now: Self.start).map(\.url) == [nil])
    }

    @Test("No more than ten secrets sign, the newest ones")
    func secrets() throws {
        try execute(
            """
            WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 50)
            INSERT INTO endpoint_secrets (endpoint_id, number, secret)
            SELECT endpoint_id, i, secret FROM endpoint_secrets, n
            """)
        #expect(try deliveries.endpoints(now: Self.start).map(\.secrets.count) == [10])
    }

    @Test("A delivery without its message is listed, and can be selected")
    func withoutMessage() throws {
        let delivery = try #require(try due().pending.first)
        try execute("DELETE FROM messages")
        guard case .failure(.missing) = try deliveries.message(delivery.message) else {
            Issue.record("the message is not missing")
            return
        }
        #expect(try deliveries.abandon(delivery, .missing))
        try deliveries.commit()
        var filter = StoreFilter()
        #expect(try catalog.count(.deliveries, filter) == 4)
        filter.status = .failed
        #expect(try catalog.count(.deliveries, filter) == 1)
        filter.application = "app_1"
        #expect(try catalog.count(.deliveries, filter) == 0)
        #expect(try catalog.problems() == ["4 deliveries without their message"])
    }
}
