import Glibc

/// A connection to a store for queries and changes: applications, endpoints, listings.
///
/// An open `Store` follows its changes.
package final class StoreCatalog {
    /// The result of a change.
    package enum Change: Hashable, Sendable {
        case done
        /// The store already had this state.
        case alreadySo
        case unknownApplication
    }

    let database: Database

    /// Opens the store at `path`.
    ///
    /// - Parameter creates: whether a missing store is created.
    /// - Throws: `.system` with `ENOENT` if it is missing; otherwise as `Store.init`.
    package init(path: String, creates: Bool) throws(DestinationError) {
        database = try Database(creates ? StoreFile.prepare(path) : StoreFile.find(path))
        try StoreSchema.prepare(database)
    }

    /// Registers an application as active.
    package func addApplication(_ id: String) throws(DestinationError) -> Change {
        try change(
            "INSERT INTO applications (id) VALUES (?1) ON CONFLICT DO NOTHING", [id])
            ? .done : .alreadySo
    }

    /// Activates or deactivates an application: an inactive one refuses messages.
    package func setApplication(
        _ id: String, active: Bool
    ) throws(DestinationError) -> Change {
        let value = active ? 1 : 0
        if try change(
            "UPDATE applications SET active = \(value) WHERE id = ?1 AND active <> \(value)", [id])
        {
            return .done
        }
        return try isKnown(id) ? .alreadySo : .unknownApplication
    }

    /// Adds an endpoint, which gets a delivery for each later message.
    package func addEndpoint(
        application: String, url: String
    ) throws(DestinationError) -> (change: Change, id: String) {
        let id = Self.newEndpointID()
        let isAdded = try change(
            """
            INSERT INTO endpoints (id, application_id, url)
            SELECT ?1, id, ?3 FROM applications WHERE id = ?2 AND NOT EXISTS (
                SELECT 1 FROM endpoints WHERE application_id = ?2 AND url = ?3
            )
            """, [id, application, url])
        if isAdded { return (.done, id) }
        return (try isKnown(application) ? .alreadySo : .unknownApplication, id)
    }

    private func isKnown(_ application: String) throws(DestinationError) -> Bool {
        let statement = try Statement(database, "SELECT 1 FROM applications WHERE id = ?1")
        try statement.bind(1, application)
        return try statement.step()
    }

    /// Runs one statement; returns whether it changed a row.
    private func change(_ sql: String, _ values: [String]) throws(DestinationError) -> Bool {
        let statement = try Statement(database, sql)
        for (index, value) in values.enumerated() { try statement.bind(Int32(index + 1), value) }
        try statement.run()
        return database.changes > 0
    }

    /// `ep_` and a ULID.
    private static func newEndpointID() -> String {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        var ids = MessageIDGenerator()
        let text = [UInt8](unsafeUninitializedCapacity: MessageIDGenerator.byteCount) {
            buffer, count in
            guard let start = buffer.baseAddress else { return }
            ids.next(now: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000, into: start)
            count = MessageIDGenerator.byteCount
        }
        return "ep_" + String(decoding: text.dropFirst("msg_".utf8.count), as: UTF8.self)
    }
}
