import Glibc
import Platform

/// What the reporting thread has: a journal that others append to, and its ends of two pipes.
///
/// Through one it hears how far the journal is, through the other it says how many rows are
/// written, once it was told that the journal is whole.
final class ReporterThread<Tally: RowCounting>: Sendable {
    private let journal: File
    private let path: String
    private let format: ReportFormat
    private let heldRows: Int
    private let requests: Int32
    private let progress: Int32
    /// What came of it, nil if it was called off. For the time after the thread's end.
    nonisolated(unsafe) private(set) var result: Result<ReportDraft<Tally>.Written, SystemError>?

    /// What is left free at least, in bytes, or as much again as the journal has: it comes first.
    private static var leastRoom: UInt64 { 64 << 20 }

    /// How far the journal is.
    struct Request {
        /// The bytes that are written to it, and end with a row.
        var length: UInt64 = 0
        /// The place to which and behind which all rows belong that are not in them.
        var record: UInt64 = 0
        var input: UInt32 = 0
        /// 1 if these are all.
        var isLast: UInt32 = 0
    }

    init(
        _ journal: File, _ path: String, _ format: ReportFormat, heldRows: Int, requests: Int32,
        progress: Int32
    ) {
        self.journal = journal
        self.path = path
        self.format = format
        self.heldRows = heldRows
        self.requests = requests
        self.progress = progress
    }

    deinit { close(requests) }

    func run() {
        do {
            result = try write().map(Result.success)
        } catch {
            result = .failure(error)
            discard()
        }
        close(progress)
    }

    /// nil if it was called off.
    private func write() throws(SystemError) -> ReportDraft<Tally>.Written? {
        var draft: ReportDraft<Tally>?
        var mayFollow = true
        var request = Request()
        while Pipe.receive(&request, from: requests), !isCalledOff {
            if request.isLast == 1 { return try finish(draft.take(), request.length) }
            guard mayFollow else { continue }
            do {
                try follow(&draft, request)
            } catch {
                // A report that is not whole helps nobody, and the disk may be full.
                mayFollow = false
                draft = nil
                discard()
            }
        }
        return nil
    }

    private func follow(
        _ draft: inout ReportDraft<Tally>?, _ request: Request
    ) throws(SystemError) {
        guard try journal.freeBytes() >= max(Self.leastRoom, request.length) else {
            throw SystemError(call: "write", path: path, code: ENOSPC)
        }
        if draft == nil { draft = try newDraft() }
        try draft?.advance(
            to: request.length,
            before: RowPlace(input: Int(request.input), record: request.record),
            goesOn: { _ in !isCalledOff })
    }

    private func finish(
        _ draft: consuming ReportDraft<Tally>?, _ length: UInt64
    ) throws(SystemError) -> ReportDraft<Tally>.Written? {
        if let begun = draft.take() {
            do {
                let written = try begun.finish(length: length, goesOn: tell)
                // Somebody may have tidied up meanwhile.
                let isOurs =
                    try written.map { (written) throws(SystemError) in
                        try AtomicFile.isThere(written.report, for: path)
                    } ?? true
                if isOurs { return written }
            } catch {
                discard()
            }
        }
        // What was wrong with the one that was begun may be over.
        return try newDraft().finish(length: length, goesOn: tell)
    }

    private func newDraft() throws(SystemError) -> ReportDraft<Tally> {
        try ReportDraft(of: journal, to: path, format, heldRows: heldRows)
    }

    private func discard() { try? File.remove(AtomicFile.temporaryPath(of: path)) }

    /// Whether nobody waits for the report any more.
    private var isCalledOff: Bool {
        var state = pollfd(fd: requests, events: 0, revents: 0)
        return poll(&state, 1, 0) > 0 && state.revents & Int16(POLLHUP) != 0
    }

    /// Says how many rows are written; whether anybody still waits for them.
    private func tell(_ rows: UInt64) -> Bool {
        withUnsafeBytes(of: rows) { message in
            Glibc.write(progress, message.baseAddress, message.count) == message.count
        }
    }
}
