import Destinations
import HTTP
import Testing

@Suite("Endpoints of a store") struct StoreEndpointTests {
    let folder: StoreFolder
    let catalog: StoreCatalog

    init() throws {
        folder = try StoreFolder()
        catalog = try StoreCatalog(path: folder.path, creates: true)
        _ = try catalog.addApplication("app_1")
    }

    private static func secret() -> WebhookSecret {
        var generator = SystemRandomNumberGenerator()
        return WebhookSecret(using: &generator)
    }

    private func add(_ url: String, _ events: String? = nil) throws -> String {
        let patterns = try events.map { try #require(EventPattern.list($0)) } ?? []
        let (change, id) = try catalog.addEndpoint(
            application: "app_1", url: url, events: patterns, secret: Self.secret())
        #expect(change == .done)
        return id
    }

    private func submit(_ eventTypes: [String]) throws {
        let store = try folder.store()
        for type in eventTypes {
            #expect(try store.submit(OwnMessage(eventType: "\"\(type)\"", key: type)) == .created)
        }
        try store.commit()
    }

    private func types(of endpoint: String) throws -> [String] {
        try catalog.database(
            """
            SELECT event_type FROM deliveries JOIN messages ON id = message_id
            WHERE endpoint_id = '\(endpoint)' ORDER BY message_id
            """)
    }

    @Test("An endpoint gets the messages whose types its filters select")
    func events() throws {
        let sent = ["a", "a.b", "b", "b.c", "b.c.d", "bc", "[*]", "B.c", "é.x"]
        let cases: [(String?, [String])] = [
            (nil, sent), ("a", ["a"]), ("b.*", ["b.c", "b.c.d"]), ("a,b.*", ["a", "b.c", "b.c.d"]),
            ("*", sent), ("é.*", ["é.x"]), ("b.c.*,bc", ["b.c.d", "bc"]), ("x.*", []),
        ]
        let endpoints = try cases.enumerated().map { try add("https://h/\($0)", $1.0) }
        try submit(sent)
        for (endpoint, (filter, expected)) in zip(endpoints, cases) {
            #expect(try types(of: endpoint) == expected, "\(filter ?? "none")")
        }
    }

    @Test(
        "A filter with an asterisk elsewhere, a space or a repetition is refused",
        arguments: ["", "a,", "*.a", "a*", "a.*.b", ".*", "a b", "a,a", "**"])
    func badFilters(text: String) { #expect(EventPattern.list(text) == nil) }

    @Test("A disabled endpoint gets no deliveries until it is enabled")
    func disabled() throws {
        let id = try add("https://h/")
        #expect(try catalog.setEndpoint(id, active: false) == .done)
        #expect(try catalog.setEndpoint(id, active: false) == .alreadySo)
        try submit(["a"])
        #expect(try catalog.database("SELECT disabled_reason FROM endpoints") == ["user"])
        #expect(try catalog.setEndpoint(id, active: true) == .done)
        try submit(["b"])
        #expect(try types(of: id) == ["b"])
        #expect(try catalog.setEndpoint("ep_none", active: true) == .unknown)
    }

    @Test("A rotation keeps the last secret for a day, and no older one")
    func rotation() throws {
        let id = try add("https://h/")
        let first = try catalog.database("SELECT secret FROM endpoint_secrets")
        let (second, third) = (Self.secret(), Self.secret())
        #expect(try catalog.rotateSecret(endpoint: id, to: second, now: 0) == .done)
        let query =
            "SELECT secret || coalesce(expires_at, '') FROM endpoint_secrets ORDER BY number"
        let end = "1970-01-02T00:00:00.000Z"
        #expect(try catalog.database(query) == [first[0] + end, second.text])
        #expect(try catalog.rotateSecret(endpoint: id, to: third, now: 0) == .done)
        #expect(try catalog.database(query) == [second.text + end, third.text])
        #expect(try catalog.rotateSecret(endpoint: "ep_none", to: third, now: 0) == .unknown)
        #expect(try catalog.problems() == [])
    }

    @Test("A redelivery makes the selected deliveries due with a new schedule, and no others")
    func redelivery() throws {
        let one = try add("https://h/1")
        let other = try add("https://h/2")
        try submit(["a", "b"])
        try folder.connection().execute(
            """
            UPDATE deliveries SET status = 'failed', failures = 9, attempts = 10
                WHERE endpoint_id = '\(one)';
            UPDATE deliveries SET status = 'delivered', attempts = 1 WHERE endpoint_id = '\(other)';
            """)
        var filter = StoreFilter()
        filter.status = .failed
        filter.eventType = "b"
        #expect(try catalog.redeliver(filter, now: 5000) == 1)
        let query = """
            SELECT deliveries.status || ' ' || failures || ' ' || attempts || ' ' || event_type
            FROM deliveries JOIN messages ON id = message_id WHERE endpoint_id = '\(one)'
            ORDER BY event_type
            """
        #expect(try catalog.database(query) == ["failed 9 10 a", "pending 0 10 b"])
        let due = "SELECT due_at FROM deliveries WHERE status = 'pending'"
        #expect(try catalog.database(due) == ["1970-01-01T00:00:05.000Z"])
        var all = StoreFilter()
        all.endpoint = other
        #expect(try catalog.redeliver(all, now: 0) == 2)
        #expect(try catalog.redeliver(all, now: 0) == 2)
        #expect(try catalog.database("SELECT DISTINCT status FROM deliveries").count == 2)
    }

    @Test("The listing of endpoints has their filters and counts, and no secret")
    func listing() throws {
        let id = try add("https://h/", "a.*,b")
        try submit(["b", "c"])
        let secret = try catalog.database("SELECT secret FROM endpoint_secrets")[0]
        var rows: [[String?]] = []
        for listing in StoreListing.allCases {
            try catalog.forEach(listing, StoreFilter()) { row in
                rows.append(
                    listing.columns.indices.map { column in
                        row.text(column).map { String(decoding: $0, as: UTF8.self) }
                    })
                return true
            }
        }
        #expect(!rows.joined().contains { $0?.contains(secret.dropFirst(6)) == true })
        #expect(
            rows.contains([id, "app_1", "https://h/", "1", "1", "1", "0", "a.*,b", nil, nil]))
    }
}

extension StoreCatalog {
    /// The first column of a query's rows, over a connection of its own.
    fileprivate func database(_ sql: String) throws -> [String] {
        try Database(StoreFile.find(path)).rows(sql, columns: 1).map { $0[0] ?? "" }
    }
}
