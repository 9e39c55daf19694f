import Glibc
import Platform

/// The work of the syncing thread: its files and its ends of two pipes.
final class SyncerThread: Sendable {
    private let files: [File]
    private let fence: JournalFence?
    private let requests: Int32
    private let completions: Int32

    /// The result of a request.
    struct Completion {
        /// The length of the request.
        var length: UInt64 = 0
        /// 0, or the `errno` of the call that failed.
        var code: Int32 = 0
        var call = Call.fdatasync
        /// The index of the file that failed.
        var file: Int32 = 0
        /// 1 if the journal is not this process's any more.
        var isLost: Int32 = 0
    }

    /// The calls that can fail; a message has no text.
    enum Call: String, CaseIterable {
        case fdatasync, open, fstat, pread
    }

    init(files: [File], fence: JournalFence?, requests: Int32, completions: Int32) {
        self.files = files
        self.fence = fence
        self.requests = requests
        self.completions = completions
    }

    deinit {
        close(requests)
        close(completions)
    }

    func run() {
        while let length = nextRequest() {
            let completion = sync(length)
            _ = Pipe.send(completion, to: completions)
            if completion.code != 0 || completion.isLost != 0 { return }
        }
    }

    /// Waits for a request. Returns nil after the last one.
    private func nextRequest() -> UInt64? {
        var length: UInt64 = 0
        return Pipe.receive(&length, from: requests) ? length : nil
    }

    private func sync(_ length: UInt64) -> Completion {
        for (index, file) in files.enumerated() {
            do {
                try file.syncData()
            } catch {
                return Completion(length: length, code: error.code, file: Int32(index))
            }
        }
        // After the sync: a process that takes over later finds the lease in the journal.
        do {
            try fence?.check()
        } catch .system(let error) {
            return Completion(
                length: length, code: error.code, call: Call(rawValue: error.call) ?? .open,
                file: Int32(files.count - 1))
        } catch {
            return Completion(length: length, isLost: 1)
        }
        return Completion(length: length)
    }
}
