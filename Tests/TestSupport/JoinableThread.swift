#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A thread that can be joined, apart from Swift's own pool, which a blocking loop would starve.
struct JoinableThread: Sendable {
    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private let thread: pthread_t

    init(_ run: @escaping @Sendable () -> Void) {
        let body = Unmanaged.passRetained(Body(run)).toOpaque()
        #if canImport(Glibc)
            var thread = pthread_t()
            let code = pthread_create(&thread, nil, Self.main, body)
            self.thread = thread
        #else
            var thread: pthread_t?
            let code = pthread_create(&thread, nil, Self.main, body)
            guard let thread else { preconditionFailure("no thread: error \(code)") }
            self.thread = thread
        #endif
        precondition(code == 0, "no thread: error \(code)")
    }

    #if canImport(Glibc)
        private static let main:
            @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? =
                { body in
                    guard let body else { return nil }
                    Unmanaged<Body>.fromOpaque(body).takeRetainedValue().run()
                    return nil
                }
    #else
        private static let main:
            @convention(c) (UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? =
                { body in
                    Unmanaged<Body>.fromOpaque(body).takeRetainedValue().run()
                    return nil
                }
    #endif

    /// Waits for the end of the thread. To be called once.
    func join() { pthread_join(thread, nil) }
}
