import Delivery
import Destinations
import Testing

@testable import LocalAPI
import Time

@Suite("Rehearsal faults") struct FaultTests {
    private func draw(_ settings: FaultSettings, count: Int) -> [(Faults.Fault, Int64)] {
        var faults = Faults(settings, now: Instant(nanoseconds: 0))
        return (0..<count).map { index in
            let drawn = faults.next(now: Instant(nanoseconds: Int64(index) * 1_000_000))
            return (drawn.fault, drawn.delay)
        }
    }

    @Test("Without settings no faults are injected")
    func none() {
        #expect(draw(FaultSettings(seed: 1), count: 1000).allSatisfy { $0 == (.none, 0) })
    }

    @Test("Faults occur in their shares, with half of the drops before storing")
    func shares() {
        let drawn = draw(FaultSettings(failShare: 0.02, dropShare: 0.1, seed: 7), count: 100_000)
        func share(_ fault: Faults.Fault) -> Double {
            Double(drawn.count { $0.0 == fault }) / Double(drawn.count)
        }
        #expect(abs(share(.dropBefore) - 0.05) < 0.005)
        #expect(abs(share(.dropAfter) - 0.05) < 0.005)
        #expect(abs(share(.fail) - 0.02) < 0.003)
        #expect(draw(FaultSettings(failShare: 1), count: 99).allSatisfy { $0.0 == .fail })
    }

    @Test("The same seed gives the same faults, and another seed gives others")
    func seeds() {
        let settings = FaultSettings(latency: 0...1000, failShare: 0.3, dropShare: 0.3, seed: 1)
        var other = settings
        other.seed = 2
        let first = draw(settings, count: 200)
        #expect(first.elementsEqual(draw(settings, count: 200), by: ==))
        #expect(!first.elementsEqual(draw(other, count: 200), by: ==))
    }

    @Test("One kind of fault does not change the others")
    func independence() {
        let failing = FaultSettings(failShare: 0.3, seed: 3)
        var both = failing
        both.dropShare = 0.2
        both.latency = 5...10
        for (one, two) in zip(draw(failing, count: 500), draw(both, count: 500)) {
            if two.0 != .dropBefore, two.0 != .dropAfter { #expect(one.0 == two.0) }
        }
    }

    @Test("Injected latency is spread over its range")
    func latency() {
        let drawn = draw(FaultSettings(latency: 30...70, seed: 5), count: 5000).map(\.1)
        #expect(drawn.min() == 30 && drawn.max() == 70)
    }

    @Test("The injected limit allows its rate and sets Retry-After")
    func limit() {
        let rate = Rate(count: 1, perNanoseconds: 5_000_000)
        var faults = Faults(FaultSettings(limit: rate), now: Instant(nanoseconds: 0))
        var passed = 0
        // 1,000 requests/s against a limit of 200/s, for ten seconds.
        for millisecond in 0..<10_000 {
            let now = Instant(nanoseconds: Int64(millisecond) * 1_000_000)
            switch faults.next(now: now).fault {
            case .none: passed += 1
            case .limited(let seconds): #expect(seconds == 1)
            default: Issue.record("a fault that was not asked for")
            }
        }
        #expect((1980...2030).contains(passed), "\(passed)")
    }

    @Test("A client that keeps to the limit unevenly is not refused")
    func withinLimit() {
        let rate = Rate(count: 1, perNanoseconds: 5_000_000)
        var faults = Faults(FaultSettings(limit: rate), now: Instant(nanoseconds: 0))
        var generator = SplitMix64(seed: 9)
        for index in 0..<2000 {
            let late = Int64(generator.next(upTo: 40_000_000))
            let now = Instant(nanoseconds: Int64(index) * 5_000_000 + 40_000_000 + late / 8)
            #expect(faults.next(now: now).fault == .none)
        }
    }

    @Test("A slow limit sets Retry-After to the remaining seconds")
    func slowLimit() {
        let rate = Rate(count: 1, perNanoseconds: 60_000_000_000)
        var faults = Faults(FaultSettings(limit: rate), now: Instant(nanoseconds: 0))
        #expect(faults.next(now: Instant(nanoseconds: 1)).fault == .none)
        let later = Instant(nanoseconds: 20_500_000_000)
        #expect(faults.next(now: later).fault == .limited(retryAfterSeconds: 40))
    }

    @Test("Only a drop after storing stores the message; a 500 or a drop before does not")
    func effects() throws {
        func run(_ settings: FaultSettings) throws -> (Response?, Responder.Disposition, Int) {
            let api = try PureAPI(faults: settings)
            let (output, disposition) = try api.bytes(answering: Request())
            let count = try api.catalog.count(.messages, StoreFilter())
            return (output.isEmpty ? nil : Response(output), disposition, count)
        }
        let failed = try run(FaultSettings(failShare: 1))
        #expect(failed.0?.status == 500 && failed.2 == 0 && !failed.1.resets)
        let limited = try PureAPI(
            faults: FaultSettings(limit: Rate(count: 1, perNanoseconds: 1_000_000_000)))
        #expect(try limited.answer(to: Request()).status == 201)
        let refused = try limited.answer(to: Request())
        #expect(refused.status == 429 && refused.fields["retry-after"] == "1")
        var drops: Set<Int> = []
        for seed in 0..<20 {
            let dropped = try run(FaultSettings(dropShare: 1, seed: UInt64(seed)))
            #expect(dropped.1.resets)
            #expect(dropped.1.needsCommit == (dropped.2 == 1))
            drops.insert(dropped.2)
        }
        #expect(drops == [0, 1])
    }

    @Test("Faults affect only messages with the API key")
    func bystanders() throws {
        let api = try PureAPI(faults: FaultSettings(failShare: 1))
        #expect(try api.answer(to: Request(fields: [])).status == 401)
        #expect(try api.answer(to: Request(method: "GET", path: "/healthz")).status == 200)
    }
}
