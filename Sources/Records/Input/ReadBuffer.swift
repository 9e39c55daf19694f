import Glibc

/// The unconsumed bytes of an input, in contiguous memory.
///
/// Unconsumed bytes are `head..<tail`. Indices are valid until the next call of `tailSpace`. The
/// buffer grows for a long record and shrinks to its normal size afterwards.
struct ReadBuffer: ~Copyable {
    /// The minimum free space for a read, in bytes.
    static let minSpace = 64 << 10

    /// The minimum size, in bytes, that justifies a system call.
    private static let minDiscarded = 64 << 10

    private(set) var bytes: UnsafeMutablePointer<UInt8>
    private(set) var capacity: Int
    private let normalCapacity: Int
    private let maxCapacity: Int
    /// The first byte not yet consumed.
    var head = 0
    /// The end of the bytes that were read.
    private(set) var tail = 0
    /// The total number of bytes that were read.
    private(set) var bytesRead: UInt64 = 0

    /// A buffer of `normalCapacity` bytes that grows for up to `maxPending` unconsumed bytes.
    ///
    /// Below twice `minSpace` it would shrink and grow at each read.
    init(normalCapacity: Int, maxPending: Int) {
        self.normalCapacity = normalCapacity
        maxCapacity = maxPending + normalCapacity
        capacity = normalCapacity
        bytes = Self.allocate(normalCapacity)
    }

    deinit { free(bytes) }

    var available: Int { tail - head }

    /// The offset in the input of the byte at `index`.
    @inline(__always)
    func offset(of index: Int) -> UInt64 { bytesRead &- UInt64(tail - index) }

    /// Free space after the unconsumed bytes: at least `minSpace`, at most the normal size.
    ///
    /// The upper limit keeps few bytes after a large record. Moves the unconsumed bytes, which
    /// invalidates indices.
    mutating func tailSpace() -> UnsafeMutableRawBufferPointer {
        if available == 0 || capacity - tail < Self.minSpace { compact() }
        if capacity > normalCapacity, available <= normalCapacity / 2 {
            compact()
            resize(to: normalCapacity)
        }
        if capacity - tail < Self.minSpace {
            resize(to: min(capacity * 2, maxCapacity))
        }
        precondition(
            capacity - tail >= Self.minSpace,
            "fill() was called repeatedly without next()")
        return UnsafeMutableRawBufferPointer(
            start: bytes + tail, count: min(capacity - tail, normalCapacity))
    }

    /// Adds `count` bytes that were written to the start of the tail space.
    mutating func extend(by count: Int) {
        precondition(count >= 0 && count <= capacity - tail, "a read returned an impossible count")
        tail += count
        bytesRead += UInt64(count)
    }

    /// The index of the first line feed in `start..<end`.
    @inline(__always)
    func lineFeed(from start: Int, to end: Int) -> Int? {
        guard start < end, let found = memchr(bytes + start, Int32(Byte.lineFeed), end - start)
        else { return nil }
        return UnsafeRawPointer(found) - UnsafeRawPointer(bytes)
    }

    func countLineFeeds(from start: Int, to end: Int) -> UInt64 {
        var count: UInt64 = 0
        var i = start
        while let found = lineFeed(from: i, to: end) {
            count += 1
            i = found + 1
        }
        return count
    }

    /// Inserts `count` uninitialized bytes at `index`, among the consumed bytes.
    ///
    /// Later bytes move together with their offsets in the input. Earlier offsets become invalid.
    /// The buffer may exceed its maximum capacity.
    mutating func insert(_ count: Int, at index: Int) {
        precondition(index <= head, "the index is among the unconsumed bytes")
        if capacity - tail < count { resize(to: tail + count) }
        memmove(bytes + index + count, bytes + index, tail - index)
        head += count
        tail += count
    }

    /// Returns the memory, which the caller must `free`.
    ///
    /// The unconsumed bytes are copied to new memory.
    mutating func detach() -> UnsafeMutablePointer<UInt8> {
        let (detached, detachedCapacity) = (bytes, capacity)
        capacity = max(normalCapacity, available + Self.minSpace)
        bytes = Self.allocate(capacity)
        memcpy(bytes, detached + head, available)
        Self.discard(detached + head, detached + detachedCapacity)
        tail = available
        head = 0
        return detached
    }

    /// Discards `start..<end` and releases its whole pages, if large enough.
    func discard(from start: Int, to end: Int) { Self.discard(bytes + start, bytes + end) }

    private static func discard(
        _ start: UnsafeMutablePointer<UInt8>, _ end: UnsafeMutablePointer<UInt8>
    ) {
        let page = Int(getpagesize())
        let first = UnsafeMutableRawPointer(start).alignedUp(toMultipleOf: page)
        let count = (UnsafeMutableRawPointer(end) - first) / page * page
        if count >= minDiscarded { madvise(first, count, MADV_DONTNEED) }
    }

    private mutating func compact() {
        guard head > 0 else { return }
        memmove(bytes, bytes + head, available)
        tail -= head
        head = 0
    }

    private mutating func resize(to newCapacity: Int) {
        guard let moved = realloc(bytes, newCapacity) else {
            fatalError("out of memory for a record buffer of \(newCapacity) bytes")
        }
        bytes = moved.assumingMemoryBound(to: UInt8.self)
        capacity = newCapacity
    }

    private static func allocate(_ capacity: Int) -> UnsafeMutablePointer<UInt8> {
        guard let memory = malloc(capacity) else {
            fatalError("out of memory for a record buffer of \(capacity) bytes")
        }
        return memory.bindMemory(to: UInt8.self, capacity: capacity)
    }
}
