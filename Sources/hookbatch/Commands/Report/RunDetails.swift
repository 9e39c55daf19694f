import Ledger
import Time

/// Where the messages of a run went, and its processes, from its summary or its journal.
struct RunDetails {
    /// The time between two processes of a run.
    struct Interruption: Equatable {
        /// Milliseconds since 1970; nil if the process ended without a summary.
        var stoppedAt: Int64?
        /// The sentence about the stop; nil if it is unknown.
        var cause: String?
        /// Milliseconds since 1970.
        var resumedAt: Int64
    }

    var runID: String
    /// As in `--to`; nil if it is unknown.
    var destination: String?
    /// The command that resumes the run, and its working directory.
    var command: String?
    var directory: String?
    var host: String?
    var processes: [RunSummary.Process] = []

    /// Returns nil if neither is known.
    ///
    /// - Parameter notes: The run's summary.
    init?(_ notes: RunNotes?, _ journal: RecoveredJournal? = nil) {
        guard let runID = notes?.runID ?? journal?.header?.runID.description else { return nil }
        self.runID = runID
        destination = notes?.destination ?? journal?.header?.destination
        command = notes?.command ?? journal?.header?.options[JournalHeader.commandOption]
        directory = notes?.directory ?? journal?.header?.options[JournalHeader.directoryOption]
        host = notes?.host
        let known = notes?.processes ?? []
        processes =
            journal.map { RunSummary.Process.all(startedAt: $0.startTimes, known: known) } ?? known
    }

    /// The interruptions, oldest first.
    var interruptions: [Interruption] {
        zip(processes, processes.dropFirst()).compactMap { process, next in
            guard let resumedAt = Self.milliseconds(next.startedAt) else { return nil }
            let stoppedAt = process.endedAt.flatMap(Self.milliseconds)
            // After a step of the clock the order is wrong.
            guard stoppedAt.map({ $0 <= resumedAt }) ?? true else { return nil }
            return Interruption(stoppedAt: stoppedAt, cause: process.stop, resumedAt: resumedAt)
        }
    }

    /// Returns milliseconds since 1970; nil if `text` is not RFC 3339.
    static func milliseconds(_ text: String) -> Int64? {
        Array(text.utf8).withUnsafeBytes { RFC3339.parse($0) }.map { $0.nanoseconds / 1_000_000 }
    }
}
