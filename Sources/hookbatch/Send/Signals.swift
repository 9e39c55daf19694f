import CPosix
import Destinations
import Glibc

/// SIGHUP, SIGINT and SIGTERM as something to read: they are blocked, and come over a descriptor
/// that the run's one wait watches.
final class Signals {
    let descriptor: Int32

    /// To be made before any thread is, which then block them too. A signal that the starter of
    /// the program ignores (`nohup`) stays ignored.
    static func block() throws(SendError) -> Signals {
        _ = signal(SIGPIPE, SIG_IGN)
        // A write beyond the limit of a file's size fails then, and the run stops in order.
        _ = signal(SIGXFSZ, SIG_IGN)
        let descriptor = hb_signals_open()
        if descriptor < 0 {
            throw .destination(.system(call: "signalfd", errno: errno))
        }
        return Signals(descriptor)
    }

    private init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// The next signal that has come, nil if there is none.
    func next() -> Int32? {
        let number = hb_signals_read(descriptor)
        return number > 0 ? number : nil
    }
}
