package import Platform

/// An unnamed file of 64-bit numbers, so that memory does not grow with their count.
///
/// It is fast when the numbers are used in order.
package final class NumberFile {
    private let file: File
    private let page: UnsafeMutableBufferPointer<UInt64>
    /// The indices of the numbers in `page`.
    private var loaded: Range<UInt64> = 0..<0
    /// Whether `page` has the appended numbers that are not written yet.
    private var isAppending = false
    package private(set) var count: UInt64 = 0

    private static let pageCount = 4096
    private static let stride = UInt64(MemoryLayout<UInt64>.stride)

    /// - Parameter path: The path beside which the file is created.
    package init(beside path: String) throws(SystemError) {
        file = try File.createUnnamed(in: Directory.parent(of: path))
        page = .allocate(capacity: Self.pageCount)
    }

    deinit { page.deallocate() }

    package func append(_ number: UInt64) throws(SystemError) {
        if !isAppending || loaded.count == Self.pageCount {
            try flush()
            loaded = count..<count
            isAppending = true
        }
        page.initializeElement(at: loaded.count, to: number)
        count += 1
        loaded = loaded.lowerBound..<count
    }

    package func number(at index: UInt64) throws(SystemError) -> UInt64 {
        precondition(index < count, "a number is in the file")
        if loaded.contains(index) { return page[Int(index - loaded.lowerBound)] }
        try flush()
        // The next page, or the first one; any other number is read alone.
        let wanted = index == loaded.upperBound || index == 0 ? UInt64(Self.pageCount) : 1
        let end = min(count, index + wanted)
        let bytes = UnsafeMutableRawBufferPointer(page)
        try file.readAll(
            into: UnsafeMutableRawBufferPointer(
                rebasing: bytes[..<Int((end - index) * Self.stride)]),
            at: index * Self.stride)
        loaded = index..<end
        return page[0]
    }

    package func set(_ number: UInt64, at index: UInt64) throws(SystemError) {
        precondition(index < count, "a number is in the file")
        try flush()
        if loaded.contains(index) { page[Int(index - loaded.lowerBound)] = number }
        try withUnsafeBytes(of: number) { (bytes) throws(SystemError) in
            try file.write(bytes, at: index * Self.stride)
        }
    }

    private func flush() throws(SystemError) {
        guard isAppending else { return }
        isAppending = false
        let bytes = UnsafeRawBufferPointer(page)
        try file.write(
            UnsafeRawBufferPointer(rebasing: bytes[..<(loaded.count * Int(Self.stride))]),
            at: loaded.lowerBound * Self.stride)
    }
}
