import Glibc
package import Platform
package import Time

/// A wait that a stop signal or the run's maximum duration ends.
package struct InputWait {
    private let signals: Signals
    private let deadline: Instant?

    /// - Parameter deadline: The end of the run's maximum duration; nil without one.
    package init(_ signals: Signals, deadline: Instant?) {
        self.signals = signals
        self.deadline = deadline
    }

    /// Throws `waitEnded` if the run is to stop.
    package func check() throws(InputError) {
        if let number = signals.next() { throw .waitEnded(.signal(number)) }
        if let deadline, MonotonicClock.now >= deadline { throw .waitEnded(.maxDuration) }
    }

    /// Waits until a descriptor is readable or has ended.
    package func callAsFunction(_ descriptor: Int32) throws(InputError) {
        var wanted = [descriptor, signals.descriptor].map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        while true {
            try check()
            let left = deadline.map { max(0, $0.nanoseconds(since: MonotonicClock.now)) }
            // Rounded up, so that the deadline has passed on return.
            let milliseconds = left.map { Int32(clamping: $0 / 1_000_000 + 1) } ?? -1
            if poll(&wanted, 2, milliseconds) > 0, wanted[0].revents != 0 { return }
        }
    }
}

extension InputFile {
    /// Waits until a descriptor is readable or has ended.
    package static func wait(for descriptor: Int32) {
        var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while poll(&wanted, 1, -1) < 0, errno == EINTR {}
    }

    /// Returns whether a byte is blank or part of a UTF-8 byte-order mark.
    static func isBlank(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x09, 0x0A, 0x0D, 0x20, 0xEF, 0xBB, 0xBF: true
        default: false
        }
    }
}
