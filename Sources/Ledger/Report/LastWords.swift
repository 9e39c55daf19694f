import Delivery

/// The rows of a merge with one row for each line of a run and its retries: the last word.
///
/// A line that any run accepted is accepted. Otherwise it is unknown if any run left it so, since it
/// may have arrived; else the row of the last run counts. Rows of other reports are unchanged.
package final class LastWords {
    /// The run of a report.
    package struct Run: Hashable, Sendable {
        /// The first run, which the retries have in common.
        package var first: String
        package var id: String
        /// The shard, such as `2/8`, since all shards of a job have its id; empty without shards.
        package var shard: String
        /// The start of the run (RFC 3339, in UTC), by which runs are ordered.
        package var startedAt: String

        package init(first: String, id: String, shard: String = "", startedAt: String) {
            self.first = first
            self.id = id
            self.shard = shard
            self.startedAt = startedAt
        }
    }

    /// The rows of one line in the reports of one run and its retries.
    private struct Word {
        /// nil for the row of an unrelated report.
        var run: Run?
        /// The row with the last word so far, without its closing brace.
        var row: [UInt8]
        var outcome: Outcome
        var tries: [Try] = []
    }

    /// The outcome of a line in one run.
    private struct Try {
        var run: Run
        var outcome: Outcome
        /// The error code, as the inside of a literal; empty without one.
        var error: [UInt8]
        var arrivals: Int
    }

    private let merge: ReportMerge
    /// The run of each report; nil for one that is not related to another.
    private let runs: [Run?]
    /// Whether a report is a retry of another one.
    package let isRelated: Bool
    private var words: [Word] = []
    private var nextWord = 0
    /// The first row after those of `words`; nil at the end.
    private var ahead: Word?
    private var hasBegun = false
    private var buffer = RowBuffer(capacity: 1024)
    private var combined: UInt64 = 0

    /// Maximum rows of one line at once. Further ones are handled as another line.
    private static let maxWords = 1000
    /// Maximum bytes of an error in the history.
    private static let maxError = 64

    /// Rows with the file and line of another row, without those that were combined.
    package var repeats: UInt64 { merge.repeats - combined }

    /// - Parameters:
    ///   - merge: The rows of all reports, of which none was read.
    ///   - runs: The run of each report, nil if it is unknown; ignored if the rows can't be sorted.
    package init(_ merge: ReportMerge, runs: [Run?]) {
        self.merge = merge
        let isSorted = merge.unsorted == nil
        var seen: Set<[String]> = []
        // A report that is given twice is not a retry of itself.
        let distinct = runs.map { run in
            run.flatMap { isSorted && seen.insert([$0.id, $0.shard]).inserted ? $0 : nil }
        }
        var counts: [String: Int] = [:]
        var retried: Set<String> = []
        for case let run? in distinct {
            counts[run.first, default: 0] += 1
            // The shards of a job alone have no line in common.
            if run.id != run.first { retried.insert(run.first) }
        }
        let related = distinct.map { run in
            run.flatMap {
                counts[$0.first, default: 0] > 1 && retried.contains($0.first) ? $0 : nil
            }
        }
        // Without an order there are no counts, so no runs.
        self.runs = related.isEmpty ? Array(repeating: nil, count: merge.count) : related
        isRelated = self.runs.contains { $0 != nil }
    }

    /// Returns the next row; nil after the last one. Its bytes are valid until the next call.
    package func next() throws(ReportError) -> ReportRow? {
        guard isRelated else { return try merge.next() }
        if !hasBegun {
            hasBegun = true
            ahead = try merge.next().map(word)
        }
        if nextWord == words.count { try gather() }
        guard nextWord < words.count else { return nil }
        nextWord += 1
        return row(of: words[nextWord - 1])
    }

    /// Gathers the rows of the next line.
    private func gather() throws(ReportError) {
        words.removeAll(keepingCapacity: true)
        nextWord = 0
        guard let first = ahead else { return }
        words.append(first)
        ahead = nil
        while let row = try merge.next() {
            let word = word(row)
            guard merge.isRepeat, words.count < Self.maxWords else {
                ahead = word
                return
            }
            add(word)
        }
    }

    private func add(_ word: Word) {
        guard let run = word.run,
            let index = words.firstIndex(where: { other in
                other.run?.first == run.first && !other.tries.contains { $0.run.id == run.id }
            })
        else { return words.append(word) }
        combined += 1
        if Self.isLater(word, than: words[index]) {
            words[index].row = word.row
            words[index].outcome = word.outcome
            words[index].run = run
        }
        words[index].tries += word.tries
    }

    /// Whether a word replaces another.
    private static func isLater(_ word: Word, than other: Word) -> Bool {
        func rank(_ outcome: Outcome) -> Int {
            outcome == .accepted ? 2 : outcome == .unknown ? 1 : 0
        }
        let (a, b) = (rank(word.outcome), rank(other.outcome))
        guard a == b else { return a > b }
        return (word.run?.startedAt ?? "") >= (other.run?.startedAt ?? "")
    }

    private func word(_ row: ReportRow) -> Word {
        // A row that is a last word already stays as it is.
        let run = row.fields.tries == nil ? runs[merge.source] : nil
        let outcome = row.fields.outcome
        var word = Word(
            run: run, row: Array(row.bytes[..<row.fields.reportLength]), outcome: outcome)
        if let run {
            let error = row.fields.error.map { row.bytes[$0].dropFirst().dropLast() }
            let code = error.flatMap { $0.count > Self.maxError ? nil : Array($0) }
            word.tries = [
                Try(
                    run: run, outcome: outcome, error: code ?? [],
                    arrivals: Self.arrivals(row.fields))
            ]
        }
        return word
    }

    /// How often a try's message may have arrived, at most 2.
    private static func arrivals(_ fields: OutcomeFields) -> Int {
        switch fields.outcome {
        case .accepted, .unknown:
            fields.isPossibleDuplicate ? 2 : fields.hasArrivedBefore ? 0 : 1
        case .rejected, .invalid, .failed, .notAttempted: 0
        }
    }

    /// Returns the row of a word with its tries. Its bytes are valid until the next call.
    private func row(of word: Word) -> ReportRow? {
        buffer.removeAll()
        if word.outcome == .accepted, word.tries.reduce(0, { $0 + $1.arrivals }) > 1 {
            appendAsPossibleDuplicate(word.row)
        } else {
            buffer.append(word.row)
        }
        let tries = word.tries.sorted { $0.run.startedAt < $1.run.startedAt }
        if !tries.isEmpty {
            buffer.append(",\"tries\":")
            buffer.append(decimal: tries.count)
            buffer.append(",\"history\":")
            append(history: tries)
        }
        buffer.append("}")
        guard let fields = OutcomeFields(reportRow: buffer.bytes) else {
            preconditionFailure("a row with its tries is a row")
        }
        return ReportRow(bytes: buffer.bytes, fields: fields)
    }

    /// Appends a row with `possible_duplicate` set.
    private func appendAsPossibleDuplicate(_ row: [UInt8]) {
        // No string of a row contains an unescaped quote.
        let (before, after) = (Array(#","possible_duplicate":"#.utf8), Array("false".utf8))
        guard
            let start = row.indices.first(where: { row[$0...].starts(with: before + after) })
        else { return buffer.append(row) }
        buffer.append(Array(row[..<(start + before.count)]))
        buffer.append("true")
        buffer.append(Array(row[(start + before.count + after.count)...]))
    }

    /// Appends `"failed http_503 in RUN, accepted in RUN"`; null after one try.
    private func append(history tries: [Try]) {
        guard tries.count > 1 else { return buffer.append("null") }
        buffer.append("\"")
        for (index, entry) in tries.enumerated() {
            if index > 0 { buffer.append(", ") }
            buffer.append(Array(entry.outcome.rawValue.utf8))
            if !entry.error.isEmpty {
                buffer.append(" ")
                // The inside of a valid literal.
                buffer.append(entry.error)
            }
            buffer.append(" in ")
            Array(entry.run.id.utf8).withUnsafeBytes { buffer.append(inner: $0) }
        }
        buffer.append("\"")
    }
}
