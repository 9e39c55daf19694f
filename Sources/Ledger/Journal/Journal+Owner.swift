import Platform

/// The owner of a shard's journal: the process that may write it and send.
extension Journal {
    /// The first rows of a process.
    struct FirstRows {
        var bootID: String
        var pid: Int
        /// Milliseconds since 1970.
        var now: Int64
        /// nil for a run that is not a shard.
        var owner: JournalOwner?

        /// Appends the rows. Returns the bytes before the `owner` row; nil without one.
        ///
        /// - Parameter inode: that of the file to which they are written.
        func append(
            to encoder: inout JournalEncoder, _ header: JournalHeader, inode: UInt64
        ) -> Int? {
            encoder.appendStart(bootID: bootID, pid: pid, at: now)
            guard var owner, header.hasOwners else { return nil }
            owner.inode = inode
            let start = encoder.count
            encoder.appendOwner(owner)
            return start
        }
    }

    /// The `owner` row of this process; empty without one.
    package var ownerRow: [UInt8] { fence?.row ?? [] }

    /// Checks that this process still owns the journal, if the journal has owners.
    ///
    /// - Throws: `.lost`
    package func checkOwner() throws(LedgerError) {
        try fence?.check()
        try checkRows()
    }

    /// Checks that only this process has written to the file since it became the owner.
    ///
    /// - Throws: `.lost`
    package func checkRows() throws(LedgerError) {
        guard let fence else { return }
        let found = try LedgerError.system { () throws(SystemError) in try file.status().size }
        guard found == size else { throw fence.lost }
    }

    /// Writes the first rows of this process after those of the encoder, and syncs them.
    func begin(_ rows: FirstRows) throws(SystemError) {
        let inode = try file.status().identity.inode
        let start = rows.append(to: &encoder, header, inode: inode)
        let row = start.map { start in encoder.withBytes { Array($0[start...]) } }
        let offset = size + UInt64(start ?? 0)
        if start != nil { try file.appendOnly() }
        try flush()
        try sync()
        if let row { fence = try JournalFence(file, row: row, offset: offset) }
    }

    /// Gives the path to a copy of the journal with the first rows of this process.
    ///
    /// The process before, on another machine, may be frozen and not dead. It keeps the old file: its
    /// further rows do not come between those of this process, and its next check fails. It can send
    /// no line above its last lease, which is in the copy, because a lease is used only after a check
    /// that follows its sync.
    ///
    /// - Parameter length: Bytes of the file when its state was recovered.
    /// - Throws: `.locked` if another process has written to the old file since then, or has the path.
    func takeOver(_ rows: FirstRows, length: UInt64) throws(LedgerError) {
        let old = file
        let valid = size
        let (copy, offset) = try LedgerError.system { () throws(SystemError) in
            try publishCopy(rows)
        }
        let new = try Self.openLocked(old.path)
        let hasGrown = try LedgerError.system { () throws(SystemError) in
            // Another process may have replaced the copy before it was locked.
            guard try new.status().identity == copy.status().identity else { return true }
            replaceFile(by: new, size: try new.status().size)
            guard try old.status().size == length else {
                // The former process is still writing: this one ends with `.locked`. The copy gets the
                // new rows, so that the next process finds all of them.
                try new.seek(to: size)
                if try !append(rowsOf: old, from: valid) { try begin(rows) }
                try sync()
                return true
            }
            var row: [UInt8] = []
            if let offset { row = try Self.bytes(of: new, from: offset) }
            try new.appendOnly()
            if let offset { fence = try JournalFence(new, row: row, offset: offset) }
            return false
        }
        if hasGrown { throw .locked(path: old.path) }
    }

    /// Writes the copy and gives it the journal's path. Returns the synced file, which has its
    /// temporary name, and the offset of its `owner` row.
    private func publishCopy(
        _ rows: FirstRows
    ) throws(SystemError) -> (file: File, ownerRow: UInt64?) {
        let path = file.path
        do throws(SystemError) {
            var copy = try AtomicFile(path)
            var encoder = JournalEncoder(header)
            let inode = try copy.status().identity.inode
            let start = rows.append(to: &encoder, header, inode: inode)
            try JournalReading.forEachPiece(of: file, upTo: size) { (piece) throws(SystemError) in
                try copy.append(piece)
            }
            let firstRows = encoder.withBytes { Array($0) }
            try copy.append(firstRows)
            let written = try copy.finish()
            try AtomicFile.publish(path)
            try Directory.sync(of: path)
            return (written, start.map { size + UInt64($0) })
        } catch {
            try? File.remove(AtomicFile.temporaryPath(of: path))
            throw error
        }
    }

    /// Appends the whole rows of a file from `offset` on. Returns whether the last one is `finished`,
    /// after which there is no row.
    private func append(rowsOf old: File, from offset: UInt64) throws(SystemError) -> Bool {
        let bytes = try Self.bytes(of: old, from: offset)
        guard let end = bytes.lastIndex(of: UInt8(ascii: "\n")) else { return false }
        try Array(bytes[...end]).span.withUnsafeBytes { (rows) throws(SystemError) in
            try write(rows)
        }
        return bytes[..<end].split(separator: UInt8(ascii: "\n")).last.map { row in
            row.starts(with: "{\"kind\":\"finished\"".utf8)
        } ?? false
    }

    /// Reads the end of a file.
    private static func bytes(of file: File, from offset: UInt64) throws(SystemError) -> [UInt8] {
        let size = try file.status().size
        return size > offset ? try file.bytes(at: offset, count: Int(size - offset)) : []
    }
}
