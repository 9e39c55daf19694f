package import Time

/// A circuit breaker: open while the server as a whole is down.
///
/// While it is open, single probes are sent instead of the file, and their failures count against
/// no line.
package struct Circuit: Sendable {
    /// Consecutive attempts without a connection or with a 503 that open it, of any lines: no
    /// payload causes these.
    package static let unavailableThreshold = 5
    /// Different lines with failed attempts, and no sign of life between, that open it. One or two
    /// would not do: a server may trip over a payload.
    package static let lineThreshold = 10
    /// The longest time between two probes, in nanoseconds: a server that is back is detected within
    /// it.
    package static let maxProbeInterval: Int64 = 10_000_000_000

    /// When it opened, nil if it is closed.
    package private(set) var openSince: Instant?
    /// When the next probe may start, while it is open.
    package private(set) var nextProbe = Instant(nanoseconds: .min)
    /// Whether the server has given any response in this run.
    package private(set) var hasSeenServer: Bool

    private var consecutiveUnavailable = 0
    /// The lines that failed since the last sign of life, at most `lineThreshold`.
    private var failedLines: [LineID] = []
    private var failedProbes = 0
    private var probe: LineID?

    /// `hasSeenServer`: whether an earlier process of the run had a response. A resume during an
    /// outage then waits for its end, as the first process would have.
    package init(hasSeenServer: Bool = false) {
        self.hasSeenServer = hasSeenServer
        failedLines.reserveCapacity(Self.lineThreshold)
    }

    package var isOpen: Bool { openSince != nil }

    /// Whether an attempt may start: any while it is closed, one probe at a time while open.
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
        if result.answer != nil { hasSeenServer = true }
        let wasProbe = probe == line
        if wasProbe { probe = nil }
        if isAlive {
            close()
            return
        }
        if isOpen {
            // The ends of attempts that were in flight when it opened tell nothing new.
            if wasProbe {
                failedProbes += 1
                planProbe(now: now, random: &random)
            }
            return
        }
        let isUnavailable = !result.requestBegan || result.answer?.status == 503
        consecutiveUnavailable = isUnavailable ? consecutiveUnavailable + 1 : 0
        if failedLines.count < Self.lineThreshold, !failedLines.contains(line) {
            failedLines.append(line)
        }
        // A server that was never reached is a wrong address, not an outage.
        guard hasSeenServer else { return }
        if consecutiveUnavailable >= Self.unavailableThreshold
            || failedLines.count >= Self.lineThreshold
        {
            openSince = now
            failedProbes = 0
            planProbe(now: now, random: &random)
        }
    }

    /// Records that we aborted the attempt of `line`: it tells nothing of the server.
    package mutating func recordAborted(_ line: LineID) {
        if probe == line { probe = nil }
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
        let wait = ceiling / 2 + Int64(random.next(upTo: UInt64(ceiling / 2)))
        nextProbe = now.advanced(byNanoseconds: wait)
    }
}
