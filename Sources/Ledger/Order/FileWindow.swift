import Glibc
import Platform

/// A read-ahead buffer over a file.
///
/// Its ranges are requested nearly in order. The window moves forward with the requests. A single range outside of it is read without moving
/// it.
struct FileWindow: ~Copyable {
    private let file: File
    private let window: UnsafeMutableRawBufferPointer
    private var filled: Range<UInt64> = 0..<0
    private var single = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    /// The offset of the last range outside the window.
    private var lastMiss: UInt64 = 0
    /// The number of consecutive misses near each other.
    private var nearMisses = 0

    static let size = 1 << 20
    /// Bytes of the window before the range that moved it: rows end slightly out of order.
    private static let margin: UInt64 = 128 << 10
    /// Consecutive misses near each other after which the window moves there. It is arbitrary.
    private static let missesToMove = 4

    init(_ file: File) {
        self.file = file
        window = .allocate(byteCount: Self.size, alignment: 16)
    }

    deinit {
        window.deallocate()
        single.deallocate()
    }

    /// Returns the `count` bytes at `offset`, borrowed until the next call.
    mutating func bytes(at offset: UInt64, count: Int) throws(SystemError) -> UnsafeRawBufferPointer
    {
        if let bytes = inWindow(offset, count) { return bytes }
        if count <= Self.size / 2, shouldMove(to: offset) {
            let start = offset - min(offset, Self.margin)
            let read = try file.read(into: window, at: start)
            filled = start..<start + UInt64(read)
            nearMisses = 0
            if let bytes = inWindow(offset, count) { return bytes }
        }
        if single.count < count {
            single.deallocate()
            single = .allocate(byteCount: max(count, 4096), alignment: 16)
        }
        let range = UnsafeMutableRawBufferPointer(rebasing: single[..<count])
        try file.readAll(into: range, at: offset)
        return UnsafeRawBufferPointer(range)
    }

    private func inWindow(_ offset: UInt64, _ count: Int) -> UnsafeRawBufferPointer? {
        guard offset >= filled.lowerBound, offset <= filled.upperBound,
            filled.upperBound - offset >= UInt64(count)
        else { return nil }
        let start = Int(offset - filled.lowerBound)
        return UnsafeRawBufferPointer(rebasing: window[start..<start + count])
    }

    /// Whether reading continues at `offset`: right after the window, or near the last misses.
    private mutating func shouldMove(to offset: UInt64) -> Bool {
        if offset >= filled.lowerBound, offset < filled.upperBound + Self.margin { return true }
        let isNear =
            offset + Self.margin >= lastMiss && offset < lastMiss + UInt64(Self.size)
        lastMiss = offset
        nearMisses = isNear ? nearMisses + 1 : 0
        return nearMisses >= Self.missesToMove
    }
}
