package import Platform

/// The paths of a run's own files, beside its report.
package struct RunFiles: Hashable, Sendable {
    package var report: String
    package var summary: String
    package var journal: String
    /// The copies of a stream's undelivered records.
    package var spool: String

    package init(report: String, summary: String) {
        self.report = report
        self.summary = summary
        journal = report + Self.journalExtension
        spool = report + ".journal.spool"
    }

    /// What follows the name of the report.
    package static let journalExtension = ".journal"

    /// Returns the path of the report of a report or a journal.
    package static func report(of path: String) -> String {
        path.hasSuffix(journalExtension) ? String(path.dropLast(journalExtension.utf8.count)) : path
    }

    /// The kind of a path's directory entry.
    package enum Presence: Hashable, Sendable {
        case absent
        case file
        /// A symbolic link, whatever its target: never followed.
        case symbolicLink
        /// A directory, a pipe, a device.
        case other
    }

    /// The files that exist at a run's paths.
    package struct Found: Hashable, Sendable {
        package var report: Presence
        /// The incomplete report under its temporary name.
        package var temporaryReport: Presence
        package var summary: Presence
        package var journal: Presence

        /// Whether this is a finished run that needs no completion.
        package var isFinished: Bool { report == .file && journal == .absent }
        /// Whether this is a run to resume or to complete.
        package var isResumable: Bool { journal == .file }
        /// Whether something exists that no run has created.
        package var isForeign: Bool {
            [report, temporaryReport, summary, journal].contains { $0 != .absent && $0 != .file }
        }
    }

    /// Checks which files exist; follows no link.
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
