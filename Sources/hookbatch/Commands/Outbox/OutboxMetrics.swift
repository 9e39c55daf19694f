import Delivery
import Platform
import Sending
import Time

/// The metrics of a round. Those of a run have the same names, with the sums of all its files.
struct OutboxMetrics {
    let batch: String
    let tally: OutboxTally
    let exitStatus: ExitStatus
    let backlog: OutboxBacklog
    /// The number of folders of failed files.
    let failedFolders: Int
    /// The duration of the round, in nanoseconds.
    let duration: Int64
    /// The end of the round, in nanoseconds since 1970.
    let endedAt: Int64
    /// The end of the last successful round before this one, in nanoseconds since 1970.
    let earlierSuccess: Int64?

    static let failedFolders = "hookbatch_outbox_failed_folders"

    var text: String {
        var lines = MetricsText.Lines(batch: batch)
        lines.family("hookbatch_build_info", "Which version of hookbatch ran.")
        lines.sample("1", ["version": Version.number])
        lines.gauge(
            "hookbatch_last_run_timestamp_seconds", "When the last round ended, in Unix time.",
            MetricsText.seconds(endedAt))
        if let success = exitStatus == .success ? endedAt : earlierSuccess {
            lines.gauge(
                MetricsText.lastSuccess, "When a round last ended with exit code 0, in Unix time.",
                MetricsText.seconds(success))
        }
        lines.gauge(
            "hookbatch_run_duration_seconds", "How long the last round took.",
            MetricsText.seconds(duration))
        lines.gauge(
            "hookbatch_run_exit_code", "The most severe exit code of the last round.",
            String(exitStatus.rawValue))
        lines.gauge(
            "hookbatch_run_finished", "1 if every file of the last round is finished, else 0.",
            isFinished ? "1" : "0")
        lines.family("hookbatch_run_lines", "Lines of the files of the last round by outcome.")
        for outcome in Outcome.allCases {
            lines.sample(String(tally.totals.counts[outcome]), ["outcome": outcome.rawValue])
        }
        lines.gauge(
            "hookbatch_run_retries", "Requests that were not their line's first.",
            String(tally.totals.retries))
        lines.gauge(
            "hookbatch_run_possible_duplicates", "Lines that may have been sent twice.",
            String(tally.totals.possibleDuplicates))
        lines.family("hookbatch_outbox_files", "Files of the last round by result.")
        for result in OutboxTally.Result.allCases {
            lines.sample(String(tally.files[result] ?? 0), ["result": result.rawValue])
        }
        lines.gauge(
            "hookbatch_outbox_backlog_files", "Files that are not finished.",
            String(backlog.files))
        lines.gauge(
            "hookbatch_outbox_backlog_oldest_age_seconds",
            "The age of the oldest of them; 0 without one.",
            MetricsText.seconds(backlog.oldestAge(at: endedAt)))
        lines.gauge(
            Self.failedFolders,
            "Folders in failed, each of a file with lines that were not accepted.",
            String(failedFolders))
        return lines.text
    }

    private var isFinished: Bool {
        tally.files[.stopped, default: 0] + tally.files[.refused, default: 0] == 0
            && [.success, .someNotAccepted, .someUnknown].contains(exitStatus)
    }
}

extension OutboxMetrics {
    /// Writes the metrics of a round that ends now.
    ///
    /// - Parameters:
    ///   - named: The paths of files that the flags name, which may be in the folder.
    ///   - grown: The last changes of finished files with bytes that are not sent, in nanoseconds since
    ///     1970.
    ///   - undeliveredRests: Files in `done` with undelivered lines that were sent later.
    static func write(
        to place: MetricsPath, of folder: OutboxFolder, _ tally: OutboxTally,
        except named: [String],
        grown: [Int64] = [], undeliveredRests: Int = 0, startedAt: Instant
    ) throws(SystemError) {
        var backlog = OutboxBacklog()
        for name in try folder.claimed() {
            let status = try FileStatus.of(folder.claim(name).input)
            backlog.add(modified: status?.modifiedNanoseconds)
        }
        for file in try folder.waiting(except: named) { backlog.add(modified: file.modified) }
        for modified in grown { backlog.add(modified: modified) }
        let metrics = OutboxMetrics(
            batch: place.batch, tally: tally, exitStatus: tally.exitStatus, backlog: backlog,
            failedFolders: folder.failed().count + undeliveredRests,
            duration: MonotonicClock.now.nanoseconds(since: startedAt),
            endedAt: WallClock.nanoseconds,
            earlierSuccess: MetricsFile.earlier(place.path).flatMap(MetricsText.lastSuccess(in:)))
        try AtomicFile.write(Array(metrics.text.utf8), to: place.path, isForOthers: true)
    }
}

/// The files of an outbox that are not finished.
struct OutboxBacklog: Equatable {
    private(set) var files = 0
    /// The last change of the oldest, in nanoseconds since 1970.
    private var oldest: Int64?

    /// - Parameter modified: Its last change, in nanoseconds since 1970; nil if unknown.
    mutating func add(modified: Int64?) {
        files += 1
        if let modified { oldest = min(oldest ?? modified, modified) }
    }

    /// The age of the oldest file, in nanoseconds.
    func oldestAge(at now: Int64) -> Int64 {
        guard let oldest else { return 0 }
        let (age, overflow) = now.subtractingReportingOverflow(oldest)
        return overflow ? 0 : max(0, age)
    }
}
