/// The records to keep: those that pass every rule, in a window of time.
package struct RecordSelection: Hashable, Sendable {
    /// A part of a record that a rule tests.
    package enum Field: Hashable, Sendable {
        /// The message's application id, wherever `ReaderOptions.mapping` finds it.
        case appID
        /// The message's event type, wherever `ReaderOptions.mapping` finds it.
        case eventType
        /// A position in the record. In CSV the first token names a column.
        case pointer(JSONPointer)
    }

    /// A test of one field's decoded text.
    package struct Rule: Hashable, Sendable {
        package var field: Field
        /// Whether matching records are left out, instead of all others.
        package var isExclusion: Bool
        /// At least one; the field matches if its text matches any of them.
        package var patterns: [TextPattern]

        package init(_ field: Field, isExclusion: Bool, patterns: [TextPattern]) {
            precondition(!patterns.isEmpty, "a rule has a pattern")
            self.field = field
            self.isExclusion = isExclusion
            self.patterns = patterns
        }

        /// Whether the rule keeps a record with this text; nil if the field is absent, or an object
        /// or array.
        func keeps(_ text: UnsafeRawBufferPointer?) -> Bool {
            guard let text else { return isExclusion }
            return patterns.contains { $0.matches(text) } != isExclusion
        }
    }

    /// A test for records that arrived in an earlier run, which the selection keeps.
    package struct Arrival: Hashable, Sendable {
        package var field: Field
        package var values: TextSet

        package init(_ field: Field, _ values: TextSet) {
            self.field = field
            self.values = values
        }
    }

    package var rules: [Rule] = []
    /// The records that `RecordReader.isArrived` finds: those that pass any of these tests.
    package var arrivals: [Arrival] = []
    /// The times of the records, of which some are kept; nil for all, whether they have a time or
    /// not.
    package var window: TimeWindow?

    package init() {}

    /// Whether every record is kept.
    package var isEmpty: Bool { rules.isEmpty && window == nil }

    /// The positions that are needed beside those of the fields.
    var pointers: [JSONPointer] {
        var pointers = (rules.map(\.field) + arrivals.map(\.field)).compactMap { field in
            if case .pointer(let pointer) = field { pointer } else { nil }
        }
        pointers += timePointers
        return pointers
    }

    /// The positions of the time, of which a record needs one.
    private var timePointers: [JSONPointer] { window.map { [$0.field] + $0.otherFields } ?? [] }

    /// The names of the CSV columns that are needed beside those of the fields.
    var columns: [String] { Self.columns(of: pointers) }

    /// Those of them for the time, of which an input needs one.
    var timeColumns: [String] { Self.columns(of: timePointers) }

    /// Those of them for rules, of which an input needs all.
    var requiredColumns: [String] {
        Self.columns(of: Array(pointers.dropLast(timePointers.count)))
    }

    private static func columns(of pointers: [JSONPointer]) -> [String] {
        var names: [String] = []
        for pointer in pointers where pointer.count > 0 && !names.contains(pointer[0]) {
            names.append(pointer[0])
        }
        return names
    }
}
