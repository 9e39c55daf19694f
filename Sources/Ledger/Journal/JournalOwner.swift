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

    package init(host: String?, processStart: UInt64?, attempt: String?) {
        self.host = host
        self.processStart = processStart
        self.attempt = attempt
    }

    /// Returns the last owner of a journal; nil without one. Reads backwards from its end.
    package static func last(inJournal path: String) throws(SystemError) -> JournalOwner? {
        let file = try File.open(path, for: .read)
        var end = try file.status().size
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: pieceSize + maxRowLength, alignment: 16)
        defer { buffer.deallocate() }
        while end > 0 {
            let start = end > UInt64(pieceSize) ? end - UInt64(pieceSize) : 0
            // A row that begins in the piece may end after it.
            let count = try file.read(into: buffer, at: start)
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
