import Glibc
import Platform

/// What the syncing thread has: files that never change, and its ends of two pipes, which it
/// closes when it ends.
final class SyncerThread: Sendable {
    private let files: [File]
    private let requests: Int32
    private let completions: Int32

    /// What it says of a request.
    struct Completion {
        /// What the request said.
        var length: UInt64 = 0
        /// 0, or why the sync failed.
        var code: Int32 = 0
        /// Of which file.
        var file: Int32 = 0
    }

    init(files: [File], requests: Int32, completions: Int32) {
        self.files = files
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
            withUnsafeBytes(of: completion) { message in
                _ = write(completions, message.baseAddress, message.count)
            }
            if completion.code != 0 { return }
        }
    }

    /// Waits for a request; nil when there will be none.
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
        return Completion(length: length)
    }
}
