package import Delivery

/// The counts of error codes and the first line of each, in bounded memory.
package struct ErrorTally: Sendable {
    package struct Entry: Sendable {
        /// The stable code of the rows, such as `http_404`.
        package var code: String
        package var count: UInt64
        /// The first line in input order.
        package var firstLine: LineID
    }

    /// Maximum tracked codes; there are a few dozen.
    private static let maxCodes = 1000

    /// In order of the first occurrence: there are few codes, and the same one comes often.
    private var entries: [Entry] = []

    package init() {}

    package mutating func add(_ code: String, line: LineID) {
        if let index = entries.firstIndex(where: { $0.code == code }) {
            entries[index].count += 1
            entries[index].firstLine = min(entries[index].firstLine, line)
        } else if entries.count < Self.maxCodes {
            entries.append(Entry(code: code, count: 1, firstLine: line))
        }
    }

    /// The ten most frequent codes, most frequent first.
    package var top: [Entry] {
        Array(entries.sorted { ($1.count, $0.code) < ($0.count, $1.code) }.prefix(10))
    }
}
