/// The open connections by reused numbers and unique tokens.
///
/// An event of a closed connection can't reach the one that reuses its number.
struct ConnectionTable {
    private struct Slot {
        var connection: Connection?
        var generation: UInt32 = 0
    }

    private var slots: [Slot] = []
    private var free: [Int] = []
    private(set) var count = 0

    /// Adds the connection that `make` creates with its token.
    mutating func insert(_ make: (_ token: UInt64) -> Connection) -> Connection {
        let index: Int
        if let last = free.popLast() {
            index = last
        } else {
            index = slots.count
            slots.append(Slot())
        }
        let connection = make(UInt64(slots[index].generation) << 32 | UInt64(index))
        slots[index].connection = connection
        count += 1
        return connection
    }

    /// The connection of a token; nil if it was removed.
    func find(_ token: UInt64) -> Connection? {
        let index = Int(token & 0xFFFF_FFFF)
        guard index < slots.count, slots[index].generation == UInt32(token >> 32) else {
            return nil
        }
        return slots[index].connection
    }

    mutating func remove(_ connection: Connection) {
        let index = Int(connection.token & 0xFFFF_FFFF)
        precondition(slots[index].connection === connection, "a connection was removed twice")
        slots[index].connection = nil
        slots[index].generation &+= 1
        free.append(index)
        count -= 1
    }

    /// A copy of all connections, so that some may be removed during iteration.
    var all: [Connection] { slots.compactMap(\.connection) }

    /// The oldest connection without a valid key.
    var oldestUnproven: Connection? {
        var oldest: Connection?
        for slot in slots {
            guard let connection = slot.connection, !connection.isProven else { continue }
            if connection.serial < oldest?.serial ?? .max { oldest = connection }
        }
        return oldest
    }
}
