import Glibc
import Platform

/// Lends stretches of a file that are asked for nearly in order: it reads ahead by a window that
/// moves forward, and single stretches that lie outside without moving it.
struct FileWindow: ~Copyable {
    private let file: File
    private let window: UnsafeMutableRawBufferPointer
    private var filled: Range<UInt64> = 0..<0
    private var single = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    /// The last stretch outside the window, and how many came near to each other in a row.
    private var lastMiss: UInt64 = 0
    private var nearMisses = 0

    static let size = 1 << 20
    /// The window begins this far before what moved it there: lines end somewhat out of order.
    private static let margin: UInt64 = 128 << 10
    /// So many misses near to each other show that the reading goes on there. It is arbitrary.
    private static let missesToMove = 4

    init(_ file: File) {
        self.file = file
        window = .allocate(byteCount: Self.size, alignment: 16)
    }

    deinit {
        window.deallocate()
        single.deallocate()
    }

    /// The `count` bytes at `offset`, which must be in the file, borrowed until the next call.
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
        let stretch = UnsafeMutableRawBufferPointer(rebasing: single[..<count])
        guard try file.read(into: stretch, at: offset) == count else {
            throw SystemError(call: "pread", path: file.path, code: EIO)
        }
        return UnsafeRawBufferPointer(stretch)
    }

    private func inWindow(_ offset: UInt64, _ count: Int) -> UnsafeRawBufferPointer? {
        guard offset >= filled.lowerBound, offset <= filled.upperBound,
            filled.upperBound - offset >= UInt64(count)
        else { return nil }
        let start = Int(offset - filled.lowerBound)
        return UnsafeRawBufferPointer(rebasing: window[start..<start + count])
    }

    /// Whether the reading goes on at `offset`: just behind the window, or where the last misses
    /// were too.
    private mutating func shouldMove(to offset: UInt64) -> Bool {
        if offset >= filled.lowerBound, offset < filled.upperBound + Self.margin { return true }
        let isNear =
            offset + Self.margin >= lastMiss && offset < lastMiss + UInt64(Self.size)
        lastMiss = offset
        nearMisses = isNear ? nearMisses + 1 : 0
        return nearMisses >= Self.missesToMove
    }
}
