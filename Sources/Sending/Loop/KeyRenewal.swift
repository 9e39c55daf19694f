package import Platform

/// The reading of the API key again, after the API has refused it.
///
/// It runs on a thread, since a command or a file system may take long.
package final class KeyRenewal {
    /// Why there is no key: a sentence that begins with the source.
    package struct Problem: Error, Hashable, Sendable {
        package let reason: String

        package init(reason: String) { self.reason = reason }
    }

    /// Reads the key from its source.
    package typealias Read = @Sendable () -> Result<[UInt8], Problem>

    /// The end of a reading.
    package enum Answer: Hashable, Sendable {
        /// A key that was not used before.
        case key([UInt8])
        /// A key that the API has refused already.
        case same
        case problem(Problem)
    }

    /// The source's name, such as a flag.
    package let source: String
    /// Readable when an answer can be taken.
    package var descriptor: Int32 { work.completion.descriptor }
    package private(set) var isBusy = false
    /// The keys of the run so far.
    private var used: [[UInt8]]
    private let work: Work

    /// - Parameter current: The key at the start of the run.
    package init(
        source: String, current: [UInt8], read: @escaping Read
    ) throws(SystemError) {
        self.source = source
        used = [current]
        work = try Work(read)
    }

    /// Begins to read.
    package func start() throws(SystemError) {
        precondition(!isBusy, "one reading at a time")
        isBusy = true
        // Never joined: the end of the process does not wait for a command.
        _ = try WorkerThread("key") { [work] in
            work.result = work.read()
            work.completion.raise()
        }
    }

    /// Returns the answer of a reading that has ended; nil if it has not.
    package func takeAnswer() -> Answer? {
        guard isBusy, work.completion.lower(), let result = work.result else { return nil }
        isBusy = false
        switch result {
        case .failure(let problem): return .problem(problem)
        case .success(let key):
            if used.contains(key) { return .same }
            used.append(key)
            return .key(key)
        }
    }

    /// The state that both threads share.
    ///
    /// Unchecked, because the flag transfers its ownership: the thread owns `result` until it raises
    /// the flag, the loop after it has lowered it.
    private final class Work: @unchecked Sendable {
        let completion: EventFlag
        let read: Read
        var result: Result<[UInt8], Problem>?

        init(_ read: @escaping Read) throws(SystemError) {
            completion = try EventFlag()
            self.read = read
        }
    }
}
