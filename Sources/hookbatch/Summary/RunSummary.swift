import Delivery
import Platform
import Records
import Sending
import Time

/// The result of a run at its end or at a stop.
struct RunSummary: Sendable {
    var version = Version.number
    var runID: String
    /// Why the run stopped; nil if it is finished.
    var stop: StopReason?
    /// The start of the run's first process (RFC 3339).
    var startedAt: String
    var endedAt: Timestamp
    /// The run's last processes, this one included, oldest first.
    var processes: [Process] = []
    /// The duration of this process.
    var elapsed: Duration
    var inputs: [Input]
    var destination: Destination
    /// The command that resumes the run, without passwords.
    var command: String?
    /// The command that sends lines of the finished run again from its inputs; nil without lines that
    /// may have arrived, and if these can't be sent so.
    var retryCommand: String?
    /// The machine's name; nil if it is unknown.
    var host: String?
    /// The options of the run identity, by flag.
    var options: [String: String] = [:]
    var facts: RunFacts
    /// Why nothing was read; nil if something was read, or the reason is unknown.
    var noLines: NoLines?
    /// The most frequent errors, most frequent first.
    var errors: [ErrorCount] = []
    /// The pace of this process; nil if it sent nothing.
    var pace: Pace?
    /// The written files, the report first.
    var files: [File] = []
    /// The working directory, to which paths are relative; nil if it is unknown.
    var directory: String?
    /// The next steps, in order; empty if there is nothing to do.
    var steps: [NextStep] = []

    struct Input: Sendable {
        /// `-` is standard input.
        var path: String
        /// nil for a stream.
        var size: UInt64?
        var modified: Timestamp?
    }

    enum Destination: Sendable {
        case store(path: String)
        case api(url: String)
    }

    struct ErrorCount: Sendable {
        /// The stable code of the rows, such as `http_404`.
        var code: String
        var count: UInt64
        /// The first position: the input's path and the physical line.
        var firstPath: String
        var firstLine: UInt64
    }

    struct File: Sendable {
        var kind: Kind
        var path: String

        enum Kind: String, Sendable { case report, journal, summary, rejected, unknown, rest }
    }

    /// A complete command line, quoted for a shell, with its purpose.
    struct NextStep: Sendable {
        enum Kind: String, Sendable {
            /// Resumes or sends.
            case run
            /// Shows rows, and changes nothing.
            case look
            /// Is instead of the step before it.
            case alternative
        }

        var kind = Kind.run
        /// To complete "Next: …", such as "fix the lines in events.rejected.ndjson, then run".
        var reason: String
        var command: String
        /// The working directory of the run, to which the command's paths are relative; nil if it
        /// is unknown.
        var directory: String?
    }

    /// A shorter process has no progress bar, and no rates in its text.
    static let minMeasured = Duration.milliseconds(300)

    /// Whether the process was long enough for a rate.
    var isMeasured: Bool { elapsed >= Self.minMeasured }

    /// The first step that sends; nil if there is none.
    var next: NextStep? { steps.first { $0.kind == .run } }

    /// The exit status of the process.
    var exitStatus: ExitStatus {
        var all: [ExitStatus] = [
            stop?.exitStatus ?? ExitStatus(read: facts.read, counts: facts.counts)
        ]
        // A lost line is a defect.
        if !facts.isConsistent { all.append(.internalError) }
        return .mostSevere(of: all)
    }

    /// Facts that do not stop a run, and that a person may have to act on.
    var warnings: [String] {
        var all: [String] = []
        // An empty shard is usual if there are few applications.
        let isEmptyShard = (noLines?.skipped.inOtherShards ?? 0) > 0
        // Lines of text are left, which no flag leaves out.
        let hasOnlyText =
            facts.counts.accepted == 0 && linesOfText == .all
            && (noLines?.skipped.unselected ?? 0) > 0
        if stop == nil, facts.read == 0 || hasOnlyText, !isEmptyShard {
            all.append("no lines to send" + (noLines.map { ": " + $0.reason } ?? ""))
        }
        if let warning = IgnoredText(facts).warning { all.append(warning) }
        return all
    }

    /// Lines per second in this process.
    var linesPerSecond: UInt64 {
        let nanoseconds = elapsed.inNanoseconds
        guard nanoseconds > 0 else { return 0 }
        return UInt64((Double(facts.endedNow) * 1e9 / Double(nanoseconds)).rounded())
    }
}
