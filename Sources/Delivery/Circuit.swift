package import Time

/// A circuit breaker: open while the server as a whole is down.
///
/// While it is open, single probes are sent instead of the file, and their failures count against
/// no line. It opens for a server that has responded before, and with a start patience also for one
/// that was never reached.
package struct Circuit: Sendable {
    /// Consecutive attempts without a connection or with a 503 that open it.
    ///
    /// They may be of any lines, since no payload causes them.
    package static let unavailableThreshold = 5
    /// Different lines with failed attempts that open it, without a sign of life.
    ///
    /// One or two would not do: a server may trip over a payload.
    package static let lineThreshold = 10
    /// The longest time between two probes, in nanoseconds.
    ///
    /// A server that is back is detected within it.
    package static let maxProbeInterval: Int64 = 10_000_000_000

    /// When it opened, nil if it is closed.
    package private(set) var openSince: Instant?
    /// When the next probe may start, while it is open.
    package private(set) var nextProbe = Instant(nanoseconds: .min)
    /// Whether the server has given any response in this run.
    package private(set) var hasSeenServer: Bool

    private var consecutiveUnavailable = 0
    /// The lines failed since the last sign of life, at most `lineThreshold`.
    private var failedLines: [LineID] = []
    private var failedProbes = 0
    private var probe: LineID?
    private let startPatience: Int64
    /// When the first attempt found no server, nil if none did.
    private var absentSince: Instant?
    /// Why the last attempt that failed got no connection, nil if it got one.
    package private(set) var connectFailure: TransportFailure?

    /// `hasSeenServer`: whether an earlier process of the run had a response. A resume during an
    /// outage then waits for its end, as the first process would have. `startPatience`: the longest
    /// wait for a server that was never reached, in nanoseconds; 0: none.
    package init(hasSeenServer: Bool = false, startPatience: Int64 = 0) {
        self.hasSeenServer = hasSeenServer
        self.startPatience = startPatience
        failedLines.reserveCapacity(Self.lineThreshold)
    }

    package var isOpen: Bool { openSince != nil }

    /// Whether it is open for a server that has never responded.
    package var awaitsServer: Bool { isOpen && !hasSeenServer }

    /// Whether an attempt may start; while it is open, one probe at a time.
    package func allowsStart(now: Instant) -> Bool {
        !isOpen || (probe == nil && now >= nextProbe)
    }

    /// Whether a probe is in flight.
    package var isProbing: Bool { probe != nil }

    /// Records the start of an attempt of `line`.
    package mutating func recordStart(of line: LineID) {
        if isOpen { probe = line }
    }

    /// Records the end of an attempt of `line`. `isAlive`: the server has processed it, with an
    /// acceptance or a refusal, 429 included.
    package mutating func recordEnd(
        of line: LineID, isAlive: Bool, result: AttemptResult, now: Instant,
        random: inout SplitMix64
    ) {
        if result.response != nil { hasSeenServer = true }
        let wasProbe = probe == line
        if wasProbe { probe = nil }
        if isAlive {
            close()
            return
        }
        connectFailure = result.requestBegan ? nil : result.failure
        if isOpen {
            if awaitsServer, !result.foundNoServer {
                // Something is there: it is judged as without the patience.
                close()
                return
            }
            // The ends of attempts that were in flight when it opened tell nothing new.
            if wasProbe {
                failedProbes += 1
                planProbe(now: now, random: &random)
            }
            return
        }
        let isUnavailable = !result.requestBegan || result.response?.status == 503
        consecutiveUnavailable = isUnavailable ? consecutiveUnavailable + 1 : 0
        if failedLines.count < Self.lineThreshold, !failedLines.contains(line) {
            failedLines.append(line)
        }
        guard hasSeenServer else {
            // Without the patience, a server that was never reached is a wrong address.
            if startPatience > 0, result.foundNoServer {
                absentSince = absentSince ?? now
                open(since: absentSince ?? now, now: now, random: &random)
            }
            return
        }
        if consecutiveUnavailable >= Self.unavailableThreshold
            || failedLines.count >= Self.lineThreshold
        {
            open(since: now, now: now, random: &random)
        }
    }

    /// Records that we aborted an attempt. It tells nothing of the server.
    package mutating func recordAborted(_ line: LineID) {
        if probe == line { probe = nil }
    }

    private mutating func open(since instant: Instant, now: Instant, random: inout SplitMix64) {
        openSince = instant
        failedProbes = 0
        planProbe(now: now, random: &random)
    }

    private mutating func close() {
        openSince = nil
        probe = nil
        consecutiveUnavailable = 0
        failedLines.removeAll(keepingCapacity: true)
        failedProbes = 0
    }

    private mutating func planProbe(now: Instant, random: inout SplitMix64) {
        let ceiling = min(Backoff.ceiling(afterFailures: failedProbes + 1), Self.maxProbeInterval)
        // Half of it is fixed: single probes need no full jitter, and must not come in a rush.
        var wait = ceiling / 2 + Int64(random.next(upTo: UInt64(ceiling / 2)))
        if awaitsServer, let openSince {
            // The last probe comes at the end of the patience.
            let left = startPatience - now.nanoseconds(since: openSince)
            if left > 0 { wait = min(wait, left) }
        }
        nextProbe = now.advanced(byNanoseconds: wait)
    }
}
