import Delivery
import Ledger
import Platform

/// The contents of one report or journal.
struct ReportContents {
    var path: String
    var digest = ReportDigest()
    /// The recovered journal; nil for a report.
    var journal: RecoveredJournal?

    /// Reads the whole file.
    ///
    /// - Parameter visit: Called with each row.
    init(_ path: String, visit: (ReportRow) -> Void = { _ in }) throws(ReportFailure) {
        self.path = path
        do throws(ReportError) {
            let reader = try ReportReader(path)
            while let row = try reader.next() {
                digest.add(row)
                visit(row)
            }
            guard reader.kind == .journal else { return }
        } catch {
            throw .report(error)
        }
        let journal = try Self.inspect(path)
        if journal.header == nil, digest.counts.total == 0, try !Self.isEmpty(path) {
            throw .report(.notAReport(path: path))
        }
        self.journal = journal
    }

    /// What the summary beside the file says about the same run; nil without one.
    var notes: RunNotes? {
        Self.notes(beside: path, of: journal?.header, counts: digest.counts)
    }

    /// What the summary beside a report or journal says about the same run; nil without one.
    ///
    /// - Parameters:
    ///   - header: The journal's; nil for a report.
    ///   - counts: Those of its rows.
    static func notes(
        beside path: String, of header: JournalHeader?, counts: Counts
    ) -> RunNotes? {
        guard let notes = RunNotes(beside: path) else { return nil }
        if let header { return header.runID.description == notes.runID ? notes : nil }
        // Rows do not have the run's identifier.
        return notes.stop == nil && notes.counts == counts ? notes : nil
    }

    /// The exit status of the run of these rows.
    var exitStatus: ExitStatus {
        journal == nil ? ExitStatus(read: digest.counts.total, counts: digest.counts) : .stopped
    }

    /// Recovers a journal; throws if it is damaged.
    static func inspect(_ path: String) throws(ReportFailure) -> RecoveredJournal {
        let recovered: RecoveredJournal
        do {
            recovered = try Journal.inspect(path, bootID: BootID.current())
        } catch {
            throw .ledger(error)
        }
        if let damage = recovered.damage { throw .ledger(.damaged(path: path, damage)) }
        return recovered
    }

    private static func isEmpty(_ path: String) throws(ReportFailure) -> Bool {
        do { return try FileStatus.of(path)?.size == 0 } catch { throw .system(error) }
    }
}
