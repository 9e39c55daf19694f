/// An application to which the run stopped sending.
package struct AbandonedApplication: Equatable, Sendable {
    package var application: String
    /// Its lines that were not attempted.
    package var lines: UInt64

    package init(application: String, lines: UInt64) {
        self.application = application
        self.lines = lines
    }
}

/// The abandoned applications, with the number of lines not attempted.
package struct AbandonedApplications: Sendable {
    /// Maximum tracked applications; the report has the others.
    private static let maxTracked = 20

    private var lines: [String: UInt64] = [:]

    package init() {}

    /// Counts a line of `application` that is not attempted.
    package mutating func add(_ application: String) {
        if lines[application] != nil || lines.count < Self.maxTracked {
            lines[application, default: 0] += 1
        }
    }

    /// The applications with the most lines first.
    package var top: [AbandonedApplication] {
        lines.map { AbandonedApplication(application: $0.key, lines: $0.value) }
            .sorted { ($1.lines, $0.application) < ($0.lines, $1.application) }
    }
}
