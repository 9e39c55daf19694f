import Glibc
import Platform

/// Entries on disk in 256 partitions by fingerprint. Entries of one fingerprint are in the same
/// partition, in input order.
///
/// The file is a sequence of chunks. Each belongs to one partition and begins with the number of
/// the partition's next chunk. The file is unlinked at once, so it disappears with the process.
final class FingerprintSpill {
    static let parts = 256
    /// Larger chunks were not faster. Memory contains one chunk per partition.
    static let chunkBytes = 8 << 10
    private static let headerBytes = MemoryLayout<UInt64>.stride
    private static let entryBytes = MemoryLayout<FingerprintEntry>.stride
    private static let entriesInChunk = (chunkBytes - headerBytes) / entryBytes

    private let file: File
    /// The position of the eight fingerprint bits that select the partition.
    private let shift: UInt64
    /// The last chunk of each partition, while entries are added.
    private var chunks: UnsafeMutableRawBufferPointer?
    /// The number of each partition's last chunk. The first is the partition's own number.
    private var lastChunk = (0..<UInt64(parts)).map { $0 }
    private var nextChunk = UInt64(parts)
    private var counts = [UInt64](repeating: 0, count: parts)

    /// - Parameters:
    ///   - folder: The folder of the file.
    ///   - level: The number of earlier passes; each uses other bits.
    init(in folder: String, level: Int) throws(SystemError) {
        file = try File.createUnnamed(in: folder)
        shift = UInt64(level % 7) * 8
        chunks = .allocate(byteCount: Self.parts * Self.chunkBytes, alignment: 16)
    }

    deinit { chunks?.deallocate() }

    func add(_ entry: FingerprintEntry) throws(SystemError) {
        let part = Int(truncatingIfNeeded: entry.fingerprint.high >> shift) & (Self.parts - 1)
        let count = Int(counts[part] % UInt64(Self.entriesInChunk))
        if count == 0, counts[part] > 0 {
            try writeChunk(of: part, next: nextChunk)
            lastChunk[part] = nextChunk
            nextChunk += 1
        }
        chunk(of: part).storeBytes(
            of: entry, toByteOffset: Self.headerBytes + count * Self.entryBytes,
            as: FingerprintEntry.self)
        counts[part] += 1
    }

    /// Writes the buffered chunks after the last entry, and frees the memory.
    func finish() throws(SystemError) {
        for part in 0..<Self.parts where counts[part] > 0 { try writeChunk(of: part, next: 0) }
        chunks?.deallocate()
        chunks = nil
    }

    func count(of part: Int) -> UInt64 { counts[part] }

    /// Calls `use` with each entry of a partition, in input order.
    func forEach(
        in part: Int, _ use: (FingerprintEntry) throws(SystemError) -> Void
    ) throws(SystemError) {
        let chunk = UnsafeMutableRawBufferPointer.allocate(
            byteCount: Self.chunkBytes, alignment: 16)
        defer { chunk.deallocate() }
        var left = counts[part]
        var number = UInt64(part)
        while left > 0 {
            let offset = number * UInt64(Self.chunkBytes)
            guard try file.read(into: chunk, at: offset) == chunk.count else {
                throw SystemError(call: "pread", path: file.path, code: EIO)
            }
            number = chunk.load(as: UInt64.self)
            let count = Int(min(left, UInt64(Self.entriesInChunk)))
            for index in 0..<count {
                try use(
                    chunk.load(
                        fromByteOffset: Self.headerBytes + index * Self.entryBytes,
                        as: FingerprintEntry.self))
            }
            left -= UInt64(count)
        }
    }

    private func chunk(of part: Int) -> UnsafeMutableRawBufferPointer {
        guard let chunks else { preconditionFailure("entries are added before the end") }
        let start = part * Self.chunkBytes
        return UnsafeMutableRawBufferPointer(rebasing: chunks[start..<start + Self.chunkBytes])
    }

    private func writeChunk(of part: Int, next: UInt64) throws(SystemError) {
        let chunk = chunk(of: part)
        chunk.storeBytes(of: next, as: UInt64.self)
        try file.write(UnsafeRawBufferPointer(chunk), at: lastChunk[part] * UInt64(Self.chunkBytes))
    }
}
