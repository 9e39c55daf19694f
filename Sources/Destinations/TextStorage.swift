/// The texts of attempts that ended in one `wait`, in memory that is reused for the next.
///
/// Texts move only when one is added.
struct TextStorage: ~Copyable {
    private var start: UnsafeMutableRawPointer
    private var capacity: Int
    private(set) var count = 0

    init() {
        capacity = 4096
        start = .allocate(byteCount: capacity, alignment: 1)
    }

    deinit { start.deallocate() }

    subscript(range: TextRange) -> UnsafeRawBufferPointer {
        precondition(
            range.start >= 0 && range.count >= 0 && range.start <= count
                && range.count <= count - range.start,
            "the text is no longer stored")
        return UnsafeRawBufferPointer(start: start + range.start, count: range.count)
    }

    mutating func append(_ text: UnsafeRawBufferPointer) -> TextRange {
        if text.count > capacity - count { grow(toHold: count + text.count) }
        if let source = text.baseAddress {
            (start + count).copyMemory(from: source, byteCount: text.count)
        }
        defer { count += text.count }
        return TextRange(start: count, count: text.count)
    }

    mutating func append(_ text: String) -> TextRange {
        var text = text
        return text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }

    /// Removes the bytes after the first `count`; keeps the memory.
    mutating func truncate(to count: Int) {
        precondition(count <= self.count, "a text can't be truncated to more than it is")
        self.count = count
    }

    private mutating func grow(toHold needed: Int) {
        capacity = max(needed, capacity * 2)
        let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 1)
        larger.copyMemory(from: start, byteCount: count)
        start.deallocate()
        start = larger
    }
}
