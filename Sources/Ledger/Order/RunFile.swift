import Glibc
import Platform

/// An unnamed file of sorted runs, each appended once and read forward.
final class RunFile {
    /// The entries of a run, counted from the file's start.
    typealias Run = Range<UInt64>

    private let file: File
    private var buffer: UnsafeMutableBufferPointer<RowIndex>
    private var buffered = 0
    /// Entries appended so far.
    private(set) var count: UInt64 = 0

    /// Entries per read and write: 24 KiB.
    static let pieceCount = 1024

    /// Creates the file in the directory of `path`.
    init(beside path: String) throws(SystemError) {
        file = try File.createUnnamed(in: Directory.parent(of: path))
        buffer = .allocate(capacity: Self.pieceCount)
    }

    deinit { buffer.deallocate() }

    func append(_ row: RowIndex) throws(SystemError) {
        if buffered == buffer.count { try flush() }
        buffer.initializeElement(at: buffered, to: row)
        buffered += 1
        count += 1
    }

    /// Writes the appended entries to the file. A run is read only after that.
    func flush() throws(SystemError) {
        try file.write(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<bytes]))
        buffered = 0
    }

    private var bytes: Int { buffered * MemoryLayout<RowIndex>.stride }

    /// Reads the next rows of `run` and removes them from it. Returns their number, 0 at its end.
    func read(
        _ rows: UnsafeMutableBufferPointer<RowIndex>, from run: inout Run
    ) throws(SystemError) -> Int {
        let wanted = min(rows.count, Int(clamping: run.upperBound - run.lowerBound))
        let stride = MemoryLayout<RowIndex>.stride
        let target = UnsafeMutableRawBufferPointer(rows)
        try file.readAll(
            into: UnsafeMutableRawBufferPointer(rebasing: target[..<(wanted * stride)]),
            at: run.lowerBound * UInt64(stride))
        run = run.lowerBound + UInt64(wanted)..<run.upperBound
        return wanted
    }
}
