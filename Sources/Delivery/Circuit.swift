package import Time

/// Watches whether the server is down as a whole. While it is, single probes go out instead of the
/// file, and what they meet counts against no line.
package struct Circuit: Sendable {
    /// Attempts in a row without a connection, or with a 503, that open it, of whatever lines: it
    /// is no payload that causes these.
    package static let unavailableThreshold = 5
    /// Different lines whose attempts failed, with no life between, that open it. Several, since a
    /// payload may well be what a server trips over.
    package static let lineThreshold = 10
    /// The longest time between two probes, in nanoseconds: a server that is back is seen within
    /// it.
    package static let longestWait: Int64 = 10_000_000_000

    /// Since when it is open, nil if it is closed.
    package private(set) var openSince: Instant?
    /// When the next probe may start, while it is open.
    package private(set) var nextProbe = Instant(nanoseconds: .min)
    /// Whether the server has ever given an answer, of whatever kind, in this run.
    package private(set) var hasSeenServer: Bool

    private var unavailableInARow = 0
    /// The lines that failed since the last sign of life, `lineThreshold` of them at most.
    private var failedLines: [LineID] = []
    private var failedProbes = 0
    private var probe: LineID?

    /// `hasSeenServer`: whether an earlier process of the run met it alive. A resume into an outage
    /// then waits for its end, as the first process would have.
    package init(hasSeenServer: Bool = false) {
        self.hasSeenServer = hasSeenServer
        failedLines.reserveCapacity(Self.lineThreshold)
    }

    package var isOpen: Bool { openSince != nil }

    /// Whether an attempt may start: always while it is closed, one probe at a time while open.
    package func allowsStart(now: Instant) -> Bool {
        !isOpen || (probe == nil && now >= nextProbe)
    }

    /// Whether a probe is under way.
    package var isProbing: Bool { probe != nil }

    /// Notes that an attempt of `line` starts.
    package mutating func noteStart(of line: LineID) {
        if isOpen { probe = line }
    }

    /// Notes how an attempt of `line` ended. `isAlive`: the server did something with it other
    /// than fail (an acceptance, a refusal, 429 included).
    package mutating func noteEnd(
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
            // Answers to what was in flight when it opened say nothing new.
            if wasProbe {
                failedProbes += 1
                planProbe(now: now, random: &random)
            }
            return
        }
        let isUnavailable = !result.requestBegan || result.answer?.status == 503
        unavailableInARow = isUnavailable ? unavailableInARow + 1 : 0
        if failedLines.count < Self.lineThreshold, !failedLines.contains(line) {
            failedLines.append(line)
        }
        // A server that was never reached is a wrong address, not an outage.
        guard hasSeenServer else { return }
        if unavailableInARow >= Self.unavailableThreshold
            || failedLines.count >= Self.lineThreshold
        {
            openSince = now
            failedProbes = 0
            planProbe(now: now, random: &random)
        }
    }

    /// Notes that the attempt of `line` was given up by us: it says nothing about the server.
    package mutating func noteAborted(_ line: LineID) {
        if probe == line { probe = nil }
    }

    private mutating func close() {
        openSince = nil
        probe = nil
        unavailableInARow = 0
        failedLines.removeAll(keepingCapacity: true)
        failedProbes = 0
    }

    private mutating func planProbe(now: Instant, random: inout SplitMix64) {
        let ceiling = min(Backoff.ceiling(afterFailures: failedProbes + 1), Self.longestWait)
        // Half of it is certain: single probes need no full jitter, and must not come in a rush.
        let wait = ceiling / 2 + Int64(random.next(upTo: UInt64(ceiling / 2)))
        nextProbe = now.advanced(byNanoseconds: wait)
    }
}
