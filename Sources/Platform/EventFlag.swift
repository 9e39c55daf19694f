import CPosix
import Glibc

/// A flag that one thread raises and another waits for.
///
/// It is an eventfd, so that a poll can watch it with other descriptors. It orders memory as a lock
/// does, by the kernel's lock around the counter: writes before `raise` are visible after the `lower`
/// or `wait` that found the flag raised.
package struct EventFlag: ~Copyable {
    /// Readable while the flag is raised.
    package let descriptor: Int32

    package init() throws(SystemError) {
        descriptor = hb_eventfd()
        if descriptor < 0 { throw SystemError("eventfd") }
    }

    deinit { close(descriptor) }

    package borrowing func raise() {
        var count: UInt64 = 1
        let written = write(descriptor, &count, 8)
        precondition(written == 8, "an eventfd accepts a write of 8 bytes")
    }

    /// Lowers the flag. Returns false if it was not raised.
    package borrowing func lower() -> Bool {
        var count: UInt64 = 0
        return read(descriptor, &count, 8) == 8
    }

    /// Waits until the flag is raised, and lowers it.
    package borrowing func wait() {
        var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while !lower() {
            let count = poll(&wanted, 1, -1)
            precondition(count >= 0 || errno == EINTR, "an eventfd can be polled")
        }
    }
}
