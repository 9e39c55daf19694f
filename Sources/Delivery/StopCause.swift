/// Why a run stops before its end, to be resumed by the same command.
package enum StopCause: Hashable, Sendable {
    /// SIGINT, SIGTERM or SIGHUP: the signal's number.
    case signal(Int32)
    /// A 401: the key is wrong for every line.
    case unauthorized
    /// 403 before the first acceptance, or over and over for several applications.
    case forbidden
    /// The first answers were all of a kind that the API does not give: the status of the last.
    case notTheAPI(status: Int)
    /// The destination never gave an answer.
    case unreachable(TransportFailure)
    /// It was seen alive and has been down for longer than `--outage-patience`.
    case outage
    /// A `Retry-After` above `--max-retry-after`, in seconds.
    case retryAfter(seconds: Int64)
    /// `--max-errors` is reached.
    case maxErrors
    /// `--max-duration` is over.
    case maxDuration
    /// `--limit` lines are done.
    case limit
    /// An input can't be read any further, or is not the one that the run began with. What is in
    /// flight may still end and be recorded.
    case input
    /// A file under the run could not be written or read: nothing can be recorded any more.
    case storage

    /// Whether the end of what is in flight is waited for: not if it can't be recorded.
    package var drains: Bool { self != .storage }
}
