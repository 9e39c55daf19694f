import Glibc

/// The bytes of an input that were read and not yet consumed, in one stretch of memory.
///
/// Unconsumed bytes are `head..<tail`; indices hold until `tailSpace` is next asked for. It grows
/// for a record that does not fit and goes back to its normal size afterwards.
struct ReadBuffer: ~Copyable {
    /// The least free space that a read is given.
    static let minimumSpace = 64 << 10

    /// Less is not worth a call to the system.
    private static let smallestDiscarded = 64 << 10

    private(set) var bytes: UnsafeMutablePointer<UInt8>
    private(set) var capacity: Int
    private let normalCapacity: Int
    private let maximumCapacity: Int
    /// The first byte not yet consumed.
    var head = 0
    /// The end of what was read.
    private(set) var tail = 0
    /// How many bytes were read in all.
    private(set) var bytesRead: UInt64 = 0

    /// A buffer of `normalCapacity` bytes that grows to hold `maximumPending` unconsumed ones. With
    /// less than twice `minimumSpace` it would shrink and grow again at each read.
    init(normalCapacity: Int, maximumPending: Int) {
        self.normalCapacity = normalCapacity
        maximumCapacity = maximumPending + normalCapacity
        capacity = normalCapacity
        bytes = Self.allocate(normalCapacity)
    }

    deinit { free(bytes) }

    var available: Int { tail - head }

    /// The distance from the start of the input of the byte at `index`.
    @inline(__always)
    func offset(of index: Int) -> UInt64 { bytesRead &- UInt64(tail - index) }

    /// Room for at least `minimumSpace` bytes after the unconsumed ones, and for no more than the
    /// normal size, so that little lies behind a large record. Moves the unconsumed bytes: earlier
    /// indices are void.
    mutating func tailSpace() -> UnsafeMutableRawBufferPointer {
        if available == 0 || capacity - tail < Self.minimumSpace { compact() }
        if capacity > normalCapacity, available <= normalCapacity / 2 {
            compact()
            resize(to: normalCapacity)
        }
        if capacity - tail < Self.minimumSpace {
            resize(to: min(capacity * 2, maximumCapacity))
        }
        precondition(
            capacity - tail >= Self.minimumSpace,
            "fill() was called again and again without next()")
        return UnsafeMutableRawBufferPointer(
            start: bytes + tail, count: min(capacity - tail, normalCapacity))
    }

    /// Takes in `count` bytes that were written to the start of the tail space.
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

    /// Makes room for `count` bytes at `index` among those that were consumed; what stands from there
    /// on moves, with its offsets in the input. Offsets before it are void. The buffer may grow beyond
    /// what reading needs.
    mutating func insert(_ count: Int, at index: Int) {
        precondition(index <= head, "what is not consumed is left as it is")
        if capacity - tail < count { resize(to: tail + count) }
        memmove(bytes + index + count, bytes + index, tail - index)
        head += count
        tail += count
    }

    /// Gives its memory away, to be freed by `free`, and goes on with the unconsumed bytes in memory
    /// of its own.
    mutating func giveAway() -> UnsafeMutablePointer<UInt8> {
        let (given, givenCapacity) = (bytes, capacity)
        capacity = max(normalCapacity, available + Self.minimumSpace)
        bytes = Self.allocate(capacity)
        memcpy(bytes, given + head, available)
        Self.discard(given + head, given + givenCapacity)
        tail = available
        head = 0
        return given
    }

    /// Forgets what stands in `start..<end`, and gives back the whole pages of it, if they are many.
    func discard(from start: Int, to end: Int) { Self.discard(bytes + start, bytes + end) }

    private static func discard(
        _ start: UnsafeMutablePointer<UInt8>, _ end: UnsafeMutablePointer<UInt8>
    ) {
        let page = Int(getpagesize())
        let first = UnsafeMutableRawPointer(start).alignedUp(toMultipleOf: page)
        let count = (UnsafeMutableRawPointer(end) - first) / page * page
        if count >= smallestDiscarded { madvise(first, count, MADV_DONTNEED) }
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
