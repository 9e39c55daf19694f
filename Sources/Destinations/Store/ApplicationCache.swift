/// A cache of recently used applications, which saves a SELECT a message.
///
/// An open-addressing table over bytes; a lookup allocates nothing. It has at most `limit`
/// applications, and the next one empties it: then each application costs one more SELECT, which
/// is at worst the cost without a cache.
package struct ApplicationCache: ~Copyable {
    package static let limit = 10_000
    /// A power of two; at most 10,000 / 16,384 full, so that probes stay short.
    private static let slotCount = 16_384

    package enum State: UInt8 {
        case unknown
        case inactive
        case active
        case activeWithEndpoints
    }

    package struct Entry {
        package var state: State
        fileprivate var hash: UInt64
        fileprivate var start: UnsafeMutableRawPointer
        fileprivate var idCount: Int
        fileprivate var orgCount: Int
        fileprivate var envCount: Int

        fileprivate var id: UnsafeRawBufferPointer { .init(start: start, count: idCount) }
        /// Valid until the table is emptied.
        package var org: UnsafeRawBufferPointer { .init(start: start + idCount, count: orgCount) }
        /// Valid until the table is emptied.
        package var env: UnsafeRawBufferPointer {
            .init(start: start + idCount + orgCount, count: envCount)
        }
    }

    private let slots: UnsafeMutablePointer<Entry?>
    package private(set) var count = 0
    /// A secret seed: without it, hostile ids could all be chosen to collide.
    private let seed = UInt64.random(in: .min ... .max)

    package init() {
        slots = .allocate(capacity: Self.slotCount)
        slots.initialize(repeating: nil, count: Self.slotCount)
    }

    deinit {
        for index in 0..<Self.slotCount { slots[index]?.start.deallocate() }
        slots.deallocate()
    }

    package func find(_ id: UnsafeRawBufferPointer) -> Entry? {
        slots[place(of: id, hash: hash(id))]
    }

    /// Adds an application that is not in the table.
    package mutating func insert(
        _ id: UnsafeRawBufferPointer, org: UnsafeRawBufferPointer, env: UnsafeRawBufferPointer,
        state: State
    ) -> Entry {
        if count == Self.limit { removeAll() }
        let start = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(1, id.count + org.count + env.count), alignment: 1)
        start.copyBytes(from: id)
        UnsafeMutableRawBufferPointer(rebasing: start[id.count...]).copyBytes(from: org)
        UnsafeMutableRawBufferPointer(rebasing: start[(id.count + org.count)...])
            .copyBytes(from: env)
        guard let address = start.baseAddress else {
            preconditionFailure("an allocation without an address")
        }
        let hash = hash(id)
        let entry = Entry(
            state: state, hash: hash, start: address, idCount: id.count, orgCount: org.count,
            envCount: env.count)
        let place = place(of: id, hash: hash)
        precondition(slots[place] == nil, "an application was added twice")
        slots[place] = entry
        count += 1
        return entry
    }

    package mutating func removeAll() {
        guard count > 0 else { return }
        for index in 0..<Self.slotCount {
            slots[index]?.start.deallocate()
            slots[index] = nil
        }
        count = 0
    }

    /// The slot of `id`, or the empty slot for it.
    private func place(of id: UnsafeRawBufferPointer, hash: UInt64) -> Int {
        var place = Int(truncatingIfNeeded: hash) & (Self.slotCount - 1)
        while let entry = slots[place] {
            if entry.hash == hash, entry.id.elementsEqual(id) { break }
            place = (place + 1) & (Self.slotCount - 1)
        }
        return place
    }

    /// Hashes eight bytes at a time, each with a full multiplication.
    private func hash(_ id: UnsafeRawBufferPointer) -> UInt64 {
        var hash = seed ^ UInt64(id.count)
        var position = 0
        while position < id.count {
            var word: UInt64 = 0
            if id.count - position >= 8 {
                word = id.loadUnaligned(fromByteOffset: position, as: UInt64.self)
            } else {
                for index in position..<id.count { word = word << 8 | UInt64(id[index]) }
            }
            let (high, low) = (hash ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
            hash = high ^ low
            position += 8
        }
        return hash
    }
}
