import Glibc

/// Memory for the fields of one record that can't be given as they stand in the input: decoded,
/// unquoted or escaped.
///
/// A `ByteRange` into it has the complement of its offset for a start, and so is negative. Pointers
/// into it hold until the next `reserve`.
struct Scratch: ~Copyable {
    private static let normalCapacity = 16 << 10

    private(set) var bytes: UnsafeMutablePointer<UInt8>
    private(set) var capacity: Int
    /// How many bytes are in use.
    var count = 0

    init() {
        capacity = Self.normalCapacity
        bytes = Self.resized(nil, to: capacity)
    }

    deinit { free(bytes) }

    /// Forgets everything, and gives back what a large record took.
    @inline(__always)
    mutating func reset() {
        count = 0
        if capacity > Self.normalCapacity { shrink() }
    }

    /// Makes room for `more` bytes after those in use.
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

    /// The range of everything from offset `start` on.
    func range(from start: Int) -> ByteRange { ByteRange(start: ~start, count: count - start) }

    /// Gives its memory away, to be freed by `free`, and is empty.
    mutating func giveAway() -> UnsafeMutablePointer<UInt8> {
        let given = bytes
        count = 0
        capacity = Self.normalCapacity
        bytes = Self.resized(nil, to: capacity)
        return given
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
