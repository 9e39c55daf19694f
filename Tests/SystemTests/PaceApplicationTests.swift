import Foundation
import TestSupport
import Testing

@Suite("Pace of applications", .ownThread) struct PaceApplicationTests {
    @Test("--app-concurrency 1 keeps each application's order, also across retries")
    func order() throws {
        var generator = SeededGenerator.fromEnvironment()
        let faults = generator.next()
        let server = try LoopbackServer { request in
            var generator = SeededGenerator(seed: faults &+ UInt64(request.number))
            switch generator.next() % 30 {
            case 0: return .answer(429, headers: [("Retry-After", "0")])
            case 1: return .answer(500)
            case 2: return .close
            case 3: return .delay(.milliseconds(10), .created(request))
            default: return .created(request)
            }
        }
        let applications = (1...20).map { "app_\($0)" }
        let sent = try Sending().send(
            Sending.lines(600, applications: applications), to: server.baseURL,
            ["--app-concurrency", "1"])
        #expect(sent.exitCode == 0, "\(sent), \(generator)")
        let requests = server.requests
        #expect(requests.count > 600)
        for application in applications {
            let lines = requests.filter { $0.appID == application }.compactMap(\.line)
            // A retry repeats its line; a later line starts only after its end.
            #expect(lines == lines.sorted(), "\(application), \(generator)")
            #expect(Set(lines).count == 30)
        }
    }

    @Test("A slow application does not hold up the others")
    func slow() throws {
        let server = try LoopbackServer { request in
            request.appID == "slow"
                ? .delay(.milliseconds(200), .created(request)) : .created(request)
        }
        let sent = try Sending().send(
            Sending.lines(1000, applications: ["slow"] + (1...99).map { "fast_\($0)" }),
            to: server.baseURL, ["--app-concurrency", "1"])
        #expect(sent.exitCode == 0, "\(sent)")
        let order = server.requests.map(\.appID)
        let lastFast = try #require(order.lastIndex { $0 != "slow" })
        // The others do not wait for all of the ten slow lines, which would be two seconds.
        #expect(order[...lastFast].count { $0 == "slow" } < 10)
    }

    @Test("--app-rate limits each application separately")
    func rate() throws {
        let server = try LoopbackServer()
        let sent = try Sending().send(
            Sending.lines(60, applications: ["a", "b", "c"]), to: server.baseURL,
            ["--app-rate", "20/s"])
        let rows = try sent.rows
        for application in ["a", "b", "c"] {
            let starts = try Starts(rows: rows.filter { $0.appID == application })
            #expect(starts.times.count == 20)
            #expect(starts.excess(interval: 50, tolerance: 11) <= 0, "\(application)")
        }
        // Together they start faster than one may.
        #expect(try Starts(rows: rows).excess(interval: 50, tolerance: 11) > 0)
        #expect(try sent.waited["application"] ?? 0 > 500, "\(sent)")
    }

    @Test("--app-giveup stops sending to an unknown application and reports the remaining lines")
    func givenUp() throws {
        let server = try LoopbackServer { request in
            request.appID == "gone" ? .answer(404) : .created(request)
        }
        let sending = try Sending()
        let sent = try sending.send(
            Sending.lines(100, applications: ["here", "gone"]), to: server.baseURL,
            ["--app-giveup", "5", "--concurrency", "1"])
        #expect(sent.exitCode == 1, "\(sent)")
        let gone = try sent.rows.filter { $0.appID == "gone" }
        #expect(gone.prefix(5).allSatisfy { $0.outcome == "rejected" && $0.error == "http_404" })
        #expect(
            gone.dropFirst(5).allSatisfy {
                $0.outcome == "not_attempted" && $0.error == "app_given_up" && $0.attempts == 0
                    && $0.status == nil
            })
        #expect(gone.count == 50)
        #expect(server.requests.count { $0.appID == "gone" } == 5)
        #expect(sent.result.errorOutput.contains("45 not attempted"), "\(sent)")
        let givenUp = try #require(try sent.summary["given_up"] as? [[String: Any]])
        #expect(givenUp.map { $0["appId"] as? String } == ["gone"])
        #expect(givenUp.map { $0["not_attempted"] as? Int } == [45])
        let rejected = String(
            decoding: try sending.folder.read("out.rejected.ndjson"), as: UTF8.self)
        #expect(rejected.split(separator: "\n").count == 50)
    }
}
