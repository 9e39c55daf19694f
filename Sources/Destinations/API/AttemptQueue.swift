package import Time

/// The attempts of a destination: which connection each has, and when it times out.
///
/// Every operation but growth takes constant time and allocates nothing.
package struct AttemptQueue {
    /// The state of the attempt of a slot.
    package enum State: Equatable {
        case none
        /// The request may not leave, and there is no connection for it.
        case waitsForOffer
        /// A connection is there, and the request may not leave yet.
        case offered
        /// The request leaves on the next connection.
        case waitsForConnection
        case onConnection(Int)
    }

    private var states: [State] = []
    private var deadlines: [Instant] = []
    /// Attempts in flight, oldest first. All have the same timeout, so the first expires first.
    private var inFlight = SlotList()
    /// Attempts without a connection whose requests may leave, in the order of their starts.
    private var waiting = SlotList()
    /// Attempts without a connection whose requests may not leave, in the order of their starts.
    private var unoffered = SlotList()
    /// Attempts with an offered connection whose requests may not leave yet.
    private var offeredCount = 0
    /// The attempts of the last offers, and how many of them were returned.
    private var offers: [Int] = []
    private var returnedOffers = 0
    /// Nanoseconds of an attempt.
    private let timeout: Int64

    /// - Parameter timeout: nanoseconds from the start of an attempt to the end of its response.
    package init(timeout: Int64) {
        self.timeout = timeout
    }

    package var isEmpty: Bool { inFlight.isEmpty }
    /// The attempt that gets the next connection.
    package var firstWaiting: Int? { waiting.first }
    /// The number of attempts for which there is no connection.
    package var unconnectedCount: Int { waiting.count + unoffered.count }
    /// The first of them.
    package var firstUnconnected: Int? { waiting.first ?? unoffered.first }
    /// The number of attempts that get the next idle connections.
    package var claimCount: Int { waiting.count + offeredCount }
    package var hasUnoffered: Bool { !unoffered.isEmpty }
    package var hasOffers: Bool { !offers.isEmpty }
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
        unoffered.grow(to: slots)
    }

    package func state(of slot: Int) -> State { states[slot] }

    /// Starts an attempt whose request may leave.
    package mutating func start(slot: Int, now: Instant) {
        begin(slot: slot, .waitsForConnection, now: now)
        waiting.append(slot)
    }

    /// Starts an attempt whose request may leave after `permit` only.
    package mutating func startUnpermitted(slot: Int, now: Instant) {
        begin(slot: slot, .waitsForOffer, now: now)
        unoffered.append(slot)
    }

    @inline(__always)
    private mutating func begin(slot: Int, _ state: State, now: Instant) {
        precondition(states[slot] == .none, "a second attempt during the first")
        deadlines[slot] = now.advanced(byNanoseconds: timeout)
        states[slot] = state
        inFlight.append(slot)
    }

    /// Offers a connection to the first attempt that waits for an offer. Returns whether there was
    /// one.
    package mutating func offer(now: Instant) -> Bool {
        guard let slot = unoffered.first else { return false }
        renewDeadline(of: slot, now: now)
        unoffered.remove(slot)
        states[slot] = .offered
        offeredCount += 1
        offers.append(slot)
        return true
    }

    /// Returns an attempt with an offered connection, each once.
    package mutating func nextOffered() -> Int? {
        while returnedOffers < offers.count {
            returnedOffers += 1
            let slot = offers[returnedOffers - 1]
            // The others have ended since.
            if states[slot] == .offered { return slot }
        }
        offers.removeAll(keepingCapacity: true)
        returnedOffers = 0
        return nil
    }

    /// Lets the request of an attempt leave that has an offer.
    package mutating func permit(slot: Int) {
        precondition(states[slot] == .offered, "a request leaves without an offer")
        offeredCount -= 1
        states[slot] = .waitsForConnection
        waiting.append(slot)
    }

    /// Records that a connection is there for an attempt.
    ///
    /// If its deadline has passed, the process was paused while it waited, and no byte has left: it
    /// has its time again.
    package mutating func renewDeadline(of slot: Int, now: Instant) {
        if deadlines[slot] <= now { restart(slot: slot, now: now) }
    }

    /// Gives an attempt in flight its whole time again.
    package mutating func restart(slot: Int, now: Instant) {
        deadlines[slot] = now.advanced(byNanoseconds: timeout)
        inFlight.remove(slot)
        inFlight.append(slot)
    }

    /// Gives the attempts their whole time again that started at `instant` or later.
    package mutating func restart(startedSince instant: Instant, now: Instant) {
        let deadline = instant.advanced(byNanoseconds: timeout)
        for slot in states.indices where states[slot] != .none && deadlines[slot] >= deadline {
            restart(slot: slot, now: now)
        }
    }

    /// Records that the request of a waiting attempt began to leave on a connection.
    package mutating func begin(slot: Int, on connection: Int) {
        precondition(states[slot] == .waitsForConnection, "a second connection for an attempt")
        waiting.remove(slot)
        states[slot] = .onConnection(connection)
    }

    /// Records the end of an attempt.
    package mutating func end(slot: Int) {
        if states[slot] == .offered { offeredCount -= 1 }
        states[slot] = .none
        inFlight.remove(slot)
        waiting.remove(slot)
        unoffered.remove(slot)
    }

    /// An attempt whose timeout has elapsed.
    package func firstExpired(at now: Instant) -> Int? {
        guard let slot = inFlight.first, deadlines[slot] <= now else { return nil }
        return slot
    }
}
