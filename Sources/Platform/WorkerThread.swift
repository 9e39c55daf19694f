import CPosix
import Glibc

/// A thread that runs one function.
///
/// All signals are blocked in it, so that the thread that joins it receives them.
package struct WorkerThread {
    private let handle: pthread_t

    private final class Work: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Starts the thread with `run`, and releases it after its return.
    ///
    /// - Parameter name: The thread's name in an error.
    package init(_ name: String, _ run: @escaping @Sendable () -> Void) throws(SystemError) {
        var thread = pthread_t()
        let work = Unmanaged.passRetained(Work(run))
        let code = hb_thread_start(
            &thread,
            { context in
                guard let context else { return nil }
                Unmanaged<Work>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, work.toOpaque())
        guard code == 0 else {
            work.release()
            throw SystemError(call: "pthread_create", path: name, code: code)
        }
        handle = thread
    }

    /// Waits until the function returns. Called once.
    package func join() { pthread_join(handle, nil) }
}
