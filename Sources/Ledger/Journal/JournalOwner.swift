package import Platform

/// What identifies the process that has a shard's journal, beside the boot and the process id of its
/// `start` row.
package struct JournalOwner: Hashable, Sendable {
    /// The name of its machine, or of its container.
    package var host: String?
    /// Clock ticks from the boot to its start.
    package var processStart: UInt64?
    /// The batch system's number of the attempt, as its variable has it.
    package var attempt: String?
    /// The inode of the file that it writes; nil in rows of older versions.
    package var inode: UInt64?

    package init(host: String?, processStart: UInt64?, attempt: String?) {
        self.host = host
        self.processStart = processStart
        self.attempt = attempt
    }

    /// Whether it wrote another file than that with an inode, as far as both are known.
    func wroteOtherFile(than other: UInt64?) -> Bool {
        guard let inode, let other else { return false }
        return inode != other
    }

    /// Returns the last owner of a journal; nil without one.
    package static func last(inJournal path: String) throws(SystemError) -> JournalOwner? {
        let file = try File.open(path, for: .read)
        return try last(size: try file.status().size) { (buffer, offset) throws(SystemError) in
            try file.read(into: buffer, at: offset)
        }
    }

    /// Returns the last owner of a journal of `size` bytes; nil without one.
    ///
    /// Reads backwards from the end. The row is repeated while rows are written, so one piece is
    /// enough for most journals; those of older versions are read up to their last owner's start.
    ///
    /// - Parameter read: reads from an offset into the buffer, and returns the number of bytes.
    package static func last(
        size: UInt64,
        read: (UnsafeMutableRawBufferPointer, UInt64) throws(SystemError) -> Int
    ) throws(SystemError) -> JournalOwner? {
        var end = size
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: pieceSize + maxRowLength, alignment: 16)
        defer { buffer.deallocate() }
        while end > 0 {
            let start = end > UInt64(pieceSize) ? end - UInt64(pieceSize) : 0
            // A row that begins in the piece may end after it.
            let length = min(buffer.count, Int(size - start))
            let count = try read(UnsafeMutableRawBufferPointer(rebasing: buffer[..<length]), start)
            let piece = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            if let owner = last(in: piece, startingBefore: Int(end - start)) { return owner }
            end = start
        }
        return nil
    }

    private static let pieceSize = 1 << 20
    /// Maximum bytes of an `owner` row with its line feeds: names are short.
    private static let maxRowLength = 4096

    private static func last(
        in piece: UnsafeRawBufferPointer, startingBefore end: Int
    ) -> JournalOwner? {
        var owner: JournalOwner?
        var start = 0
        while let lineEnd = piece.lineFeed(from: start), start < end {
            let row = UnsafeRawBufferPointer(rebasing: piece[start..<lineEnd])
            start = lineEnd + 1
            var scanner = RowScanner(row)
            guard scanner.skip("{\"kind\":\"owner\""), let body = RowChecksum.body(of: row),
                case .owner(let found) = RowKind(of: body)
            else { continue }
            owner = found
        }
        return owner
    }
}
