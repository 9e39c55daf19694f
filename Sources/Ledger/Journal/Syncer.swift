import Glibc
package import Platform

/// A thread that does nothing but make a run's files outlive a power cut, so that the loop never
/// waits for a disk.
///
/// The two share no memory: requests and completions are messages through two pipes. After a
/// failure it does nothing more, since a second `fdatasync` may succeed without the bytes.
package final class Syncer {
    /// Readable when a completion may be taken: to be polled by the loop.
    package let completionDescriptor: Int32
    /// Whether a request was made whose completion has not been taken.
    package private(set) var isBusy = false
    /// Why nothing more is synced.
    package private(set) var failure: SystemError?
    private let paths: [String]
    private let requests: Int32
    private var thread: WorkerThread?

    /// - Parameter files: In the order in which they are synced: the spool before the journal,
    ///   whose rows refer to it.
    package init(files: [File]) throws(SystemError) {
        let request = try Pipe()
        let completion = try Pipe()
        // Never blocks: the loop looks for a completion when it has time.
        guard fcntl(completion.readEnd, F_SETFL, O_NONBLOCK) == 0 else {
            throw SystemError("fcntl", "pipe")
        }
        paths = files.map(\.path)
        requests = request.writeEnd
        completionDescriptor = completion.readEnd
        let work = SyncerThread(
            files: files, requests: request.readEnd, completions: completion.writeEnd)
        thread = try WorkerThread("syncer") { work.run() }
    }

    deinit {
        stop()
        close(completionDescriptor)
    }

    /// Asks for a sync. `length`, the journal's size, comes back with the completion. At most one
    /// request is on its way.
    package func request(length: UInt64) {
        precondition(!isBusy && thread != nil, "one sync at a time, and none after the end")
        guard failure == nil else { return }
        isBusy = true
        withUnsafeBytes(of: length) { message in
            // Eight bytes into an empty pipe are taken at once and whole (POSIX: PIPE_BUF).
            let count = write(requests, message.baseAddress, message.count)
            precondition(count == message.count, "an empty pipe takes a request")
        }
    }

    /// The journal's length that is synced now, or why none ever will be; nil if the thread is
    /// still at it.
    package func takeCompletion() -> Result<UInt64, SystemError>? {
        guard isBusy else { return nil }
        var message = SyncerThread.Completion()
        guard Pipe.receive(&message, from: completionDescriptor) else { return nil }
        isBusy = false
        guard message.code != 0 else { return .success(message.length) }
        let error = SystemError(
            call: "fdatasync", path: paths[Int(message.file)], code: message.code)
        failure = error
        return .failure(error)
    }

    /// Ends the thread; waits for a sync that is under way.
    package func stop() {
        guard let thread else { return }
        // The end of its input is its end.
        close(requests)
        thread.join()
        self.thread = nil
    }
}
