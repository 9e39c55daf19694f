/// Memory of a fixed size, freed with its owner.
struct OwnedBytes: ~Copyable {
    let start: UnsafeMutableRawPointer
    let count: Int

    init(count: Int) {
        precondition(count > 0, "memory without a size")
        start = .allocate(byteCount: count, alignment: 16)
        self.count = count
    }

    deinit { start.deallocate() }

    /// Valid as long as the owner.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: count) }
}
