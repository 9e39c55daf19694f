import Platform
import Time

/// The ledger of an outbox: an append-only file of rows, each synced before its effect counts.
///
/// The lock of the outbox excludes a second writer.
final class OutboxLedger {
    private var file: File
    /// The end of the last row, in bytes.
    private var end: UInt64
    private(set) var history = OutboxHistory()

    /// Space for the rows of many rounds on a full disk.
    private static let reserve: UInt64 = 64 << 10
    /// Above this size it is written again, without rows that count no more.
    private static let maxSize: UInt64 = 4 << 20

    /// Opens the ledger, or creates it. A torn last row is removed.
    ///
    /// Throws `.damaged` for an invalid row before others.
    init(_ path: String) throws(OutboxError) {
        let bytes: [UInt8]
        do {
            (file, bytes) = try Self.open(path)
        } catch {
            throw .system(error)
        }
        let contents = OutboxLedgerContents(bytes)
        if let line = contents.damagedLine { throw .damaged(path: path, line: line) }
        end = UInt64(contents.end)
        for row in contents.rows { history.apply(row) }
        do {
            if contents.end < bytes.count {
                try file.truncate(to: end)
                try file.sync()
            }
            if end > Self.maxSize { try compact(path) }
        } catch {
            throw .system(error)
        }
        file.reserve(Self.reserve, after: end)
    }

    private static func open(_ path: String) throws(SystemError) -> (File, [UInt8]) {
        guard try FileStatus.of(path) != nil else {
            let file = try File.create(path)
            try Directory.sync(of: path)
            return (file, [])
        }
        let file = try File.open(path, for: .readAndWrite)
        let size = Int(try file.status().size)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(size, 1), alignment: 1)
        defer { buffer.deallocate() }
        let count = try file.read(into: buffer, at: 0)
        return (file, Array(buffer[..<min(count, size)]))
    }

    /// Appends a row, and syncs it.
    func append(_ row: OutboxRow) throws(SystemError) {
        let bytes = row.bytes(time: Timestamp(nanoseconds: WallClock.nanoseconds).rfc3339)
        try bytes.span.withUnsafeBytes { (bytes) throws(SystemError) in
            try file.write(bytes, at: end)
        }
        try file.syncData()
        end += UInt64(bytes.count)
        history.apply(row)
    }

    /// Replaces the file by one with the fewest rows; without effect if there is no space.
    private func compact(_ path: String) throws(SystemError) {
        let time = Timestamp(nanoseconds: WallClock.nanoseconds).rfc3339
        let bytes = history.rows.flatMap { $0.bytes(time: time) }
        guard UInt64(bytes.count) < end, (try? AtomicFile.write(bytes, to: path)) != nil else {
            return
        }
        file = try File.open(path, for: .readAndWrite)
        end = UInt64(bytes.count)
    }
}
