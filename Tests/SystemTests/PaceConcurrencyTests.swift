import TestSupport
import Testing

/// A server of 16 workers that slows down under more concurrent requests.
private final class Crowded: Sendable {
    private let ends: Monitor<[Int64]> = Monitor([])

    /// Replies after 10 ms while up to 16 requests are in flight.
    ///
    /// With more requests in flight the delay grows by the square of their number.
    func reply(to request: Request) -> Reply {
        let now = request.arrivedNanoseconds
        let milliseconds = ends.update { ends in
            ends.removeAll { $0 <= now }
            let crowd = Double(ends.count + 1) / 16
            let milliseconds = 10 * max(1, crowd * crowd)
            ends.append(now + Int64(milliseconds * 1e6))
            return milliseconds
        }
        return .delay(.microseconds(Int64(milliseconds * 1000)), .created(request))
    }
}

@Suite("Concurrency", .ownThread) struct PaceConcurrencyTests {
    private func requestsPerSecond(concurrency: String, lines: Int) throws -> Double {
        let crowded = Crowded()
        let server = try LoopbackServer { crowded.reply(to: $0) }
        let sent = try Sending().send(
            Sending.lines(lines), to: server.baseURL, ["--concurrency", concurrency])
        #expect(sent.exitCode == 0, "\(sent)")
        return Starts(server.requests).perSecond
    }

    @Test(
        "--concurrency auto is within a factor of two of the best fixed number",
        .enabled(if: LongRuns.areWanted, "HOOKBATCH_LONG=1"))
    func automatic() throws {
        let fixed = try [4, 8, 16, 32, 64].map {
            try requestsPerSecond(concurrency: "\($0)", lines: 3000)
        }
        let found = try requestsPerSecond(concurrency: "auto", lines: 3000)
        print("fixed \(fixed), auto \(found)")
        #expect(found * 2 > (fixed.max() ?? 0))
    }

    @Test("No more than --concurrency requests are in flight at once", arguments: [1, 3])
    func fixed(concurrency: Int) throws {
        let server = try LoopbackServer { .delay(.milliseconds(20), .created($0)) }
        let sent = try Sending().send(
            Sending.lines(30), to: server.baseURL, ["--concurrency", "\(concurrency)"])
        #expect(sent.exitCode == 0, "\(sent)")
        #expect(server.connectionCount <= concurrency)
    }

    @Test("--max-in-flight-bytes bounds the bytes in flight and always allows one record")
    func bytes() throws {
        let delay = 50.0
        let server = try LoopbackServer { .delay(.milliseconds(50), .created($0)) }
        let filling = String(repeating: "x", count: 100_000)
        let line = #"{"appId":"a","event_type":"t","payload":"\#(filling)"}"# + "\n"
        let large = String(repeating: "y", count: 300_000)
        let input =
            String(repeating: line, count: 20)
            + #"{"appId":"a","event_type":"t","payload":"\#(large)"}"# + "\n"
        let sent = try Sending().send(
            input, to: server.baseURL, ["--max-in-flight-bytes", "256KiB"])
        #expect(sent.exitCode == 0, "\(sent)")
        #expect(server.requestCount == 21)
        // Records of 100 kB are admitted while fewer than 256 KiB are buffered: three at once.
        // Requests that arrive within the delay of another are in flight with it.
        let times = Starts(server.requests).times
        for (index, time) in times.enumerated() {
            #expect(times[index...].count { $0 < time + delay } <= 3)
        }
    }
}
