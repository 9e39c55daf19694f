import Delivery
import Platform
import Time

/// What a run did, as it stands at its end or at a stop. Counts are of the whole run, all
/// processes together, unless they say otherwise.
struct RunSummary: Sendable {
    var version = Version.number
    var runID: String
    /// Why it stopped; nil if it is finished.
    var stop: StopReason?
    /// When the run's first process began (RFC 3339).
    var startedAt: String
    var endedAt: Timestamp
    /// How long this process took.
    var elapsed: Duration
    /// Lines that got their outcome in this process.
    var endedNow: UInt64
    var inputs: [Input]
    var destination: Destination
    /// The options that alter what a run means, by flag.
    var options: [String: String] = [:]
    /// Records read, invalid ones included.
    var read: UInt64
    var counts: Counts
    /// Lines left out on purpose; not in `read`.
    var skipped: UInt64 = 0
    /// Attempts after a line's first; at a stop, those of this process.
    var retries: UInt64 = 0
    /// Accepted or unknown lines that may have arrived twice.
    var possibleDuplicates: UInt64 = 0
    var blankLines: UInt64 = 0
    /// Members of records that are not appId, event_type or payload.
    var ignoredMembers: UInt64 = 0
    /// The most frequent errors, most frequent first.
    var errors: [ErrorCount] = []
    /// Applications that were given up, those with the most lines first; 20 at most. At a stop,
    /// those of this process.
    var givenUp: [GivenUp] = []
    /// How fast this process went and what held it back; nil if it sent nothing.
    var pace: Pace?
    /// What was written, the report first.
    var files: [File] = []
    /// What to do next; nil if nothing is left to do.
    var next: NextStep?

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
        /// Where it was first: the input's path and the physical line.
        var firstPath: String
        var firstLine: UInt64
    }

    struct GivenUp: Equatable, Sendable {
        /// Its id.
        var application: String
        /// Lines that are not attempted for it.
        var lines: UInt64
    }

    struct File: Sendable {
        var kind: Kind
        var path: String

        enum Kind: String, Sendable { case report, journal, summary, rejected, unknown, rest }
    }

    /// A complete command line, quoted for a shell, and why one would run it.
    struct NextStep: Sendable {
        /// To complete "Next: …", such as "fix the lines in events.rejected.ndjson, then run".
        var reason: String
        var command: String
    }

    /// Whether each line that was read has exactly one outcome; if not, a line is lost, and the
    /// program says so.
    var isConsistent: Bool { read == counts.total }

    /// How the process ends.
    var exitStatus: ExitStatus {
        var all: [ExitStatus] = [stop?.exitStatus ?? ExitStatus(read: read, counts: counts)]
        if !isConsistent { all.append(.internalError) }
        return .mostSevere(of: all)
    }

    /// Lines a second in this process.
    var linesPerSecond: UInt64 {
        let nanoseconds = elapsed.inNanoseconds
        guard nanoseconds > 0 else { return 0 }
        return UInt64((Double(endedNow) * 1e9 / Double(nanoseconds)).rounded())
    }
}
