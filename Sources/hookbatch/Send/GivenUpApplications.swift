/// The abandoned applications, with the number of lines not attempted.
struct GivenUpApplications {
    /// Maximum tracked applications; the report has the others.
    private static let maxTracked = 20

    private var lines: [String: UInt64] = [:]

    /// Counts a line of `application` that is not attempted.
    mutating func add(_ application: String) {
        if lines[application] != nil || lines.count < Self.maxTracked {
            lines[application, default: 0] += 1
        }
    }

    /// The applications with the most lines first.
    var top: [RunSummary.GivenUp] {
        lines.map { RunSummary.GivenUp(application: $0.key, lines: $0.value) }
            .sorted { ($1.lines, $0.application) < ($0.lines, $1.application) }
    }
}
