import Testing
import TestSupport
import Time

@testable import Delivery

@Suite("StopRules") struct StopRulesTests {
    private func rules(_ set: (inout DeliveryOptions) -> Void = { _ in }) -> StopRules {
        var options = DeliveryOptions()
        set(&options)
        return StopRules(options: options, now: .start)
    }

    private func after(_ nanoseconds: Int64) -> Instant {
        Instant.start.advanced(byNanoseconds: nanoseconds)
    }

    /// The cause after a check, of a run with lines in its window unless `isEmpty`.
    private func check(
        _ rules: StopRules, hasNeverResponded: Bool = false, outageSince: Instant? = nil,
        connectFailure: TransportFailure? = nil, awaitsServer: Bool = false, isIdle: Bool = true,
        isEmpty: Bool = false,
        now: Instant = .start
    ) -> StopCause? {
        var rules = rules
        rules.check(
            hasNeverResponded: hasNeverResponded, outageSince: outageSince,
            connectFailure: connectFailure, awaitsServer: awaitsServer, isIdle: isIdle,
            isEmpty: isEmpty, now: now)
        return rules.cause
    }

    @Test("Records are read until the limit, the end of the input or a stop")
    func reading() {
        var limited = rules { $0.limit = 2 }
        var allowed = [limited.allowReading]
        for _ in 1...2 {
            limited.recordAdmission()
            allowed.append(limited.allowReading)
        }
        #expect(allowed == [true, true, false])
        #expect(limited.isAtLimit)

        var ended = rules()
        ended.recordInputEnd()
        #expect(!ended.allowReading)
        #expect(ended.inputHasEnded)

        var stopped = rules()
        stopped.stop(.outage(nil), now: .start)
        #expect(!stopped.allowReading)
    }

    @Test("A run at its limit stops when the window is empty, unless the input has ended")
    func limit() {
        var limited = rules { $0.limit = 1 }
        #expect(check(limited, isEmpty: true) == nil)
        limited.recordAdmission()
        #expect(check(limited) == nil)
        #expect(check(limited, isEmpty: true) == .limit)
        limited.recordInputEnd()
        #expect(check(limited, isEmpty: true) == nil)
    }

    @Test("Rejected, failed and unknown lines count as errors, the others do not")
    func errors() {
        for outcome in Outcome.allCases {
            var rules = rules { $0.maxErrors = .count(1) }
            rules.recordOutcome(outcome)
            let isError = [.rejected, .failed, .unknown].contains(outcome)
            #expect(check(rules) == (isError ? .maxErrors : nil), "\(outcome)")
        }
    }

    @Test(
        "A percentage of errors stops a run from the thousandth line on",
        arguments: [(949, 50, false), (950, 50, true), (951, 49, false), (1950, 100, false)])
    func percentage(accepted: Int, rejected: Int, stops: Bool) {
        var rules = rules { $0.maxErrors = .percent(5) }
        for _ in 0..<accepted { rules.recordOutcome(.accepted) }
        for _ in 0..<rejected { rules.recordOutcome(.rejected) }
        #expect(check(rules) == (stops ? .maxErrors : nil))
    }

    @Test("A run stops when its time has elapsed")
    func duration() {
        let timed = rules { $0.maxDuration = minute }
        #expect(timed.durationEnds == after(minute))
        #expect(check(timed, now: after(minute - 1)) == nil)
        #expect(check(timed, now: after(minute)) == .maxDuration)
        #expect(check(rules(), now: after(1000 * hour)) == nil)
    }

    @Test("A run stops when an outage has outlasted the patience")
    func outage() {
        let rules = rules { $0.outagePatience = minute }
        let since = after(hour)
        #expect(check(rules, outageSince: since, now: after(hour + minute - 1)) == nil)
        #expect(check(rules, outageSince: since, now: after(hour + minute)) == .outage(nil))
        for failure in TransportFailure.allCases {
            let cause = check(
                rules, outageSince: since, connectFailure: failure, now: after(hour + minute))
            #expect(cause == .outage(failure))
        }
    }

    @Test("A run stops when a server was not reached for longer than the start patience")
    func startPatience() {
        let rules = rules {
            $0.startPatience = minute
            $0.outagePatience = second
        }
        let ends = after(minute)
        #expect(
            check(
                rules, outageSince: .start, connectFailure: .dns, awaitsServer: true,
                now: after(minute - 1)) == nil)
        #expect(
            check(
                rules, outageSince: .start, connectFailure: .dns, awaitsServer: true, now: ends)
                == .unreachable(.dns))
        // Requests from before the outage are still in flight.
        #expect(
            check(
                rules, outageSince: .start, connectFailure: .dns, awaitsServer: true,
                isIdle: false, now: ends) == nil)
    }

    @Test("A run whose server never responded stops for a line once nothing is in flight")
    func unanswered() {
        var rules = rules()
        rules.recordUnanswered(.timeout)
        #expect(check(rules) == nil)
        #expect(check(rules, hasNeverResponded: true, isIdle: false) == nil)
        #expect(check(rules, hasNeverResponded: true) == .unreachable(.timeout))
    }

    @Test("A run with nothing left to do is not stopped any more")
    func nothingLeft() {
        var rules = rules {
            $0.maxErrors = .count(1)
            $0.maxDuration = minute
        }
        rules.recordOutcome(.failed)
        rules.recordInputEnd()
        #expect(check(rules, isEmpty: true, now: after(hour)) == nil)
        #expect(check(rules, now: after(hour)) == .maxErrors)
    }

    @Test("The first cause of a stop is kept, but a storage failure replaces it")
    func causes() {
        var rules = rules()
        rules.stop(.signal(15), now: .start)
        rules.stop(.limit, now: .start)
        #expect(rules.cause == .signal(15))
        rules.stop(.storage, now: .start)
        #expect(rules.cause == .storage)
        rules.stop(.signal(2), now: .start)
        #expect(rules.cause == .storage)
    }

    @Test("Requests in flight are aborted when the grace ends, or at once for a storage failure")
    func grace() {
        var rules = rules { $0.grace = minute }
        #expect(!rules.shouldAbort(now: .start))
        rules.stop(.signal(15), now: .start)
        #expect(rules.graceEnds == after(minute))
        #expect(!rules.shouldAbort(now: after(minute - 1)))
        #expect(rules.shouldAbort(now: after(minute)))
        rules.endGrace(now: after(second))
        #expect(rules.shouldAbort(now: after(second)))

        var failed = self.rules()
        failed.stop(.storage, now: .start)
        #expect(failed.shouldAbort(now: .start))
    }

    @Test("The line that was started first stays the first one")
    func first() {
        var rules = rules()
        let lines = [LineID(file: 1, line: 5), LineID(file: 1, line: 2)]
        #expect(!rules.isFirstStarted(lines[0]))
        for line in lines { rules.recordStart(of: line) }
        #expect(lines.map { rules.isFirstStarted($0) } == [true, false])
    }

    @Test("Responses are checked for a misconfiguration only where there can be one")
    func misconfiguration() {
        for isChecked in [false, true] {
            var rules = rules { $0.checksFirstResponses = isChecked }
            let cause = rules.recordEnd(
                .status(401), fate: .refused, app: 0, hasAccepted: false, waitsForName: false)
            #expect(cause == (isChecked ? .unauthorized : nil))
            #expect(rules.cause == nil)
        }
    }
}
