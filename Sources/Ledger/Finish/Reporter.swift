import Glibc
import Platform

/// Writes the report of a run while the run goes on, on a thread of its own, so that little is left
/// to be written when the last line ends.
///
/// The two share no memory: the thread reads the journal, of which it hears through a pipe how far
/// it is. Whatever keeps it from writing, the run goes on, and at its end all is written anew: also
/// where the disk has little room, which is the journal's first. Till then the report stands under
/// its temporary name, which says nothing to those who come after a crash.
package final class Reporter<Tally: RowCounting> {
    package let journal: Journal
    package let path: String
    private let format: ReportFormat
    private let heldRows: Int
    private var work: Work?
    /// The journal's size when the thread last heard of it.
    private var heard: UInt64 = 0
    private var canFollow = true

    private struct Work {
        let thread: WorkerThread
        let report: ReporterThread<Tally>
        let requests: Int32
        let progress: Int32
    }

    /// How many bytes are worth a message.
    private static var step: UInt64 { 256 << 10 }
    /// How long the end is waited for at most before somebody looks up, in milliseconds.
    private static var lookEvery: Int32 { 100 }

    /// - Parameter heldRows: Rows sorted in memory; more go through a temporary file.
    package init(
        _ journal: Journal, to path: String, _ format: ReportFormat,
        heldRows: Int = RowSorter.heldRows
    ) {
        self.journal = journal
        self.path = path
        self.format = format
        self.heldRows = heldRows
    }

    deinit { cancel() }

    /// Whether enough was written to the journal since the last time to say so.
    package var isDue: Bool { canFollow && journal.size - heard >= Self.step }

    /// Has the thread write what there is. Never waits.
    ///
    /// - Parameter place: To which and behind which all rows belong that are not yet in the journal.
    package func follow(before place: RowPlace) {
        heard = journal.size
        do {
            let work = try started()
            _ = send(
                .init(length: heard, record: place.record, input: UInt32(clamping: place.input)),
                to: work)
        } catch {
            canFollow = false
        }
    }

    /// Says that the journal is whole: the rest is written from now on.
    func end() throws(SystemError) {
        let work = try started()
        // Each message but this one may be left out: the next one says more.
        guard fcntl(work.requests, F_SETFL, 0) == 0,
            send(.init(length: journal.size, isLast: 1), to: work)
        else { throw SystemError("write", "pipe") }
    }

    /// Waits, after `end`, until the report is whole and synced under its temporary name.
    ///
    /// - Parameter look: Called several times a second with the number of rows that are written.
    ///   What it throws stops the writing.
    func written(
        look: (UInt64) throws(LedgerError) -> Void
    ) throws(LedgerError) -> ReportDraft<Tally>.Written {
        let result = try result(look)
        return try LedgerError.system { () throws(SystemError) in try result.get() }
    }

    private func result(
        _ look: (UInt64) throws(LedgerError) -> Void
    ) throws(LedgerError) -> Result<ReportDraft<Tally>.Written, SystemError> {
        guard let work else { preconditionFailure("a report's end was waited for before its end") }
        var rows: UInt64 = 0
        while true {
            var wanted = pollfd(fd: work.progress, events: Int16(POLLIN), revents: 0)
            // The thread's end is that of what it says.
            if poll(&wanted, 1, Self.lookEvery) > 0, !Pipe.receive(&rows, from: work.progress) {
                break
            }
            do throws(LedgerError) {
                try look(rows)
            } catch {
                cancel()
                throw error
            }
        }
        endThread()
        guard let result = work.report.result else {
            preconditionFailure("the thread ended without a result, though nobody called it off")
        }
        return result
    }

    /// Takes back what was written, if the end was not waited for.
    package func cancel() {
        guard work != nil else { return }
        endThread()
        try? File.remove(AtomicFile.temporaryPath(of: path))
    }

    private func endThread() {
        guard let work else { return }
        self.work = nil
        close(work.requests)
        close(work.progress)
        work.thread.join()
    }

    private func started() throws(SystemError) -> Work {
        if let work { return work }
        let requests = try Pipe()
        let progress: Pipe
        do {
            progress = try Pipe()
        } catch {
            requests.close()
            throw error
        }
        // From here on it closes its own ends.
        let report = ReporterThread<Tally>(
            journal.file, path, format, heldRows: heldRows, requests: requests.readEnd,
            progress: progress.writeEnd)
        do throws(SystemError) {
            guard fcntl(requests.writeEnd, F_SETFL, O_NONBLOCK) == 0 else {
                throw SystemError("fcntl", "pipe")
            }
            let work = Work(
                thread: try WorkerThread("reporter") { report.run() }, report: report,
                requests: requests.writeEnd, progress: progress.readEnd)
            self.work = work
            return work
        } catch {
            close(requests.writeEnd)
            close(progress.readEnd)
            close(progress.writeEnd)
            throw error
        }
    }

    /// Whether it was sent.
    private func send(_ request: ReporterThread<Tally>.Request, to work: Work) -> Bool {
        withUnsafeBytes(of: request) { message in
            // Whole or not at all (POSIX: PIPE_BUF).
            write(work.requests, message.baseAddress, message.count) == message.count
        }
    }
}
