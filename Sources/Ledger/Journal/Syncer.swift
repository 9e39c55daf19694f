import Glibc
package import Platform

/// A thread that syncs a run's files.
///
/// So the loop never waits for a disk. The two share no memory: requests and completions are messages through two pipes. After a
/// failure it stops, since a second `fdatasync` can succeed although bytes are lost.
package final class Syncer {
    /// A descriptor that is readable when a completion can be taken.
    package let completionDescriptor: Int32
    /// Whether the completion of a request has not been taken yet.
    package private(set) var isBusy = false
    /// The error after which nothing more is synced.
    package private(set) var failure: LedgerError?
    private let fence: JournalFence?
    private let paths: [String]
    private let requests: Int32
    private var thread: WorkerThread?

    /// - Parameters:
    ///   - files: The files in the order of their syncs: the spool before the journal, whose rows
    ///     refer to it.
    ///   - fence: Checked after each sync; nil without an owner.
    package init(files: [File], fence: JournalFence? = nil) throws(SystemError) {
        let request = try Pipe()
        let completion = try Pipe()
        // The loop polls for completions and must not block.
        guard fcntl(completion.readEnd, F_SETFL, O_NONBLOCK) == 0 else {
            throw SystemError("fcntl", "pipe")
        }
        self.fence = fence
        paths = files.map(\.path)
        requests = request.writeEnd
        completionDescriptor = completion.readEnd
        let work = SyncerThread(
            files: files, fence: fence, requests: request.readEnd, completions: completion.writeEnd)
        thread = try WorkerThread("syncer") { work.run() }
    }

    deinit {
        stop()
        close(completionDescriptor)
    }

    /// Requests a sync. At most one request is pending.
    ///
    /// - Parameter length: The journal's size, which the completion returns.
    package func request(length: UInt64) {
        precondition(!isBusy && thread != nil, "one sync at a time, and none after the end")
        guard failure == nil else { return }
        isBusy = true
        let isSent = Pipe.send(length, to: requests)
        precondition(isSent, "an empty pipe has room for a request")
    }

    /// Returns the journal's synced length, or the error: `.system` or `.lost`; nil if the sync has
    /// not ended.
    package func takeCompletion() -> Result<UInt64, LedgerError>? {
        guard isBusy else { return nil }
        var message = SyncerThread.Completion()
        guard Pipe.receive(&message, from: completionDescriptor) else { return nil }
        isBusy = false
        let error: LedgerError
        if message.isLost != 0, let fence {
            error = fence.lost
        } else if message.code != 0 {
            let (call, path) = (message.call.rawValue, paths[Int(message.file)])
            error = .system(SystemError(call: call, path: path, code: message.code))
        } else {
            return .success(message.length)
        }
        failure = error
        return .failure(error)
    }

    /// Ends the thread, and waits for a pending sync.
    package func stop() {
        guard let thread else { return }
        // The thread ends when its pipe does.
        close(requests)
        thread.join()
        self.thread = nil
    }
}
