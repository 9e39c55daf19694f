/// One row of a listing, valid until the next.
package struct StoreRow: ~Copyable {
    private let statement: Statement

    fileprivate init(_ statement: consuming Statement) { self.statement = statement }

    fileprivate borrowing func step() throws(DestinationError) -> Bool { try statement.step() }

    /// The bytes of a column, counted from 0; nil for NULL.
    package borrowing func text(_ column: Int) -> UnsafeRawBufferPointer? {
        statement.isNull(Int32(column)) ? nil : statement.text(Int32(column))
    }
}

extension StoreCatalog {
    /// Visits the rows of a listing one at a time, in constant memory.
    ///
    /// - Parameter use: returns whether to continue.
    package func forEach(
        _ listing: StoreListing, _ filter: StoreFilter,
        _ use: (borrowing StoreRow) -> Bool
    ) throws(DestinationError) {
        let (conditions, values) = Self.conditions(listing, filter)
        let (select, tables, order) = listing.query
        var sql = "\(select)\n\(tables)\(conditions)"
        if let last = filter.last {
            // Select the last rows in descending order, then reverse them.
            let reversed = order.split(separator: ",").map { "\($0) DESC" }.joined(separator: ",")
            let names = listing.columns.indices.map { "c\($0)" }.joined(separator: ", ")
            sql = """
                WITH last_rows (\(names)) AS (\(sql)
                ORDER BY \(reversed) LIMIT \(last)),
                numbered AS (SELECT *, row_number() OVER () AS place FROM last_rows)
                SELECT * FROM numbered ORDER BY place DESC
                """
        } else {
            sql += "\nORDER BY \(order)"
        }
        let row = StoreRow(try statement(sql, values))
        while try row.step(), use(row) {}
    }

    /// Number of rows of a listing that meet the conditions, without `last`.
    package func count(
        _ listing: StoreListing, _ filter: StoreFilter
    ) throws(DestinationError) -> Int {
        let (conditions, values) = Self.conditions(listing, filter)
        let statement = try statement(
            "SELECT count(*) \(listing.query.tables)\(conditions)", values)
        return try statement.step() ? Int(statement.integer(0)) : 0
    }

    private func statement(
        _ sql: String, _ values: [String]
    ) throws(DestinationError) -> Statement {
        let statement = try Statement(database, sql)
        for (index, value) in values.enumerated() { try statement.bind(Int32(index + 1), value) }
        return statement
    }

    /// The WHERE clause of a filter, and its parameters.
    static func conditions(
        _ listing: StoreListing, _ filter: StoreFilter
    ) -> (sql: String, values: [String]) {
        var conditions: [String] = []
        var values: [String] = []
        func add(_ column: String?, _ comparison: String, _ value: String?) {
            guard let value else { return }
            guard let column else { preconditionFailure("this listing has no such column") }
            values.append(value)
            conditions.append("\(column) \(comparison) ?\(values.count)")
        }
        let created = listing.eventTypeColumn == nil ? nil : "t.created_at"
        add(listing.applicationColumn, "=", filter.application)
        add(listing.eventTypeColumn, "=", filter.eventType)
        let isDeliveries = listing == .deliveries
        add(isDeliveries ? "t.endpoint_id" : nil, "=", filter.endpoint)
        add(isDeliveries ? "t.message_id" : nil, "=", filter.message)
        add(listing.statusColumn, "=", filter.status?.rawValue)
        add(created, ">=", filter.since)
        add(created, "<", filter.until)
        return (
            conditions.isEmpty ? "" : "\nWHERE " + conditions.joined(separator: " AND "), values
        )
    }
}
