import Glibc

/// A joinable thread outside Swift's pool, which a blocking loop would starve.
struct JoinableThread: Sendable {
    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private let thread: pthread_t

    init(_ run: @escaping @Sendable () -> Void) {
        let body = Unmanaged.passRetained(Body(run)).toOpaque()
        var thread = pthread_t()
        let code = pthread_create(&thread, nil, Self.main, body)
        self.thread = thread
        precondition(code == 0, "no thread: error \(code)")
    }

    private static let main: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? =
        { body in
            guard let body else { return nil }
            Unmanaged<Body>.fromOpaque(body).takeRetainedValue().run()
            return nil
        }

    /// Waits for the end of the thread; called only once.
    func join() { pthread_join(thread, nil) }
}
