import CPosix
import Foundation
import Platform
import Testing
import Time

@Suite("Polling")
struct PollerTests {
    @Test("A descriptor is reported with its token as long as it is ready")
    func levels() throws {
        let poller = try Poller()
        let event = hb_eventfd()
        defer { close(event) }
        try poller.add(event, interest: .readable, token: UInt64(1) << 63 | 7)
        #expect(try poller.wait(nanoseconds: 0) == 0)
        var one: UInt64 = 1
        write(event, &one, 8)
        for _ in 0..<2 {
            #expect(try poller.wait(nanoseconds: nil) == 1)
            #expect(poller.event(0).token == UInt64(1) << 63 | 7)
            #expect(poller.event(0).readiness == .readable)
        }
        poller.remove(event)
        #expect(try poller.wait(nanoseconds: 0) == 0)
    }

    @Test("An edge is reported once")
    func edges() throws {
        let poller = try Poller()
        let event = hb_eventfd()
        defer { close(event) }
        try poller.add(event, interest: [.readable, .edgeTriggered], token: 1)
        var one: UInt64 = 1
        write(event, &one, 8)
        #expect(try poller.wait(nanoseconds: nil) == 1)
        #expect(try poller.wait(nanoseconds: 0) == 0)
    }

    @Test("A closed peer is reported as closed and readable")
    func closes() throws {
        let poller = try Poller()
        var ends: [Int32] = [0, 0]
        #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        defer { close(ends[0]) }
        try poller.add(ends[0], interest: [.readable, .closed], token: 1)
        close(ends[1])
        #expect(try poller.wait(nanoseconds: nil) == 1)
        #expect(poller.event(0).readiness.isSuperset(of: [.readable, .closed]))
    }

    @Test("A regular file can't be watched")
    func files() throws {
        let poller = try Poller()
        let file = open("/proc/self/exe", O_RDONLY)
        defer { close(file) }
        #expect(throws: SystemError(call: "epoll_ctl", path: "", code: EPERM)) {
            try poller.add(file, interest: .readable, token: 1)
        }
    }

    @Test(
        "A wait never ends before its deadline", arguments: [1_000, 300_000, 2_500_000] as [Int64])
    func deadlines(nanoseconds: Int64) throws {
        let poller = try Poller()
        let deadline = MonotonicClock.now.advanced(byNanoseconds: nanoseconds)
        #expect(try poller.wait(until: deadline) == 0)
        #expect(MonotonicClock.now >= deadline)
    }
}
