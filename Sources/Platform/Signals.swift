import CPosix
import Glibc

/// SIGHUP, SIGINT, SIGTERM and SIGUSR1 as something to read: they are blocked, and come over a
/// descriptor that the run's one wait watches.
package final class Signals {
    package let descriptor: Int32
    /// Called for each SIGUSR1, which asks how the run gets on and stops nothing.
    package var onStatusRequest: () -> Void = {}

    /// To be made before any thread is, which then block them too. A signal that the starter of
    /// the program ignores (`nohup`) stays ignored.
    package static func block() throws(SystemError) -> Signals {
        _ = signal(SIGPIPE, SIG_IGN)
        // A write beyond the limit of a file's size fails then, and the run stops in order.
        _ = signal(SIGXFSZ, SIG_IGN)
        let descriptor = hb_signals_open(SIGUSR1)
        if descriptor < 0 { throw SystemError("signalfd") }
        return Signals(descriptor)
    }

    private init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// The next signal to stop that has come, nil if there is none.
    package func next() -> Int32? {
        while true {
            let number = hb_signals_read(descriptor)
            if number == SIGUSR1 {
                onStatusRequest()
            } else {
                return number > 0 ? number : nil
            }
        }
    }
}
