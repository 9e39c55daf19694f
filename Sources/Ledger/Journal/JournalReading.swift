import Platform

/// Reads of a journal's whole file, a megabyte at a time.
enum JournalReading {
    /// Calls `body` with the first `length` bytes of `file` in pieces.
    static func forEachPiece(
        of file: File, upTo length: UInt64 = .max,
        _ body: (UnsafeRawBufferPointer) throws(SystemError) -> Void
    ) throws(SystemError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { buffer.deallocate() }
        var offset: UInt64 = 0
        while offset < length {
            let wanted = Int(min(UInt64(buffer.count), length - offset))
            let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted])
            let count = try file.read(into: piece, at: offset)
            guard count > 0 else { return }
            try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            offset += UInt64(count)
        }
    }

    /// Recovers the run's state from the journal in `file`.
    static func recover(_ file: File, bootID: String) throws(SystemError) -> RecoveredJournal {
        var recovery = JournalRecovery(
            currentBootID: bootID, inode: try file.status().identity.inode)
        try forEachPiece(of: file) { (bytes) throws(SystemError) in recovery.consume(bytes) }
        return recovery.finish()
    }
}
