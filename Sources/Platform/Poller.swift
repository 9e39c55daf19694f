import CPosix
package import Time
import Glibc

/// An epoll instance, which waits for many descriptors. Used on one thread.
package final class Poller {
    /// The conditions to wait for on a descriptor.
    package struct Interest: OptionSet {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }

        package static let readable = Interest(rawValue: HB_EPOLL_READABLE)
        package static let writable = Interest(rawValue: HB_EPOLL_WRITABLE)
        /// The peer closed its direction, or there is an error. Errors are always reported.
        package static let closed = Interest(rawValue: HB_EPOLL_CLOSED)
        /// Each change is reported once, not while it lasts.
        package static let edgeTriggered = Interest(rawValue: HB_EPOLL_EDGE)
    }

    /// A descriptor that `wait` found ready.
    package struct Event {
        package var token: UInt64
        /// An error or a hang-up is reported as `readable` and `closed`.
        package var readiness: Interest
    }

    /// The epoll instance's own descriptor, for another poll.
    ///
    /// It is readable while one of its descriptors is ready.
    package let descriptor: Int32
    private let ready: UnsafeMutablePointer<hb_epoll_ready>
    /// Maximum events of one `wait`; the next one returns the others.
    package static let maxEvents = 256

    package init() throws(SystemError) {
        descriptor = hb_epoll_create()
        if descriptor < 0 { throw SystemError("epoll_create1") }
        ready = .allocate(capacity: Self.maxEvents)
        ready.initialize(repeating: hb_epoll_ready(), count: Self.maxEvents)
    }

    deinit {
        close(descriptor)
        ready.deallocate()
    }

    /// Watches `descriptor`; its events have the given token.
    ///
    /// - Throws: `EPERM` for a regular file, which is always ready.
    package func add(_ descriptor: Int32, interest: Interest, token: UInt64)
        throws(SystemError)
    {
        if hb_epoll_add(self.descriptor, descriptor, interest.rawValue, token) != 0 {
            throw SystemError("epoll_ctl")
        }
    }

    package func modify(_ descriptor: Int32, interest: Interest, token: UInt64)
        throws(SystemError)
    {
        if hb_epoll_modify(self.descriptor, descriptor, interest.rawValue, token) != 0 {
            throw SystemError("epoll_ctl")
        }
    }

    /// Stops watching `descriptor`, which must still be open.
    ///
    /// Events that `wait` has returned remain: a caller that reuses tokens must distinguish
    /// generations.
    package func remove(_ descriptor: Int32) {
        _ = hb_epoll_remove(self.descriptor, descriptor)
    }

    /// Waits until a descriptor is ready, and returns the number of events.
    ///
    /// `event(_:)` returns them until the next `wait`. A signal ends the wait early. The timeout is
    /// accurate to about 60 µs if the kernel has epoll_pwait2, and otherwise rounded up to a
    /// millisecond.
    ///
    /// - Parameter nanoseconds: The timeout; nil for none. Zero or less does not wait.
    package func wait(nanoseconds: Int64?) throws(SystemError) -> Int {
        let limit = nanoseconds.map { max(0, $0) } ?? -1
        let count = hb_epoll_wait(descriptor, ready, Int32(Self.maxEvents), limit)
        if count >= 0 { return Int(count) }
        if errno == EINTR { return 0 }
        throw SystemError("epoll_wait")
    }

    /// Waits until a descriptor is ready or `deadline` is reached; nil for no deadline.
    package func wait(until deadline: Instant?) throws(SystemError) -> Int {
        try wait(nanoseconds: deadline.map { $0.nanoseconds(since: MonotonicClock.now) })
    }

    package func event(_ index: Int) -> Event {
        precondition(index >= 0 && index < Self.maxEvents, "an event that wait did not return")
        let entry = ready[index]
        return Event(token: entry.token, readiness: Interest(rawValue: entry.bits))
    }
}
