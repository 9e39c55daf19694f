/// Compares a finished run's report with the server's log, by the program's promises.
///
/// - A1: every line of the inputs ends in exactly one row, and there is no other row.
/// - A2: a row with a 2xx status or `accepted` is true: the server accepted the line.
/// - A3: what the server accepted is `accepted` or `unknown` in the report.
/// - A4: a line that the server accepted more than once is `possible_duplicate` or `unknown` in the
///   report; with at-most-once there is no such line.
/// - A5: an invalid line caused no request, and every request belongs to a line.
package struct Auditor: Sendable {
    /// One input as the test knows it.
    package struct Input: Sendable {
        /// Its name in the rows.
        package var file: String
        /// Its number among the inputs, as in the keys.
        package var ordinal: Int
        /// The lines on which records start, and whether each is valid.
        package var lines: [Int: Bool]

        package init(file: String, ordinal: Int, lines: [Int: Bool]) {
            self.file = file
            self.ordinal = ordinal
            self.lines = lines
        }

        /// Has `count` records on the lines from `first` on, all valid except those in `invalid`.
        package init(
            file: String, ordinal: Int = 1, first: Int = 1, count: Int, invalid: Set<Int> = []
        ) {
            self.file = file
            self.ordinal = ordinal
            lines = [:]
            for line in first..<(first + count) { lines[line] = !invalid.contains(line) }
        }
    }

    /// The position of a line, in the order of the inputs.
    private struct Place: Hashable, Comparable, CustomStringConvertible {
        var ordinal: Int
        var line: Int
        var file: String

        var description: String { "\(file):\(line)" }

        static func < (a: Place, b: Place) -> Bool { (a.ordinal, a.line) < (b.ordinal, b.line) }
    }

    package var inputs: [Input]
    package var isAtMostOnce: Bool

    package init(_ inputs: [Input], isAtMostOnce: Bool = false) {
        self.inputs = inputs
        self.isAtMostOnce = isAtMostOnce
    }

    /// Returns the contradictions of `server` and the rows; empty if all promises are kept.
    package func violations(rows: [ReportRow], server: LoopbackServer) -> [String] {
        violations(
            rows: rows, acceptances: server.acceptances, requests: server.requestsByKey)
    }

    /// - Parameters:
    ///   - acceptances: how often the server accepted each key, `hb-<run id>-<file>-<line>`.
    ///   - requests: how many requests it received with each key.
    package func violations(
        rows: [ReportRow], acceptances: [String: Int], requests: [String: Int]
    ) -> [String] {
        var found: [String] = []
        var places: [Place: Bool] = [:]
        var placesByFile: [String: [Int: Place]] = [:]
        for input in inputs {
            for (line, isValid) in input.lines {
                let place = Place(ordinal: input.ordinal, line: line, file: input.file)
                places[place] = isValid
                placesByFile[input.file, default: [:]][line] = place
            }
        }
        var rowsByPlace: [Place: [ReportRow]] = [:]
        for row in rows {
            if let place = placesByFile[row.file]?[row.line] {
                rowsByPlace[place, default: []].append(row)
            } else {
                found.append("A1: there is a row for \(row.file):\(row.line), which is no record")
            }
        }
        let accepted = counts(acceptances, places: places, found: &found)
        let asked = counts(requests, places: places, found: &found)
        for (place, isValid) in places.sorted(by: { $0.key < $1.key }) {
            let rows = rowsByPlace[place] ?? []
            if rows.count != 1 { found.append("A1: \(place) has \(rows.count) rows") }
            for row in rows {
                found += violations(of: row, at: place, accepted: accepted[place] ?? 0)
            }
            if isAtMostOnce, let times = accepted[place], times > 1 {
                found.append("A4: \(place) was accepted \(times) times under at-most-once")
            }
            if !isValid, let times = asked[place] {
                found.append("A5: \(place) is invalid and caused \(times) requests")
            }
        }
        return found
    }

    private func violations(of row: ReportRow, at place: Place, accepted: Int) -> [String] {
        var found: [String] = []
        let isSuccess = row.outcome == "accepted" || row.status.map { 200..<300 ~= $0 } ?? false
        // A 2xx that is not the API's is a response, but not an acceptance.
        if isSuccess, row.outcome != "unknown", accepted == 0 {
            found.append("A2: \(place) says \(row.outcome), and the server never accepted it")
        }
        if accepted > 0, row.outcome != "accepted", row.outcome != "unknown" {
            found.append("A3: the server accepted \(place), and its row says \(row.outcome)")
        }
        if accepted > 1, !row.possibleDuplicate, row.outcome != "unknown" {
            found.append("A4: \(place) was accepted \(accepted) times, and its row hides it")
        }
        return found
    }

    /// Converts counts by key to counts by position.
    private func counts(
        _ byKey: [String: Int], places: [Place: Bool], found: inout [String]
    ) -> [Place: Int] {
        var counts: [Place: Int] = [:]
        for (key, count) in byKey.sorted(by: { $0.key < $1.key }) {
            let parts = key.split(separator: "-")
            guard key.hasPrefix("hb-"), let line = parts.last.flatMap({ Int($0) }),
                let ordinal = parts.dropLast().last.flatMap({ Int($0) }),
                let input = inputs.first(where: { $0.ordinal == ordinal })
            else {
                found.append("A5: there was a request with the key \(key), which is no line's")
                continue
            }
            let place = Place(ordinal: ordinal, line: line, file: input.file)
            if places[place] == nil {
                found.append("A5: there was a request for \(place), which is no record")
            }
            counts[place, default: 0] += count
        }
        return counts
    }
}
