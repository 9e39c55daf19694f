/// The applications that were given up, and how many of their lines are not attempted for it.
struct GivenUpApplications {
    /// How many are told apart; of others the report's rows tell.
    private static let most = 20

    private var lines: [String: UInt64] = [:]

    /// Takes a line of `application` that is not attempted.
    mutating func add(_ application: String) {
        if lines[application] != nil || lines.count < Self.most {
            lines[application, default: 0] += 1
        }
    }

    /// Those with the most lines first.
    var top: [RunSummary.GivenUp] {
        lines.map { RunSummary.GivenUp(application: $0.key, lines: $0.value) }
            .sorted { ($1.lines, $0.application) < ($0.lines, $1.application) }
    }
}
