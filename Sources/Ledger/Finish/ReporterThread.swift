import Glibc

/// What the reporting thread has: a journal that others append to, and its ends of two pipes.
///
/// Through one it hears how far the journal is, through the other it says how many rows are
/// written, once it was told that the journal is whole.
final class ReporterThread<Tally: RowCounting>: Sendable {
    private let journal: File
    private let path: String
    private let format: ReportFormat
    private let requests: Int32
    private let progress: Int32
    /// What came of it, nil if it was called off. For the time after the thread's end.
    nonisolated(unsafe) private(set) var result: Result<ReportDraft<Tally>.Written, SystemError>?

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
        _ journal: File, _ path: String, _ format: ReportFormat, requests: Int32, progress: Int32
    ) {
        self.journal = journal
        self.path = path
        self.format = format
        self.requests = requests
        self.progress = progress
    }

    func run() {
        var request = Request()
        do {
            result = try write(&request).map(Result.success)
        } catch {
            result = .failure(error)
            // A report that is not whole helps nobody, and the disk may be full.
            try? File.remove(AtomicFile.temporaryPath(of: path))
            // Nobody is to wait for room in the pipe.
            while request.isLast == 0, Pipe.receive(&request, from: requests) {}
        }
        close(progress)
    }

    deinit { close(requests) }

    private func write(
        _ request: inout Request
    ) throws(SystemError) -> ReportDraft<Tally>.Written? {
        var draft = try ReportDraft<Tally>(of: journal, to: path, format)
        while Pipe.receive(&request, from: requests) {
            if request.isLast == 1 {
                return try draft.finish(length: request.length, goesOn: tell)
            }
            try draft.advance(
                to: request.length,
                before: RowPlace(input: Int(request.input), record: request.record))
        }
        return nil
    }

    /// Says how many rows are written; whether anybody still waits for them.
    private func tell(_ rows: UInt64) -> Bool {
        withUnsafeBytes(of: rows) { message in
            Glibc.write(progress, message.baseAddress, message.count) == message.count
        }
    }
}
