import Delivery
import Glibc
package import Platform

/// The journal of a run on disk.
///
/// Each turn of the loop appends its rows in one write.
///
/// One thread owns it. While it is open, its lock keeps other processes from working on the run.
package final class Journal {
    /// The encoder of the rows of the run as a whole; `flush` writes them.
    ///
    /// Exclusivity is unchecked for speed: one thread owns it, and its calls do not re-enter it.
    @exclusivity(unchecked) package var encoder: JournalEncoder
    /// The open file, shared with the syncing thread.
    package private(set) var file: File
    package let header: JournalHeader
    /// Bytes written to the file.
    package private(set) var size: UInt64
    /// The error of a failed write or sync. Nothing is written after it.
    package private(set) var failure: SystemError?
    /// The check that this process still owns the journal; nil without owners, and before `resume`.
    package var fence: JournalFence?
    /// What was read of the process before: whether it was of another boot, and the file's length.
    private var former: (isOfOtherBoot: Bool, length: UInt64)?

    private init(file: File, header: JournalHeader, size: UInt64) {
        self.file = file
        self.header = header
        self.size = size
        encoder = JournalEncoder(header)
    }

    package var path: String { file.path }

    /// Creates the journal of a new run, with its first rows synced.
    ///
    /// - Parameters:
    ///   - now: Milliseconds since 1970.
    ///   - owner: This process as the owner of a shard; nil for other runs.
    /// - Throws: `.exists` if the file exists, `.locked` if another process has locked it.
    package static func create(
        _ path: String, header: JournalHeader, bootID: String, pid: Int, now: Int64,
        owner: JournalOwner? = nil
    ) throws(LedgerError) -> Journal {
        let file: File
        do {
            file = try File.create(path)
        } catch {
            throw error.code == EEXIST ? .exists(path: path) : .system(error)
        }
        guard try lock(file) else { throw .vanished(path: path) }
        let journal = Journal(file: file, header: header, size: 0)
        journal.encoder.appendRun(header)
        try LedgerError.system { () throws(SystemError) in
            try journal.begin(FirstRows(bootID: bootID, pid: pid, now: now, owner: owner))
            try Directory.sync(of: path)
        }
        return journal
    }

    /// Opens the journal of an earlier run and recovers the run's state. Writes nothing: the run may
    /// be refused.
    ///
    /// - Throws: `.vanished` if the file does not exist, or has no complete row: it is then removed,
    ///   since nothing was sent; `.locked`; `.damaged`.
    package static func open(
        _ path: String, bootID: String
    ) throws(LedgerError) -> (journal: Journal, recovered: RecoveredJournal) {
        let file = try openLocked(path)
        let recovered = try LedgerError.system { () throws(SystemError) in
            try JournalReading.recover(file, bootID: bootID)
        }
        if let damage = recovered.damage { throw .damaged(path: path, damage) }
        guard let header = recovered.header else { throw try discard(incomplete: file) }

        let journal = Journal(file: file, header: header, size: recovered.validLength)
        journal.former = (recovered.lastBootID != bootID, recovered.length)
        return (journal, recovered)
    }

    /// Prepares an opened journal for the rows of this process.
    ///
    /// An incomplete end, which a crash leaves, is truncated. Unless the run is finished, a `start`
    /// row of this process is appended and synced. A shard of a process of another boot, which may be
    /// alive on another machine, is taken over in a copy of the file.
    ///
    /// - Parameters:
    ///   - now: Milliseconds since 1970.
    ///   - owner: This process as the owner of a shard; nil for other runs.
    /// - Throws: `.locked` if the process before turns out to be alive.
    package func resume(
        bootID: String, pid: Int, now: Int64, isFinished: Bool, owner: JournalOwner? = nil
    ) throws(LedgerError) {
        let rows = FirstRows(bootID: bootID, pid: pid, now: now, owner: owner)
        if let former, former.isOfOtherBoot, owner != nil, header.hasOwners, !isFinished {
            return try takeOver(rows, length: former.length)
        }
        try LedgerError.system { () throws(SystemError) in
            try file.truncate(to: size)
            try file.seek(to: size)
            guard !isFinished else { return }
            // A `start` row proves that all rows before it are on disk. Rows of the process before
            // may not be, and pages are written back in any order.
            try sync()
            try begin(rows)
        }
    }

    /// Reads a journal without a lock: another process may be writing it.
    package static func inspect(
        _ path: String, bootID: String
    ) throws(LedgerError) -> RecoveredJournal {
        try LedgerError.system { () throws(SystemError) in
            try JournalReading.recover(File.open(path, for: .read), bootID: bootID)
        }
    }

    /// Reads the first row of a journal, without a lock; nil if it is damaged or of a later version.
    ///
    /// The rows after it, which may be many, are neither read nor checked.
    package static func header(of path: String) throws(LedgerError) -> JournalHeader? {
        let row = try LedgerError.system { () throws(SystemError) in
            try File.open(path, for: .read).firstRow(upTo: RowFraming.maxRowLength)
        }
        guard let row else { return nil }
        return row.withUnsafeBytes { bytes in
            guard let body = RowChecksum.body(of: bytes), case .run(let header) = RowKind(of: body)
            else { return nil }
            return header
        }
    }

    /// Writes the encoder's rows since the last flush, in one `write(2)`.
    ///
    /// After a failure an unknown part of them is written, and all further writes fail.
    package func flush() throws(SystemError) {
        try write(encoder.rows())
        encoder.removeAll(keepingCapacity: true)
    }

    /// Writes complete rows in one `write(2)`; fails like `flush`.
    package func write(_ rows: UnsafeRawBufferPointer) throws(SystemError) {
        if let failure { throw failure }
        guard !rows.isEmpty else { return }
        do {
            try file.write(rows)
            size += UInt64(rows.count)
        } catch {
            failure = error
            throw error
        }
    }

    /// Syncs all written rows on the calling thread.
    package func sync() throws(SystemError) {
        if let failure { throw failure }
        do {
            try file.syncData()
        } catch {
            failure = error
            throw error
        }
    }

    /// Continues in another file, which has the rows of this one.
    func replaceFile(by new: File, size: UInt64) {
        file = new
        self.size = size
    }

    /// Records the syncing thread's error, after which nothing more is written.
    package func fail(_ error: SystemError) {
        failure = failure ?? error
    }
}
