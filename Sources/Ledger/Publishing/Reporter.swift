import Glibc
import Platform

/// A thread that writes the report during the run.
///
/// So little is left to be written when the last line ends. The thread reads the journal's file and
/// shares no memory with the loop; a pipe carries the journal's length. A failure, or a disk with
/// little space, stops only the thread's work: at the end of the run the report is written again.
/// Until then it has its temporary name, which a process after a crash ignores.
package final class Reporter<Tally: RowCounting> {
    package let journal: Journal
    package let path: String
    private let format: ReportFormat
    private let maxBufferedRows: Int
    private var work: Work?
    /// The journal's length in the last message to the thread.
    private var sentLength: UInt64 = 0
    private var canAdvance = true

    private struct Work {
        let thread: WorkerThread
        let report: ReporterThread<Tally>
        let requests: Int32
        let progress: Int32
    }

    /// The bytes after which another message is due.
    private static var byteStep: UInt64 { 256 << 10 }
    /// Poll interval, in milliseconds.
    private static var pollInterval: Int32 { 100 }

    /// - Parameter maxBufferedRows: Rows sorted in memory; more go through a temporary file.
    package init(
        _ journal: Journal, to path: String, _ format: ReportFormat,
        maxBufferedRows: Int = RowSorter.maxBufferedRows
    ) {
        self.journal = journal
        self.path = path
        self.format = format
        self.maxBufferedRows = maxBufferedRows
    }

    deinit { cancel() }

    /// Whether the journal has grown enough since the last `advance`.
    package var isDue: Bool { canAdvance && journal.size - sentLength >= Self.byteStep }

    /// Makes the thread write the rows that are in the journal. Never waits.
    ///
    /// - Parameter watermark: Rows that are not yet in the journal sort at or after it.
    package func advance(to watermark: ReportPosition) {
        sentLength = journal.size
        do {
            let work = try startedWork()
            _ = Pipe.send(
                ReporterThread<Tally>.Request(
                    length: sentLength, record: watermark.record,
                    input: UInt32(clamping: watermark.input)),
                to: work.requests)
        } catch {
            canAdvance = false
        }
    }

    /// Makes the thread write all rows: the journal has its last outcome.
    func requestCompletion() throws(SystemError) {
        let work = try startedWork()
        // Other messages may be dropped while the pipe is full, since the next one supersedes them.
        guard fcntl(work.requests, F_SETFL, 0) == 0,
            Pipe.send(
                ReporterThread<Tally>.Request(length: journal.size, isLast: 1), to: work.requests)
        else { throw SystemError("write", "pipe") }
    }

    /// Waits, after `requestCompletion`, until the report is synced under its temporary name.
    ///
    /// - Parameter onProgress: Called several times a second with the number of rows written. An
    ///   error that it throws cancels the thread.
    func waitForCompletion(
        onProgress: (UInt64) throws(LedgerError) -> Void
    ) throws(LedgerError) -> ReportDraft<Tally>.Completed {
        let result = try result(onProgress)
        return try LedgerError.system { () throws(SystemError) in try result.get() }
    }

    private func result(
        _ onProgress: (UInt64) throws(LedgerError) -> Void
    ) throws(LedgerError) -> Result<ReportDraft<Tally>.Completed, SystemError> {
        guard let work else { preconditionFailure("a report's completion was not requested") }
        var rows: UInt64 = 0
        while true {
            var wanted = pollfd(fd: work.progress, events: Int16(POLLIN), revents: 0)
            // The thread closes its end of the pipe when it ends.
            if poll(&wanted, 1, Self.pollInterval) > 0, !Pipe.receive(&rows, from: work.progress) {
                break
            }
            do throws(LedgerError) {
                try onProgress(rows)
            } catch {
                cancel()
                throw error
            }
        }
        endThread()
        guard let result = work.report.result else {
            preconditionFailure("the thread ended without a result and was not cancelled")
        }
        return result
    }

    /// Ends the thread and removes the draft.
    ///
    /// It has no effect after `waitForCompletion`.
    package func cancel() {
        guard work != nil else { return }
        endThread()
        try? File.remove(AtomicFile.temporaryPath(of: path))
    }

    /// Ends the thread and leaves the draft: its name may be that of another process's by now.
    package func abandon() {
        endThread()
        canAdvance = false
    }

    private func endThread() {
        guard let work else { return }
        self.work = nil
        close(work.requests)
        close(work.progress)
        work.thread.join()
    }

    private func startedWork() throws(SystemError) -> Work {
        if let work { return work }
        let requests = try Pipe()
        let progress: Pipe
        do {
            progress = try Pipe()
        } catch {
            requests.close()
            throw error
        }
        // From here on `report` owns its ends of the pipes.
        let report = ReporterThread<Tally>(
            journal.file, path, format, maxBufferedRows: maxBufferedRows,
            requests: requests.readEnd, progress: progress.writeEnd)
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
}
