package import Delivery

/// The counts of error codes and the first line of each, in bounded memory.
package struct ErrorTally: Sendable {
    package struct Entry: Sendable {
        /// The stable code of the rows, such as `http_404`.
        package var code: String
        /// The lines with this error by outcome.
        package var counts = Counts()
        /// The first line in input order.
        package var firstLine: LineID
        /// The file of that line as its row has it; nil if the number of the file is enough.
        package var firstPath: String?
        /// The detail of one of its unknown lines; untrusted text.
        package var detailOfUnknown: String?
        /// The detail of one of its other lines; untrusted text.
        package var detail: String?

        package var count: UInt64 { counts.total }
    }

    /// Maximum tracked codes; there are a few dozen.
    private static let maxCodes = 1000

    /// In order of the first occurrence: there are few codes, and the same one comes often.
    private var entries: [Entry] = []

    package init() {}

    /// Adds a row that is not accepted.
    ///
    /// - Parameters:
    ///   - bytes: Those of the row.
    ///   - input: The number of its input, from 1.
    package mutating func add(
        _ fields: OutcomeFields, in bytes: UnsafeRawBufferPointer, input: Int
    ) {
        guard fields.outcome != .accepted, let error = fields.error else { return }
        add(
            RowText.decoded(error, in: bytes), fields.outcome,
            line: LineID(file: input, line: fields.line),
            path: RowText.decoded(fields.file, in: bytes),
            detail: fields.detail.map { RowText.decoded($0, in: bytes) })
    }

    /// - Parameters:
    ///   - path: Evaluated for lines before all others of a code.
    ///   - detail: Evaluated for the first line of a code alone.
    package mutating func add(
        _ code: String, _ outcome: Outcome, line: LineID,
        path: @autoclosure () -> String? = nil, detail: @autoclosure () -> String? = nil
    ) {
        var index = entries.firstIndex { $0.code == code }
        if index == nil {
            guard entries.count < Self.maxCodes else { return }
            index = entries.count
            entries.append(Entry(code: code, firstLine: line, firstPath: path()))
        }
        guard let index else { return }
        let position = outcome == .unknown ? \Entry.detailOfUnknown : \Entry.detail
        let isFirst =
            outcome == .unknown
            ? entries[index].counts.unknown == 0
            : entries[index].counts.total == entries[index].counts.unknown
        if isFirst { entries[index][keyPath: position] = detail() }
        entries[index].counts[outcome] += 1
        if line < entries[index].firstLine {
            entries[index].firstLine = line
            entries[index].firstPath = path()
        }
    }

    /// Adds the counts of later lines.
    package mutating func add(_ later: ErrorTally) {
        for entry in later.entries {
            guard let index = entries.firstIndex(where: { $0.code == entry.code }) else {
                if entries.count < Self.maxCodes { entries.append(entry) }
                continue
            }
            for outcome in Outcome.allCases {
                entries[index].counts[outcome] += entry.counts[outcome]
            }
            entries[index].detail = entries[index].detail ?? entry.detail
            entries[index].detailOfUnknown = entries[index].detailOfUnknown ?? entry.detailOfUnknown
            if entry.firstLine < entries[index].firstLine {
                entries[index].firstLine = entry.firstLine
                entries[index].firstPath = entry.firstPath
            }
        }
    }

    /// The ten most frequent codes, most frequent first.
    package var top: [Entry] {
        Array(entries.sorted { ($1.count, $0.code) < ($0.count, $1.code) }.prefix(10))
    }

    /// Returns the lines with an error that `count` selects.
    package func total(_ count: (Counts) -> UInt64) -> UInt64 {
        entries.reduce(0) { $0 + count($1.counts) }
    }

    /// Returns the most frequent code among lines that `count` selects; nil without one.
    package func main(_ count: (Counts) -> UInt64) -> Entry? {
        entries.filter { count($0.counts) > 0 }.min {
            (count($1.counts), $0.code) < (count($0.counts), $1.code)
        }
    }
}
