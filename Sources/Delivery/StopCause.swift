/// Why a run stops before its end; the same command resumes it.
package enum StopCause: Hashable, Sendable {
    /// SIGINT, SIGTERM or SIGHUP: the signal's number.
    case signal(Int32)
    /// A 401: the key is invalid for every line, and there is no other one.
    case unauthorized
    /// A 403 before the first acceptance, or consecutive ones over several applications.
    case forbidden
    /// The proxy rejects its user or password (407).
    case proxyAuthentication
    /// A status that concerns every line: 402 or 426, or consecutive redirects or 405s over several
    /// applications.
    case refusedForAll(status: Int)
    /// The API never gives responses like the first ones: the last status.
    case notTheAPI(status: Int)
    /// The destination never responded, with a start patience until its end; or the proxy refuses
    /// to tunnel to it.
    case unreachable(TransportFailure)
    /// It has responded before, and has been down for longer than `--outage-patience`: why the last
    /// attempt got no connection, nil if it got one.
    case outage(TransportFailure?)
    /// A `Retry-After` above `--max-retry-after`: its seconds.
    case retryAfter(seconds: Int64)
    /// `--max-errors` is reached.
    case maxErrors
    /// `--max-duration` has elapsed.
    case maxDuration
    /// `--limit` lines are finished.
    case limit
    /// An input can't be read, or has changed since the run started.
    ///
    /// Requests in flight may still end and be recorded.
    case input
    /// A file of the run can't be written or read.
    ///
    /// Nothing can be recorded any more.
    case storage

    /// Whether requests in flight may still end, and be recorded.
    package var drains: Bool { self != .storage }
}
