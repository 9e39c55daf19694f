import Platform

/// A thread that owns a store, runs its transactions and closes it, so that the loop can read and
/// record while the store's pages are written and synced.
///
/// One batch is handed over at a time, and handed back when its transaction has ended. Used on one
/// thread, that of the loop.
final class StoreThread {
    /// Whether a batch was handed over and not yet handed back.
    private(set) var isBusy = false
    private let work: Work
    private var thread: WorkerThread?

    /// How a batch ended.
    struct Completion {
        var batch: StoreBatch
        /// Why nothing of it is stored; nil if all of it is.
        var failure: DestinationError?
    }

    /// - Throws: `.system` if the thread can't be had.
    init(store: sending Store) throws(DestinationError) {
        let work = try Work(store)
        self.work = work
        thread = try DestinationError.system(try WorkerThread("store") { work.run() })
    }

    deinit { end() }

    /// Readable when a batch may be taken back: to be polled by the loop.
    var completionDescriptor: Int32 { work.completion.descriptor }

    /// Hands a batch over, which is the thread's until it is taken back.
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

    /// The batch whose transaction has ended; nil if none has.
    func takeCompletion() -> Completion? {
        guard isBusy, work.completion.lower() else { return nil }
        return completion()
    }

    /// Waits for the end of the transaction that is under way: not longer than SQLite waits for
    /// another process's and the disk takes.
    func waitForCompletion() -> Completion {
        precondition(isBusy, "no batch to wait for")
        work.completion.wait()
        return completion()
    }

    /// Closes the store and ends the thread, after the transaction that is under way.
    func end() {
        guard let thread else { return }
        if isBusy { _ = waitForCompletion() }
        work.isEnding = true
        work.request.raise()
        thread.join()
        self.thread = nil
    }

    private func completion() -> Completion {
        guard let batch = work.batch else { preconditionFailure("a batch that is gone") }
        isBusy = false
        return Completion(batch: batch, failure: work.failure)
    }

    /// What the two threads share.
    ///
    /// Unchecked, since the flags say whose it is: the thread's from a `request` to the
    /// `completion`, the loop's at all other times; but the store is the thread's alone. A flag
    /// orders what was written before it is raised with what is read after it is found so.
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
            // Here, not where the last reference happens to be dropped.
            store = nil
        }

        /// Waits for a batch; nil when there will be none.
        private func nextBatch() -> StoreBatch? {
            request.wait()
            return isEnding ? nil : batch
        }
    }
}
