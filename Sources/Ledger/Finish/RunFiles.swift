package import Platform

/// The paths of a run's own files, beside its report.
package struct RunFiles: Hashable, Sendable {
    package var report: String
    package var summary: String
    package var journal: String
    /// Where the bytes of a stream's records are kept that did not arrive.
    package var spool: String

    package init(report: String, summary: String) {
        self.report = report
        self.summary = summary
        journal = report + ".journal"
        spool = report + ".journal.spool"
    }

    /// What stands at a path.
    package enum Presence: Hashable, Sendable {
        case absent
        case file
        /// A symbolic link, wherever it leads: never followed.
        case symbolicLink
        /// A directory, a pipe, a device.
        case other
    }

    /// What stands where this run's files are to be.
    package struct Found: Hashable, Sendable {
        package var report: Presence
        /// The report under its temporary name: a run that ended without completing it.
        package var temporaryReport: Presence
        package var summary: Presence
        package var journal: Presence

        /// Whether a finished run's report is here, and nothing is to be completed.
        package var isFinished: Bool { report == .file && journal == .absent }
        /// Whether a run is here that is to be gone on with or completed.
        package var isResumable: Bool { journal == .file }
        /// Whether something is here that no run has made.
        package var isForeign: Bool {
            [report, temporaryReport, summary, journal].contains { $0 != .absent && $0 != .file }
        }
    }

    /// Looks at what is there; follows no link.
    package func find() throws(SystemError) -> Found {
        Found(
            report: try Self.presence(of: report),
            temporaryReport: try Self.presence(of: AtomicFile.temporaryPath(of: report)),
            summary: try Self.presence(of: summary), journal: try Self.presence(of: journal))
    }

    private static func presence(of path: String) throws(SystemError) -> Presence {
        guard let status = try FileStatus.of(path) else { return .absent }
        if status.isRegular { return .file }
        return status.isSymbolicLink ? .symbolicLink : .other
    }
}
