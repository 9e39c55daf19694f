import Platform

/// A thread that owns a store and runs its transactions.
///
/// The loop reads and records while the thread writes and syncs the store's pages. One batch at a
/// time is submitted, and returned after its transaction. Used on one thread, that of the loop.
final class StoreThread {
    /// Whether a submitted batch was not returned yet.
    private(set) var isBusy = false
    private let work: Work
    private var thread: WorkerThread?

    /// The result of a batch.
    struct Completion {
        var batch: StoreBatch
        /// The cause if nothing of it is stored; nil if all of it is.
        var failure: DestinationError?
    }

    /// - Throws: `.system` if no thread can be started.
    init(store: sending Store) throws(DestinationError) {
        let work = try Work(store)
        self.work = work
        thread = try DestinationError.system(try WorkerThread("store") { work.run() })
    }

    deinit { end() }

    /// Readable when a batch is complete; the loop polls it.
    var completionDescriptor: Int32 { work.completion.descriptor }

    /// Submits a batch, which belongs to the thread until it is returned.
    ///
    /// - Parameter now: milliseconds since 1970, which become the messages' times.
    func submit(_ batch: StoreBatch, now: Int64) {
        precondition(thread != nil, "an attempt after the store was closed")
        precondition(!isBusy, "two batches at once")
        isBusy = true
        work.batch = batch
        work.now = now
        work.request.raise()
    }

    /// Returns the batch whose transaction has ended; nil if none has.
    func takeCompletion() -> Completion? {
        guard isBusy, work.completion.lower() else { return nil }
        return completion()
    }

    /// Waits for the end of the transaction in flight: at most SQLite's wait for another process,
    /// and the disk's time.
    func waitForCompletion() -> Completion {
        precondition(isBusy, "no batch to wait for")
        work.completion.wait()
        return completion()
    }

    /// Closes the store and ends the thread after the transaction in flight.
    func end() {
        guard let thread else { return }
        if isBusy { _ = waitForCompletion() }
        work.isEnding = true
        work.request.raise()
        thread.join()
        self.thread = nil
    }

    private func completion() -> Completion {
        guard let batch = work.batch else { preconditionFailure("the batch is missing") }
        isBusy = false
        return Completion(batch: batch, failure: work.failure)
    }

    /// The state that both threads share.
    ///
    /// Unchecked, because the flags transfer its ownership: the thread owns it from `request` to
    /// `completion`, the loop at all other times; only the thread uses the store. Writes before a
    /// flag is raised happen before reads after it is taken.
    private final class Work: @unchecked Sendable {
        let request: EventFlag
        let completion: EventFlag
        var batch: StoreBatch?
        var now: Int64 = 0
        var failure: DestinationError?
        var isEnding = false
        private var store: Store?

        init(_ store: sending Store) throws(DestinationError) {
            request = try DestinationError.system(try EventFlag())
            completion = try DestinationError.system(try EventFlag())
            self.store = store
        }

        func run() {
            while let batch = nextBatch(), let store {
                do {
                    failure = nil
                    try batch.submit(to: store, now: now)
                } catch {
                    failure = error
                }
                completion.raise()
            }
            // Closes the store here, not wherever the last reference is dropped.
            store = nil
        }

        /// Waits for a batch; nil at the end.
        private func nextBatch() -> StoreBatch? {
            request.wait()
            return isEnding ? nil : batch
        }
    }
}
