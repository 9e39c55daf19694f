import Delivery

/// The lines that earlier processes have sent and not finished, to be compared in input order.
///
/// A journal of version 1 has none: it lacks their hashes.
struct BegunLines {
    /// The last line comes first.
    private var left: [(line: LineID, hash: UInt64)]

    init(_ resumeState: ResumeState) {
        left = resumeState.hashes.map { ($0.key, $0.value) }.sorted { $0.line > $1.line }
    }

    /// The next line to compare; nil after the last one.
    var next: LineID? { left.last?.line }

    /// Compares the next record of the inputs.
    ///
    /// - Parameter hash: XXH64 of the record.
    /// - Returns: The line whose record differs or is no longer there; nil if none does.
    mutating func compare(_ line: LineID, hash: UInt64) -> LineID? {
        guard let begun = left.last, begun.line <= line else { return nil }
        left.removeLast()
        return begun.line == line && begun.hash == hash ? nil : begun.line
    }
}
