import Delivery
package import Platform

/// The journal of a run on disk: rows are appended to it, in one write a turn.
///
/// One thread owns it. While it is open no other process can work on the same run.
package final class Journal {
    /// To which rows are appended; `flush` writes them out. Unchecked, since it is used for every
    /// row: one thread owns it, and its calls do not come back to it.
    @exclusivity(unchecked) package var encoder: JournalEncoder
    /// The open file, which the syncing thread shares.
    package let file: File
    package let header: JournalHeader
    /// Bytes written to the file.
    package private(set) var size: UInt64
    /// Why nothing more can be written, once a write or a sync has failed.
    package private(set) var failure: SystemError?

    private init(file: File, header: JournalHeader, size: UInt64) {
        self.file = file
        self.header = header
        self.size = size
        encoder = JournalEncoder(inputNames: header.inputs.map(\.path))
    }

    package var path: String { file.path }

    /// Begins the journal of a new run. When this returns, its first rows outlive a power cut.
    ///
    /// - Parameter now: Milliseconds since 1970.
    /// - Throws: `.exists` if there is one, `.locked` if another process was faster.
    package static func create(
        _ path: String, header: JournalHeader, bootID: String, pid: Int, now: Int64
    ) throws(LedgerError) -> Journal {
        let file: File
        do {
            file = try File.create(path)
        } catch {
            throw error.isExists ? .exists(path: path) : .system(error)
        }
        guard try holdsLock(file) else { throw .vanished(path: path) }
        let journal = Journal(file: file, header: header, size: 0)
        journal.encoder.appendRun(header)
        journal.encoder.appendStart(bootID: bootID, pid: pid, at: now)
        try LedgerError.system { () throws(SystemError) in
            try journal.flush()
            try journal.sync()
            try Directory.sync(of: path)
        }
        return journal
    }

    /// Opens the journal of a run that is to go on, or to be completed, and says what it owes.
    ///
    /// What a crash has left at its end is cut off. Unless the run is finished, the start of this
    /// process is noted, and outlives a power cut when this returns.
    ///
    /// - Throws: `.vanished` if there is none any more, or one without a first row, which is
    ///   removed, since nothing was sent then; `.locked`; `.damaged`.
    package static func open(
        _ path: String, bootID: String, pid: Int, now: Int64
    ) throws(LedgerError) -> (journal: Journal, recovered: RecoveredJournal) {
        let file = try openLocked(path)
        let recovered = try LedgerError.system { () throws(SystemError) in
            try JournalReading.recover(file, bootID: bootID)
        }
        if let damage = recovered.damage { throw .damaged(path: path, damage) }
        guard let header = recovered.header else { throw try discard(unborn: file) }

        let journal = Journal(file: file, header: header, size: recovered.validLength)
        try LedgerError.system { () throws(SystemError) in
            if recovered.validLength < recovered.length {
                try file.truncate(to: recovered.validLength)
            }
            try file.seek(to: recovered.validLength)
            guard !recovered.isFinished else { return }
            // A `start` row is taken as a sign that what stands before it is whole. The process
            // before may have left rows that are not on the disk yet, and pages come there in any
            // order.
            try journal.sync()
            journal.encoder.appendStart(bootID: bootID, pid: pid, at: now)
            try journal.flush()
            try journal.sync()
        }
        return (journal, recovered)
    }

    /// Reads a journal that may be another process's at this moment, without a lock.
    package static func inspect(
        _ path: String, bootID: String
    ) throws(LedgerError) -> RecoveredJournal {
        try LedgerError.system { () throws(SystemError) in
            try JournalReading.recover(File.open(path, for: .read), bootID: bootID)
        }
    }

    /// Writes what was appended since the last time, in one `write(2)`.
    ///
    /// After a failure an unknown part of it is written, and nothing more ever will be.
    package func flush() throws(SystemError) {
        if let failure { throw failure }
        guard encoder.count > 0 else { return }
        let file = file
        do {
            let count = try encoder.withBytes { (bytes) throws(SystemError) in
                try file.write(bytes)
                return bytes.count
            }
            size += UInt64(count)
            encoder.removeAll(keepingCapacity: true)
        } catch {
            failure = error
            throw error
        }
    }

    /// Makes all that was written outlive a power cut; the calling thread waits for the disk.
    package func sync() throws(SystemError) {
        if let failure { throw failure }
        do {
            try file.syncData()
        } catch {
            failure = error
            throw error
        }
    }

    /// Notes that the syncing thread has failed: nothing more will be written.
    package func fail(_ error: SystemError) {
        failure = failure ?? error
    }
}
