/// One row of a report, in either of its formats.
package struct ReportRow: Hashable, Sendable {
    package var file: String
    package var line: Int
    package var appID: String?
    package var eventType: String?
    package var outcome: String
    package var status: Int?
    package var messageID: String?
    package var attempts: Int
    package var possibleDuplicate: Bool
    package var startedAt: String?
    package var latencyMilliseconds: Double?
    package var error: String?
    package var detail: String?

    /// The members of every row in order, which are also the columns of a CSV report.
    package static let members = [
        "file", "line", "appId", "event_type", "outcome", "status", "message_id", "attempts",
        "possible_duplicate", "started_at", "latency_ms", "error", "detail",
    ]
    package static let outcomes: Set = [
        "accepted", "rejected", "invalid", "failed", "unknown", "not_attempted",
    ]

    package struct Malformed: Error, CustomStringConvertible {
        package var description: String
    }

    /// Parses all rows of an NDJSON report.
    package static func ndjson(_ report: [UInt8]) throws -> [ReportRow] {
        guard report.isEmpty || report.last == UInt8(ascii: "\n") else {
            throw Malformed(description: "the report's last row has no line end")
        }
        return try report.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .dropLast().map { try ReportRow(line: $0) }
    }

    /// - Parameter line: an NDJSON row without its line end, with all members in their order.
    package init(line: some Sequence<UInt8>) throws {
        let object = try FlatJSON(line)
        guard object.members.map(\.name) == Self.members else {
            throw Malformed(description: "a row's members are \(object.members.map(\.name))")
        }
        try self.init(object.members.map(\.value))
    }

    /// Parses all rows of a CSV report; an empty cell is null.
    package static func csv(_ report: [UInt8]) throws -> [ReportRow] {
        let rows = try CSVRows.parse(report)
        guard rows.first == members else {
            throw Malformed(description: "the report's columns are \(rows.first ?? [])")
        }
        return try rows.dropFirst().map { cells in
            guard cells.count == members.count else {
                throw Malformed(description: "a row of \(cells.count) cells: \(cells)")
            }
            return try ReportRow(zip(members, cells).map(value(column:cell:)))
        }
    }

    private static func value(column: String, cell: String) -> FlatJSON.Value {
        if cell.isEmpty { return .null }
        switch column {
        case "line", "status", "attempts", "latency_ms":
            return Double(cell).map { .number($0) } ?? .string(cell)
        case "possible_duplicate":
            return cell == "true" ? .bool(true) : cell == "false" ? .bool(false) : .string(cell)
        default: return .string(cell)
        }
    }

    /// - Parameter values: the values of `members`, in their order.
    private init(_ values: [FlatJSON.Value]) throws(Malformed) {
        var reader = Reader(values: values)
        file = try reader.required(reader.string())
        line = try reader.required(reader.integer())
        appID = try reader.string()
        eventType = try reader.string()
        outcome = try reader.required(reader.string())
        status = try reader.integer()
        messageID = try reader.string()
        attempts = try reader.required(reader.integer())
        possibleDuplicate = try reader.bool()
        startedAt = try reader.string()
        latencyMilliseconds = try reader.number()
        error = try reader.string()
        detail = try reader.string()
        guard Self.outcomes.contains(outcome) else {
            throw Malformed(description: "'\(outcome)' is no outcome")
        }
    }

    /// Reads the values one by one and checks the type of each member.
    private struct Reader {
        var values: [FlatJSON.Value]
        var index = 0

        init(values: [FlatJSON.Value]) { self.values = values }

        private mutating func next() -> FlatJSON.Value {
            defer { index += 1 }
            return values[index]
        }

        private func failure(_ value: FlatJSON.Value) -> Malformed {
            Malformed(description: "\(ReportRow.members[index - 1]) is \(value)")
        }

        mutating func string() throws(Malformed) -> String? {
            switch next() {
            case .string(let text): return text
            case .null: return nil
            case let other: throw failure(other)
            }
        }

        mutating func number() throws(Malformed) -> Double? {
            switch next() {
            case .number(let number): return number
            case .null: return nil
            case let other: throw failure(other)
            }
        }

        mutating func integer() throws(Malformed) -> Int? {
            guard let number = try number() else { return nil }
            guard let integer = Int(exactly: number) else { throw failure(.number(number)) }
            return integer
        }

        mutating func bool() throws(Malformed) -> Bool {
            let value = next()
            guard case .bool(let bool) = value else { throw failure(value) }
            return bool
        }

        func required<Value>(_ value: Value?) throws(Malformed) -> Value {
            guard let value else { throw failure(.null) }
            return value
        }
    }
}
