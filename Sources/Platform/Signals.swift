import CPosix
import Glibc

/// SIGHUP, SIGINT, SIGTERM and SIGUSR1 as events of a descriptor.
///
/// They are blocked, and read from a signalfd that the loop's poller watches.
package final class Signals {
    package let descriptor: Int32
    /// Called for each SIGUSR1, which requests the run's status.
    package var onStatusRequest: () -> Void = {}

    /// Blocks the signals, and opens their descriptor.
    ///
    /// Called before the first thread starts, since threads inherit the mask. A signal that is
    /// ignored at the program's start (`nohup`) remains ignored.
    package static func block() throws(SystemError) -> Signals {
        _ = signal(SIGPIPE, SIG_IGN)
        // A write above the file size limit then fails with EFBIG, and the run stops regularly.
        _ = signal(SIGXFSZ, SIG_IGN)
        let descriptor = hb_signals_open(SIGUSR1)
        if descriptor < 0 { throw SystemError("signalfd") }
        return Signals(descriptor)
    }

    private init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Lets the signals end the process again, for when nothing is left to complete.
    ///
    /// Signals that came before are dropped, and SIGUSR1 is ignored from then on. The descriptor
    /// reports nothing more.
    package func release() {
        while next() != nil {}
        hb_signals_release(SIGUSR1)
    }

    /// Returns the next pending stop signal; nil if there is none.
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
