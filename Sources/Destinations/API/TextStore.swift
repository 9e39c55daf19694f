/// The texts of the attempts that ended in one `wait`, one behind the other. The memory stays
/// where it is until the next text is added.
struct TextStore {
    private var bytes: UnsafeMutableRawPointer?
    private var capacity = 0
    private var count = 0

    /// Forgets all texts, keeps the memory.
    mutating func clear() { count = 0 }

    mutating func append(_ text: UnsafeRawBufferPointer) -> TextRange {
        let range = TextRange(start: count, count: text.count)
        reserve(text.count)
        if let from = text.baseAddress {
            bytes?.advanced(by: count).copyMemory(from: from, byteCount: text.count)
        }
        count += text.count
        return range
    }

    func text(_ range: TextRange) -> UnsafeRawBufferPointer {
        precondition(
            range.start >= 0 && range.count >= 0 && range.start + range.count <= count,
            "a text that is gone")
        guard let bytes else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return UnsafeRawBufferPointer(start: bytes + range.start, count: range.count)
    }

    mutating func release() {
        bytes?.deallocate()
        bytes = nil
        capacity = 0
        count = 0
    }

    private mutating func reserve(_ more: Int) {
        if capacity - count >= more { return }
        let larger = max(4096, 2 * capacity, count + more)
        let fresh = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 1)
        if let bytes {
            fresh.copyMemory(from: bytes, byteCount: count)
            bytes.deallocate()
        }
        bytes = fresh
        capacity = larger
    }
}
