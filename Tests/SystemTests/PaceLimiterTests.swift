import TestSupport
import Testing

/// A server's limit of requests per second.
private final class Limiter: Sendable {
    enum Kind: String, Sendable {
        /// A token bucket of a tenth of a second's requests, refilled evenly.
        case bucket
        /// A fixed window for each second of the clock.
        case window
    }

    private struct State: Sendable {
        var tokens: Double
        var last: Int64 = 0
        var refused: [Bool] = []
    }

    private let state: Monitor<State>
    private let kind: Kind
    private let perSecond: Double

    init(_ kind: Kind, perSecond: Double) {
        self.kind = kind
        self.perSecond = perSecond
        state = Monitor(State(tokens: kind == .bucket ? perSecond / 10 : perSecond))
    }

    func reply(to request: Request) -> Reply {
        let now = request.arrivedNanoseconds
        let lets = state.update { state in
            switch kind {
            case .bucket:
                let earned = Double(now - state.last) / 1e9 * perSecond
                state.tokens = min(perSecond / 10, state.tokens + earned)
            case .window:
                if now / 1_000_000_000 != state.last / 1_000_000_000 { state.tokens = perSecond }
            }
            state.last = now
            let lets = state.tokens >= 1
            if lets { state.tokens -= 1 }
            state.refused.append(!lets)
            return lets
        }
        // A small latency, as over a real network.
        return .delay(.milliseconds(5), lets ? .created(request) : .answer(429))
    }

    /// Whether each request was refused, in order of arrival.
    var refused: [Bool] { state.read(\.refused) }
}

@Suite("A server's own limit is learned and kept", .ownThread) struct PaceLimiterTests {
    @Test(
        "A server with a limit of 200 requests a second gets every line",
        arguments: [["--concurrency", "auto"], ["--rate", "500/s"]])
    func limited(flags: [String]) throws { try send(.bucket, lines: 1000, flags) }

    @Test(
        "A limit of any kind is learned and used, and few requests exceed it",
        .enabled(if: LongRuns.areWanted, "HOOKBATCH_LONG=1"), arguments: ["bucket", "window"])
    func limitedForLong(kind: String) throws {
        try send(
            try #require(Limiter.Kind(rawValue: kind)), lines: 4000, ["--concurrency", "auto"])
    }

    private func send(_ kind: Limiter.Kind, lines: Int, _ flags: [String]) throws {
        let limiter = Limiter(kind, perSecond: 200)
        let server = try LoopbackServer { limiter.reply(to: $0) }
        let sent = try Sending().send(
            Sending.lines(lines, applications: ["a", "b", "c"]), to: server.baseURL,
            flags)
        #expect(sent.exitCode == 0, "\(sent)")
        #expect(try sent.rows.allSatisfy { $0.outcome == "accepted" && !$0.possibleDuplicate })
        let starts = Starts(server.requests)
        let settled = starts.times.count { $0 < starts.times[0] + 3000 }
        let late = limiter.refused[settled...]
        let refused = late.count { $0 }
        print(
            "\(kind): \(limiter.refused.count { $0 }) of \(limiter.refused.count) refused, of the "
                + "last \(late.count) \(refused); \(Double(lines) * 1000 / starts.length)/s")
        guard LongRuns.areWanted else { return }
        #expect(late.count > lines / 4)
        #expect(refused * 20 < late.count, "\(refused) of \(late.count)")
        // At least half of the allowed rate is used, including the start and the end.
        #expect(Double(lines) * 1000 / starts.length > 100)
    }
}
