import Glibc
import Platform

/// The work of the reporting thread: a shared journal file and its ends of two pipes.
///
/// One pipe carries the journal's length to it. The other carries the number of written rows back,
/// after the last request.
final class ReporterThread<Tally: RowCounting>: Sendable {
    private let journal: File
    private let path: String
    private let format: ReportFormat
    private let maxBufferedRows: Int
    private let requests: Int32
    private let progress: Int32
    /// The report; nil if the work was cancelled.
    ///
    /// `nonisolated(unsafe)`: written by the thread and read only after its end.
    nonisolated(unsafe) private(set) var result: Result<ReportDraft<Tally>.Completed, SystemError>?

    /// Minimum free space on the disk for a draft, in bytes.
    ///
    /// The journal has priority, so its own size must be free too.
    private static var minFreeBytes: UInt64 { 64 << 20 }

    /// The state of the journal.
    struct Request {
        /// Bytes that are written; they end with a row.
        var length: UInt64 = 0
        /// The watermark's record: rows after `length` sort at or after it.
        var record: UInt64 = 0
        /// The watermark's input.
        var input: UInt32 = 0
        /// 1 if the journal is complete.
        var isLast: UInt32 = 0
    }

    init(
        _ journal: File, _ path: String, _ format: ReportFormat, maxBufferedRows: Int,
        requests: Int32, progress: Int32
    ) {
        self.journal = journal
        self.path = path
        self.format = format
        self.maxBufferedRows = maxBufferedRows
        self.requests = requests
        self.progress = progress
    }

    deinit { close(requests) }

    func run() {
        do {
            result = try write().map(Result.success)
        } catch {
            result = .failure(error)
            removeDraft()
        }
        close(progress)
    }

    /// Serves requests until the last one. Returns nil if the work was cancelled.
    private func write() throws(SystemError) -> ReportDraft<Tally>.Completed? {
        var draft: ReportDraft<Tally>?
        var canAdvance = true
        var request = Request()
        while Pipe.receive(&request, from: requests), !isCancelled {
            if request.isLast == 1 { return try complete(draft.take(), request.length) }
            guard canAdvance else { continue }
            do {
                try advance(&draft, request)
            } catch {
                // An incomplete report has no use, and the disk may be full.
                canAdvance = false
                draft = nil
                removeDraft()
            }
        }
        return nil
    }

    private func advance(
        _ draft: inout ReportDraft<Tally>?, _ request: Request
    ) throws(SystemError) {
        guard try journal.freeBytes() >= max(Self.minFreeBytes, request.length) else {
            throw SystemError(call: "write", path: path, code: ENOSPC)
        }
        if draft == nil { draft = try newDraft() }
        try draft?.advance(
            to: request.length,
            watermark: ReportPosition(input: Int(request.input), record: request.record),
            shouldContinue: { _ in !isCancelled })
    }

    private func complete(
        _ draft: consuming ReportDraft<Tally>?, _ length: UInt64
    ) throws(SystemError) -> ReportDraft<Tally>.Completed? {
        if let begun = draft.take() {
            do {
                let completed = try begun.complete(length: length, shouldContinue: sendProgress)
                // Another program may have removed or replaced the temporary file.
                let isUnchanged =
                    try completed.map { (completed) throws(SystemError) in
                        try AtomicFile.isTemporaryFile(completed.report, of: path)
                    } ?? true
                if isUnchanged { return completed }
            } catch {
                removeDraft()
            }
        }
        // The failure of the first draft may not recur.
        return try newDraft().complete(length: length, shouldContinue: sendProgress)
    }

    private func newDraft() throws(SystemError) -> ReportDraft<Tally> {
        try ReportDraft(of: journal, to: path, format, maxBufferedRows: maxBufferedRows)
    }

    private func removeDraft() { try? File.remove(AtomicFile.temporaryPath(of: path)) }

    /// Whether the loop has closed its ends of the pipes.
    private var isCancelled: Bool {
        var state = pollfd(fd: requests, events: 0, revents: 0)
        return poll(&state, 1, 0) > 0 && state.revents & Int16(POLLHUP) != 0
    }

    /// Sends the number of written rows. Returns false if the work was cancelled.
    private func sendProgress(_ rows: UInt64) -> Bool { Pipe.send(rows, to: progress) }
}
