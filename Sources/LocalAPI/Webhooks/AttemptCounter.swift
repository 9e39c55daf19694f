/// Counter of the arrivals of each id at each target, for the newest ids.
struct AttemptCounter {
    private let capacity: Int
    /// By a keyed hash of the target and the id, so that a long id costs no memory and a sender
    /// can't choose colliding ones.
    private var counts: [Int: UInt64] = [:]
    /// The hashes by their first arrival, as a ring.
    private var order: [Int] = []
    private var oldest = 0

    /// - Parameter capacity: ids that are known at once. Above it the oldest is forgotten.
    init(capacity: Int) {
        precondition(capacity > 0, "a counter for nothing")
        self.capacity = capacity
    }

    /// Counts an arrival and returns its number, from 1.
    mutating func count(id: [UInt8], target: [UInt8]) -> UInt64 {
        var hasher = Hasher()
        hasher.combine(target)
        hasher.combine(id)
        let hash = hasher.finalize()
        if let known = counts[hash] {
            counts[hash] = known + 1
            return known + 1
        }
        if order.count < capacity {
            order.append(hash)
        } else {
            counts[order[oldest]] = nil
            order[oldest] = hash
            oldest = (oldest + 1) % capacity
        }
        counts[hash] = 1
        return 1
    }
}
