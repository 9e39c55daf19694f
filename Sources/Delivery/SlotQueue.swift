/// A first-in, first-out queue of slots, in a ring that never shrinks.
struct SlotQueue: Sendable {
    private var ring: [Int] = Array(repeating: 0, count: 64)
    private var head = 0
    private(set) var count = 0

    var first: Int? { count == 0 ? nil : ring[head] }

    mutating func append(_ slot: Int) {
        if count == ring.count { grow() }
        ring[(head + count) & (ring.count - 1)] = slot
        count += 1
    }

    mutating func prepend(_ slot: Int) {
        if count == ring.count { grow() }
        head = (head - 1) & (ring.count - 1)
        ring[head] = slot
        count += 1
    }

    mutating func removeFirst() {
        precondition(count > 0, "an empty queue has no first slot")
        head = (head + 1) & (ring.count - 1)
        count -= 1
    }

    private mutating func grow() {
        var larger = Array(repeating: 0, count: ring.count * 2)
        for index in 0..<count { larger[index] = ring[(head + index) & (ring.count - 1)] }
        ring = larger
        head = 0
    }
}
