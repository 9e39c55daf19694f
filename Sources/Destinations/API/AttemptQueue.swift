package import Time

/// The attempts of a destination: which connection each has, and when it times out.
///
/// Every operation but growth takes constant time and allocates nothing.
package struct AttemptQueue {
    /// The state of the attempt of a slot.
    package enum State: Equatable {
        case none
        case waitsForConnection
        case onConnection(Int)
    }

    private var states: [State] = []
    private var deadlines: [Instant] = []
    /// Attempts in flight, oldest first. All have the same timeout, so the first expires first.
    private var inFlight = SlotList()
    /// Attempts without a connection, in the order of their starts.
    private var waiting = SlotList()
    /// Nanoseconds of an attempt.
    private let timeout: Int64

    /// - Parameter timeout: nanoseconds from the start of an attempt to the end of its response.
    package init(timeout: Int64) {
        self.timeout = timeout
    }

    package var isEmpty: Bool { inFlight.isEmpty }
    /// The number of attempts without a connection.
    package var waitingCount: Int { waiting.count }
    /// The attempt that gets the next connection.
    package var firstWaiting: Int? { waiting.first }
    /// When the first attempt times out.
    package var nextDeadline: Instant? { inFlight.first.map { deadlines[$0] } }

    /// Makes room for slot numbers below `slots`.
    package mutating func grow(to slots: Int) {
        while states.count < slots {
            states.append(.none)
            deadlines.append(Instant(nanoseconds: 0))
        }
        inFlight.grow(to: slots)
        waiting.grow(to: slots)
    }

    package func state(of slot: Int) -> State { states[slot] }

    package mutating func start(slot: Int, now: Instant) {
        precondition(states[slot] == .none, "a second attempt during the first")
        deadlines[slot] = now.advanced(byNanoseconds: timeout)
        states[slot] = .waitsForConnection
        inFlight.append(slot)
        waiting.append(slot)
    }

    /// Records that a waiting attempt is about to send its request.
    ///
    /// If its deadline has passed, the process was paused while it waited, and no byte has left: it
    /// has its time again.
    package mutating func renewDeadline(of slot: Int, now: Instant) {
        if deadlines[slot] > now { return }
        deadlines[slot] = now.advanced(byNanoseconds: timeout)
        inFlight.remove(slot)
        inFlight.append(slot)
    }

    /// Records that the request of a waiting attempt began to leave on a connection.
    package mutating func begin(slot: Int, on connection: Int) {
        precondition(states[slot] == .waitsForConnection, "a second connection for an attempt")
        waiting.remove(slot)
        states[slot] = .onConnection(connection)
    }

    /// Records the end of an attempt.
    package mutating func end(slot: Int) {
        states[slot] = .none
        inFlight.remove(slot)
        waiting.remove(slot)
    }

    /// An attempt whose timeout has elapsed.
    package func firstExpired(at now: Instant) -> Int? {
        guard let slot = inFlight.first, deadlines[slot] <= now else { return nil }
        return slot
    }
}
