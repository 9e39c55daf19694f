package import Destinations
package import Ledger
package import Platform
package import Records

/// Why a run can't start or continue.
package enum SendError: Error {
    case input(InputError)
    case refused(path: String, InputRefusal)
    case file(SystemError)
    case ledger(LedgerError)
    case destination(DestinationError)
    /// An input has changed since the run started.
    case changed(path: String, InputChange)
    /// The manifest of a job can't be used.
    case manifest(path: String, ShardManifest.Problem)
    /// The manifest is of another job.
    case otherJob(path: String, ShardManifest.Difference)
    /// The run is a shard, and its input can't be read by all shards.
    case streamInShard(path: String)
    /// Processes on several machines can't share files in this folder, mounted at `point`.
    case unsharedFolder(path: String, point: String, MountPoint.Hazard)
    /// A journal of a shard is there without the manifest of its job.
    case noManifest(path: String, journal: String)
    /// A file of a different run is in the way.
    case otherRun(path: String, RunDifference)
    /// The lines of a report can't be sent again.
    case retry(report: String, RetryProblem)
    /// The origins of the lines of an input can't be read.
    case origins(OriginsError)
}

/// Why the lines of a report can't be sent again.
package enum RetryProblem: Hashable, Sendable {
    /// The input's size or time of modification differs.
    case inputChanged(String)
    /// The options differ from those of the retried run.
    case run(RunDifference)
    /// The report is not the one of its summary: other rows, or in another order.
    case otherRows
    case report(ReportError)
    /// An input has no record at a line of the report.
    case missingLine(path: String, line: UInt64)
    /// Lines of a file may be ones, edited, that the run of this report has sent.
    case maybeSent(path: String, count: UInt64)
}

/// What differs between an input and the run that started with it.
package enum InputChange: Hashable, Sendable {
    /// The bytes of a line that was finished or sent.
    case line(UInt64)
    /// The bytes of a record that was finished or sent, of an input of JSON.
    case record(UInt64)
    /// The position of a finished line.
    case moved(line: UInt64, to: UInt64)
    case endsBeforeLine(UInt64)
    case endsBeforeRecord(UInt64)
    /// The size in bytes; the finished lines are unchanged.
    case size(UInt64, before: UInt64)
}

/// How the run of an existing file differs from the requested one.
package enum RunDifference: Hashable, Sendable {
    /// The destination of the other run, and the requested one.
    case destination(String, now: String)
    /// The names of the inputs of the other run, and of the requested one.
    case inputs([String], now: [String])
    /// The inputs differ in name, size or time of modification.
    case inputFiles
    /// The flag, and its value in the other run; nil if it was not given.
    case option(String, value: String?)
    /// The id of the job of which the other run is a shard, and of the requested one.
    case job(String, now: String)
    /// Other inputs of the two runs are read as JSON.
    case formats
    /// The summary is missing, which describes the run.
    case noSummary
    /// Its run is unknown.
    case unknown
}
