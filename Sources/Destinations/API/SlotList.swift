/// A doubly linked list of slot numbers, in the order of insertion.
///
/// A slot is in it at most once. Every operation but growth takes constant time and allocates
/// nothing, so attempts that end before their turn leave no entry.
package struct SlotList {
    private static let none: Int32 = -1
    private static let absent: Int32 = -2

    private var next: [Int32] = []
    private var previous: [Int32] = []
    private var head = Self.none
    private var tail = Self.none
    package private(set) var count = 0

    package init() {}

    package var isEmpty: Bool { count == 0 }
    package var first: Int? { head == Self.none ? nil : Int(head) }

    /// Makes room for slot numbers below `slots`.
    package mutating func grow(to slots: Int) {
        while next.count < slots {
            next.append(Self.absent)
            previous.append(Self.absent)
        }
    }

    package func contains(_ slot: Int) -> Bool { next[slot] != Self.absent }

    package mutating func append(_ slot: Int) {
        precondition(!contains(slot), "the slot is already in the list")
        next[slot] = Self.none
        previous[slot] = tail
        if tail == Self.none { head = Int32(slot) } else { next[Int(tail)] = Int32(slot) }
        tail = Int32(slot)
        count += 1
    }

    package mutating func prepend(_ slot: Int) {
        precondition(!contains(slot), "the slot is already in the list")
        previous[slot] = Self.none
        next[slot] = head
        if head == Self.none { tail = Int32(slot) } else { previous[Int(head)] = Int32(slot) }
        head = Int32(slot)
        count += 1
    }

    /// Removes the slot from any position; does nothing if it is absent.
    package mutating func remove(_ slot: Int) {
        if !contains(slot) { return }
        let before = previous[slot]
        let after = next[slot]
        if before == Self.none { head = after } else { next[Int(before)] = after }
        if after == Self.none { tail = before } else { previous[Int(after)] = before }
        next[slot] = Self.absent
        previous[slot] = Self.absent
        count -= 1
    }
}
