import Delivery
import TestSupport
import Time

/// A run of many lines against a function as the server, in virtual time.
final class RunWorld {
    /// The response of the server to a request, and its latency.
    typealias Server = (_ now: Int64, _ inFlight: Int) -> (latency: Int64, result: AttemptResult)

    private struct Flight {
        var ends: Int64
        var slot: Int
        var result: AttemptResult
    }

    var run: Run
    /// Nanoseconds since the start.
    private(set) var clock: Int64 = 0
    private var next: UInt64 = 1
    private let lineCount: UInt64
    private let appCount: UInt64
    /// Soonest last.
    private var flights: [Flight] = []
    /// By second: requests, retries among them, acceptances and 429s.
    var starts: [Int] = []
    var retries: [Int] = []
    var accepted: [Int] = []
    var refused: [Int] = []

    init(lines: UInt64 = .max, apps: UInt64 = 100, _ options: DeliveryOptions) {
        lineCount = lines
        appCount = apps
        run = Run(options: options, now: .start)
    }

    private var now: ClockReading {
        ClockReading(
            instant: Instant.start.advanced(byNanoseconds: clock), wall: clock / millisecond)
    }

    /// Advances until the run is done or `end` (nanoseconds since the start) is reached.
    func advance(to end: Int64, server: Server) {
        while clock < end, !run.isDone {
            while run.wantsRecord {
                guard next <= lineCount else {
                    run.recordInputEnd()
                    break
                }
                _ = run.admit(
                    LineID(file: 1, line: next), app: next % appCount, bytes: 500, now: now)
                next += 1
            }
            while run.requestLease() != nil { run.grantLease() }
            while case .start(let slot) = run.nextStep(now: now) { start(slot, server) }
            if run.isDone { return }
            var wake = run.wantsRecord ? clock : end
            if let due = run.wake { wake = min(wake, due.nanoseconds(since: .start)) }
            if let flight = flights.last { wake = min(wake, flight.ends) }
            clock = max(clock, wake)
            while let flight = flights.last, flight.ends <= clock {
                flights.removeLast()
                complete(flight)
            }
        }
    }

    private func start(_ slot: Int, _ server: Server) {
        count(\.starts)
        if run.history(slot: slot).attempts > 1 { count(\.retries) }
        let (latency, result) = server(clock, flights.count + 1)
        let flight = Flight(ends: clock + latency, slot: slot, result: result)
        var low = 0
        var high = flights.count
        while low < high {
            let middle = (low + high) / 2
            if flights[middle].ends > flight.ends { low = middle + 1 } else { high = middle }
        }
        flights.insert(flight, at: low)
    }

    private func complete(_ flight: Flight) {
        let status = flight.result.response?.status
        if status == 201 { count(\.accepted) }
        if status == 429 { count(\.refused) }
        _ = run.attemptEnded(slot: flight.slot, result: flight.result, now: now)
    }

    private func count(_ counter: ReferenceWritableKeyPath<RunWorld, [Int]>) {
        let tick = Int(clock / second)
        while self[keyPath: counter].count <= tick { self[keyPath: counter].append(0) }
        self[keyPath: counter][tick] += 1
    }

    /// The sum of a counter over the seconds of `range`.
    static func sum(_ counter: [Int], _ range: Range<Int>) -> Int {
        counter[min(range.lowerBound, counter.count)..<min(range.upperBound, counter.count)]
            .reduce(0, +)
    }
}
