import Delivery
import Testing

@Suite("The schedule of deliveries") struct DeliveryScheduleTests {
    private static func answer(
        _ status: Int, retryAfter: Int64? = nil, failure: TransportFailure? = nil
    ) -> AttemptResult {
        AttemptResult(
            requestBegan: true,
            response: .init(
                status: status, isComplete: failure == nil, retryAfterSeconds: retryAfter),
            failure: failure)
    }

    @Test(
        "A 2xx is a delivery whatever becomes of its body, a 410 ends the endpoint, all else fails",
        arguments: [
            (answer(200), .delivered), (answer(204), .delivered), (answer(299), .delivered),
            (answer(200, failure: .timeout), .delivered),
            (answer(200, failure: .responseTooLarge), .delivered),
            (answer(200, failure: .earlyResponse), .failed), (answer(410), .gone),
            (answer(301), .failed), (answer(400), .failed), (answer(429), .failed),
            (answer(503, retryAfter: 5), .failed),
            (AttemptResult(requestBegan: false, failure: .dns), .failed),
            (AttemptResult(requestBegan: true, failure: .connectionClosed), .failed),
        ] as [(AttemptResult, DeliverySchedule.Verdict)])
    func verdicts(result: AttemptResult, expected: DeliverySchedule.Verdict) {
        var random = SplitMix64(seed: 1)
        let schedule = DeliverySchedule(waits: [])
        #expect(schedule.verdict(result, failures: 1, now: 0, random: &random) == expected)
    }

    @Test("A delivery that always fails is attempted ten times in three days, each wait ± 10 %")
    func standard() {
        let minutes: [Double] = [5.0 / 60, 5, 30, 120, 300, 600, 840, 1200, 1440]
        for seed in UInt64(0)..<200 {
            var random = SplitMix64(seed: seed)
            var now: Int64 = 1_000_000
            var waits: [Double] = []
            var failures = 1
            while case .retry(let at) = DeliverySchedule.standard.verdict(
                Self.answer(500), failures: failures, now: now, random: &random)
            {
                waits.append(Double(at - now) / 60_000)
                now = at
                failures += 1
            }
            #expect(failures == 10)
            #expect(waits.count == minutes.count)
            for (wait, planned) in zip(waits, minutes) {
                #expect(wait >= planned * 0.9 && wait <= planned * 1.1, "seed \(seed)")
            }
        }
    }

    @Test(
        "Retry-After delays the next attempt, by a day at most, and never hastens it",
        arguments: [(0, 1000), (1, 1000), (60, 60_000), (86_400, 86_400_000), (.max, 86_400_000)]
            as [(Int64, Int64)])
    func retryAfter(seconds: Int64, wait: Int64) {
        var random = SplitMix64(seed: 3)
        let verdict = DeliverySchedule(waits: [1000]).verdict(
            Self.answer(429, retryAfter: seconds), failures: 1, now: 5, random: &random)
        guard case .retry(let at) = verdict else {
            Issue.record("\(verdict)")
            return
        }
        #expect(at - 5 >= wait * 9 / 10 && at - 5 <= max(1100, wait))
        if wait > 1100 { #expect(at - 5 == wait) }
    }
}
