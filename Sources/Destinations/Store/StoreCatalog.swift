/// A connection to a store for queries and changes: applications, endpoints, listings.
///
/// An open `Store` follows its changes.
package final class StoreCatalog {
    /// The result of a change.
    package enum Change: Hashable, Sendable {
        case done
        /// The store already had this state.
        case alreadySo
        /// The store has no such application or endpoint.
        case unknown
    }

    let database: Database

    /// The path as typed.
    package var path: String { database.path }

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
        return try isKnown(id) ? .alreadySo : .unknown
    }

    func isKnown(_ application: String) throws(DestinationError) -> Bool {
        let statement = try Statement(database, "SELECT 1 FROM applications WHERE id = ?1")
        try statement.bind(1, application)
        return try statement.step()
    }

    /// Runs one statement; returns whether it changed a row.
    func change(_ sql: String, _ values: [String]) throws(DestinationError) -> Bool {
        let statement = try Statement(database, sql)
        for (index, value) in values.enumerated() { try statement.bind(Int32(index + 1), value) }
        try statement.run()
        return database.changes > 0
    }
}
