import CPosix
import Glibc

/// A thread that does one piece of work.
///
/// All signals are masked in it: they are for the thread that waits for it to take.
package struct WorkerThread {
    private let handle: pthread_t

    private final class Work: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Begins with `run`, which is let go of as soon as it has returned.
    ///
    /// - Parameter name: For the message of a failure.
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

    /// Waits for its end, once.
    package func join() { pthread_join(handle, nil) }
}
