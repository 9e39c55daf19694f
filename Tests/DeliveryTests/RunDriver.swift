import Delivery
import Foundation
import TestSupport
import Time

/// A driver of a `Run`, on a clock that is moved by hand.
struct RunDriver: ~Copyable {
    var run: Run
    var now: ClockReading
    /// Whether leases are granted as soon as they are requested.
    var grantsLeases = true
    private(set) var started: [LineID] = []

    init(counts: Counts = Counts(), _ set: (inout DeliveryOptions) -> Void = { _ in }) {
        var options = DeliveryOptions()
        set(&options)
        now = ClockReading(instant: .start, wall: 1_700_000_000_000)
        run = Run(options: options, counts: counts, now: now.instant)
    }

    mutating func advance(_ nanoseconds: Int64) {
        now.instant = now.instant.advanced(byNanoseconds: nanoseconds)
        now.wall += nanoseconds / millisecond
    }

    mutating func advance(to instant: Instant) {
        advance(instant.nanoseconds(since: now.instant))
    }

    @discardableResult
    mutating func admit(
        _ line: UInt64, app: UInt64 = 1, bytes: Int = 100, history: LineHistory = LineHistory(),
        time: Int64? = nil
    ) -> Run.Admission {
        run.admit(
            LineID(file: 1, line: line), app: app, bytes: bytes, history: history, time: time,
            now: now)
    }

    mutating func admit(lines: ClosedRange<UInt64>, app: UInt64 = 1) {
        for line in lines { admit(line, app: app) }
    }

    /// Returns the steps to take now.
    mutating func steps() -> [Run.Step] {
        if grantsLeases { while run.requestLease() != nil { run.grantLease() } }
        var steps: [Run.Step] = []
        while true {
            let step = run.nextStep(now: now)
            if case .none = step { return steps }
            if case .start(let slot) = step { started.append(run.id(slot: slot)) }
            steps.append(step)
        }
    }

    /// Starts all that may start now; returns the lines.
    mutating func starts() -> [UInt64] {
        steps().compactMap {
            if case .start(let slot) = $0 { return run.id(slot: slot).line }
            return nil
        }
    }

    mutating func end(
        _ line: UInt64, _ result: AttemptResult, isUnknownApp: Bool = false
    ) -> Run.Resolution {
        for slot in 0..<run.slotCount
        where run.isInFlight(slot: slot) && run.id(slot: slot).line == line {
            return run.attemptEnded(
                slot: slot, result: result, isUnknownApp: isUnknownApp, now: now)
        }
        preconditionFailure("line \(line) is not in flight")
    }

    /// Waits until a line starts; returns nanoseconds, nil if it never does.
    mutating func waitForStart(of line: UInt64) -> Int64? {
        let from = now.instant
        for _ in 0..<1000 {
            if starts().contains(line) { return now.instant.nanoseconds(since: from) }
            guard let wake = run.wake else { return nil }
            advance(to: max(wake, now.instant.advanced(byNanoseconds: 1)))
        }
        return nil
    }

    /// Attempts a line once for each result, with the waits that are due between.
    mutating func deliver(_ line: UInt64, _ results: [AttemptResult]) -> Run.Resolution? {
        var resolution: Run.Resolution?
        for result in results {
            guard waitForStart(of: line) != nil else { return resolution }
            advance(10 * millisecond)
            resolution = end(line, result)
            if resolution != .retries { return resolution }
        }
        return resolution
    }
}
