import Foundation
import TestSupport
import Testing

/// From the lines of a file to the receivers of webhooks.
@Suite("The whole way", .ownThread, .needsPython("standardwebhooks", "svix"))
struct WholeWayTests {
    /// Lines; `HOOKBATCH_DELIVERIES` replaces it.
    private static let count =
        ProcessInfo.processInfo.environment["HOOKBATCH_DELIVERIES"].flatMap { Int($0) } ?? 1000

    /// Verifies lines of `SECRET ID TIMESTAMP SIGNATURE BODY` (Base64) with both libraries.
    private static let script = """
        import base64, sys
        import standardwebhooks, svix

        count = 0
        for line in sys.stdin:
            secret, id, timestamp, signature, body = line.rstrip('\\n').split('\\t')
            body = base64.b64decode(body).decode()
            headers = {
                'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature,
            }
            for library in (standardwebhooks, svix):
                library.Webhook(secret).verify(body, headers)
            count += 1
        print(count)
        """

    private struct Receivers {
        let healthy: LoopbackServer
        let third: LoopbackServer
        let hanging: LoopbackServer
        let successesOfThird = Monitor<Set<String>>([])

        init() throws {
            let successes = successesOfThird
            healthy = try LoopbackServer { _ in .answer(200) }
            third = try LoopbackServer { request in
                guard request.number % 3 != 1 else { return .answer(500) }
                successes.update { $0.formUnion(request.values(of: "webhook-id")) }
                return .answer(200)
            }
            hanging = try LoopbackServer { _ in Reply([.hang]) }
        }
    }

    @Test("Each line reaches each healthy endpoint, signed, while another endpoint hangs")
    func wholeWay() throws {
        let alone = try deliver(withHanging: false)
        let beside = try deliver(withHanging: true)
        print(
            "delay from the 201 to the arrival, of \(Self.count): alone \(alone), beside an "
                + "endpoint that hangs \(beside)")
    }

    /// Returns the delays of the healthy endpoint, as text.
    private func deliver(withHanging: Bool) throws -> String {
        let delivering = try Delivering()
        let receivers = try Receivers()
        let healthy = try delivering.addEndpoint(receivers.healthy.url)
        let third = try delivering.addEndpoint(receivers.third.url)
        if withHanging { _ = try delivering.addEndpoint(receivers.hanging.url) }
        let schedule = String(repeating: "50ms,", count: 30) + "50ms"
        let serving = try Serving(
            ["--deliver", "--schedule", schedule, "--timeout", "60s"], in: delivering.folder)
        let lines = (0..<Self.count).map {
            #"{"appId":"app_1","event_type":"user.created","payload":{"n":\#($0)}}"#
        }
        try delivering.folder.write(lines.joined(separator: "\n") + "\n", to: "in.ndjson")
        let sent = try Program(
            Hookbatch.binary,
            ["send", "in.ndjson", "--to", serving.baseURL, "--rate", "300/s", "--quiet"],
            environment: ["HOOKSTREAM_API_KEY": Serving.apiKey], directory: delivering.folder.path
        ).start().wait(timeout: .seconds(300))
        #expect(sent.exitCode == 0, "\(sent)")
        let messages = Set(
            try serving.messages().compactMap { $0["id"] as? String })
        #expect(messages.count == Self.count)
        #expect(receivers.healthy.waitForRequests(Self.count, timeout: .seconds(120)))
        #expect(
            receivers.successesOfThird.wait(timeout: .seconds(120)) { $0.count == Self.count })
        // Read before the stop: the endpoint that hangs still does.
        if withHanging {
            #expect(receivers.hanging.requestCount >= 1)
            #expect(
                try delivering.deliveries("--status", "pending").count >= Self.count)
        }
        serving.program.kill(SIGTERM)
        usleep(500_000)
        let end = serving.stop()
        #expect(end.exitCode == 0, "\(end)")
        #expect(Set(receivers.healthy.ids) == messages)
        #expect(receivers.successesOfThird.read { $0 } == messages)
        #expect(Set(receivers.third.ids) == messages)
        #expect(Set(receivers.hanging.ids).isSubset(of: messages))
        try verify([(receivers.healthy, healthy.secret), (receivers.third, third.secret)])
        return try delays(receivers.healthy)
    }

    private func verify(_ receivers: [(LoopbackServer, String)]) throws {
        var lines: [String] = []
        for (server, secret) in receivers {
            for request in server.requests {
                let fields = ["webhook-id", "webhook-timestamp", "webhook-signature"]
                let values = fields.map { request.values(of: $0).first ?? "" }
                let body = Data(request.body).base64EncodedString()
                lines.append(([secret] + values + [body]).joined(separator: "\t"))
            }
        }
        let verified = try Python.run(
            Self.script, input: .bytes(Array((lines.joined(separator: "\n") + "\n").utf8)))
        #expect(verified.exitCode == 0 && verified.output == "\(lines.count)\n", "\(verified)")
    }

    /// The delays from a message's time to its arrival.
    private func delays(_ server: LoopbackServer) throws -> String {
        var clock = timespec()
        clock_gettime(CLOCK_MONOTONIC, &clock)
        let monotonic = Double(clock.tv_sec) + Double(clock.tv_nsec) / 1e9
        let offset = Date().timeIntervalSince1970 - monotonic
        let format = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        let delays = try server.requests.map { request in
            let match = try #require(request.bodyText.firstMatch(of: /"timestamp":"([^"]+)"/))
            let time = try format.parse(String(match.1)).timeIntervalSince1970
            return (Double(request.arrivedNanoseconds) / 1e9 + offset - time) * 1000
        }.sorted()
        let marks = [("p50", 0.5), ("p99", 0.99), ("max", 1)].map { name, share in
            let index = min(delays.count - 1, Int(Double(delays.count) * share))
            return "\(name) \(Int(delays[index])) ms"
        }
        return marks.joined(separator: ", ")
    }
}
