import Glibc

/// Memory for the decoded, unquoted or escaped fields of one record.
///
/// The start of a `ByteRange` in it is negative: the bitwise complement of the offset. Pointers are
/// valid until the next `reserve`.
struct Scratch: ~Copyable {
    private static let normalCapacity = 16 << 10

    private(set) var bytes: UnsafeMutablePointer<UInt8>
    private(set) var capacity: Int
    /// The number of bytes in use.
    var count = 0

    init() {
        capacity = Self.normalCapacity
        bytes = Self.resized(nil, to: capacity)
    }

    deinit { free(bytes) }

    /// Empties it, and releases the memory of a large record.
    @inline(__always)
    mutating func reset() {
        count = 0
        if capacity > Self.normalCapacity { shrink() }
    }

    /// Makes room for `more` further bytes.
    @inline(__always)
    mutating func reserve(_ more: Int) {
        if capacity - count < more { resize(to: max(capacity * 2, count + more)) }
    }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        reserve(1)
        bytes[count] = byte
        count += 1
    }

    /// The range from offset `start` to the end.
    func range(from start: Int) -> ByteRange { ByteRange(start: ~start, count: count - start) }

    /// Returns the memory, which the caller must `free`, and starts empty.
    mutating func detach() -> UnsafeMutablePointer<UInt8> {
        let detached = bytes
        count = 0
        capacity = Self.normalCapacity
        bytes = Self.resized(nil, to: capacity)
        return detached
    }

    @inline(never)
    private mutating func shrink() { resize(to: Self.normalCapacity) }

    @inline(never)
    private mutating func resize(to newCapacity: Int) {
        bytes = Self.resized(bytes, to: newCapacity)
        capacity = newCapacity
    }

    private static func resized(
        _ bytes: UnsafeMutablePointer<UInt8>?, to capacity: Int
    ) -> UnsafeMutablePointer<UInt8> {
        guard let memory = realloc(bytes, capacity) else {
            fatalError("out of memory for \(capacity) bytes of a record's fields")
        }
        return memory.assumingMemoryBound(to: UInt8.self)
    }
}
