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
        bytes = .allocate(capacity: capacity)
    }

    deinit { bytes.deallocate() }

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

    @inline(never)
    private mutating func shrink() {
        bytes.deallocate()
        capacity = Self.normalCapacity
        bytes = .allocate(capacity: capacity)
    }

    @inline(never)
    private mutating func resize(to newCapacity: Int) {
        let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: newCapacity)
        moved.update(from: bytes, count: count)
        bytes.deallocate()
        bytes = moved
        capacity = newCapacity
    }
}
