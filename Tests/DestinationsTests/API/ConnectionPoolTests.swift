import Destinations
import TestSupport
import Testing
import Time

@Suite("Connection pool")
struct ConnectionPoolTests {
    /// The pool in a class, since `#expect` calls nothing that mutates a value.
    private final class Driver {
        private var pool: ConnectionPool

        init(maxConnections: Int) { pool = ConnectionPool(maxConnections: maxConnections) }

        var establishedCount: Int { pool.establishedCount }

        func connects(waiting: Int, now: Instant = .start) -> [Int] {
            var started: [Int] = []
            while let index = pool.startConnect(waiting: waiting, now: now) {
                started.append(index)
            }
            return started
        }

        /// Connects once and parks the connection.
        func establish(waiting: Int = 1, until: Instant) -> Int? {
            guard let index = pool.startConnect(waiting: waiting, now: .start) else { return nil }
            pool.connected()
            pool.park(index, until: until)
            return index
        }

        func connected() { pool.connected() }
        func fail(_ index: Int, waiting: Int, now: Instant = .start) -> ConnectionPool.AfterFailure
        {
            pool.connectFailed(index, waiting: waiting, now: now)
        }
        func pauseEnd(waiting: Int, now: Instant) -> Instant? {
            pool.connectPauseEnd(waiting: waiting, now: now)
        }
        func takeIdle(now: Instant = .start) -> ConnectionPool.Choice? { pool.takeIdle(now: now) }
        func firstStale(now: Instant) -> Int? { pool.firstStale(now: now) }
        func close(_ index: Int) { pool.connectionClosed(index) }
        func reuseFailed(_ index: Int) -> Bool { pool.reuseFailed(index, now: .start) }
        func mayKeep(_ index: Int) -> Bool { pool.mayKeep(index, now: .start) }
    }

    private func after(_ nanoseconds: Int64) -> Instant {
        Instant.start.advanced(byNanoseconds: nanoseconds)
    }

    @Test("The first connect is alone; after a success as many follow as attempts wait")
    func connects() {
        let pool = Driver(maxConnections: 100)
        #expect(pool.connects(waiting: 0) == [])
        #expect(pool.connects(waiting: 50) == [0])
        #expect(pool.connects(waiting: 50) == [])
        pool.connected()
        #expect(pool.connects(waiting: 3) == [1, 2, 3])
        #expect(pool.connects(waiting: 50).count == ConnectionPool.maxConnectsInFlight - 3)
        #expect(pool.establishedCount == 1)
    }

    @Test("No more connections are opened than allowed, and closed ones are opened again")
    func limit() {
        let pool = Driver(maxConnections: 2)
        #expect(pool.establish(until: after(1)) == 0)
        #expect(pool.establish(until: after(1)) == 1)
        #expect(pool.connects(waiting: 5) == [])
        pool.close(0)
        #expect(pool.establishedCount == 1)
        #expect(pool.connects(waiting: 5) == [0])
    }

    @Test("A failed connect ends the waiting attempts that no other connect can serve")
    func failure() {
        let pool = Driver(maxConnections: 8)
        #expect(pool.connects(waiting: 5) == [0])
        #expect(pool.fail(0, waiting: 5) == .endWaiting(5))
        #expect(pool.connects(waiting: 5) == [0])
        pool.connected()
        pool.close(0)
        #expect(pool.connects(waiting: 3) == [0, 1, 2])
        #expect(pool.fail(1, waiting: 3) == .endWaiting(1))
        #expect(pool.fail(0, waiting: 1) == .endWaiting(0))
        #expect(pool.fail(2, waiting: 1) == .endWaiting(1))
    }

    @Test("A failed connect beside an established connection pauses the connects")
    func pause() {
        let pool = Driver(maxConnections: 8)
        let index = pool.establish(until: after(1))
        #expect(pool.connects(waiting: 1) == [1])
        #expect(pool.fail(1, waiting: 1) == .keepWaiting)
        let end = after(ConnectionPool.pauseAfterFailedConnect)
        #expect(pool.pauseEnd(waiting: 1, now: .start) == end)
        #expect(pool.pauseEnd(waiting: 0, now: .start) == nil)
        #expect(pool.connects(waiting: 1) == [])
        #expect(pool.pauseEnd(waiting: 1, now: end) == nil)
        #expect(pool.connects(waiting: 1, now: end) == [1])
        // Without an established connection nothing is waited for.
        #expect(pool.fail(1, waiting: 1, now: end) == .keepWaiting)
        index.map(pool.close)
        #expect(pool.connects(waiting: 1, now: end).count == 1)
    }

    @Test("The newest idle connection is used, unless its idle time has elapsed")
    func idle() {
        let pool = Driver(maxConnections: 8)
        #expect(pool.takeIdle() == nil)
        for time: Int64 in [10, 20] { _ = pool.establish(until: after(time)) }
        #expect(pool.firstStale(now: after(9)) == nil)
        #expect(pool.firstStale(now: after(10)) == 0)
        #expect(pool.takeIdle(now: after(19)) == .use(1))
        #expect(pool.takeIdle(now: after(10)) == .close(0))
        pool.close(0)
        #expect(pool.takeIdle(now: after(10)) == nil)
        #expect(pool.establishedCount == 1)
    }

    @Test("After two broken reuses the idle connections are closed and none is kept")
    func reuse() {
        let pool = Driver(maxConnections: 8)
        #expect(pool.mayKeep(0))
        #expect(!pool.reuseFailed(0))
        #expect(pool.reuseFailed(1))
        #expect(!pool.mayKeep(2))
    }

    @Test(
        "An idle connection is closed a second before its server closes it",
        arguments: [
            (nil, ConnectionPool.idleLifetime), (0, 0), (1, 500_000_000), (2, 1_000_000_000),
            (60, 59_000_000_000),
        ] as [(Int?, Int64)])
    func idleLimit(keepAlive: Int?, nanoseconds: Int64) {
        let limit = ConnectionPool.idleLimit(keepAlive: keepAlive, after: .start)
        #expect(limit == after(nanoseconds))
    }

    @Test("A huge idle time of a server does not overflow")
    func hugeIdleLimit() {
        let limit = ConnectionPool.idleLimit(keepAlive: .max, after: .start)
        #expect(limit > after(ConnectionPool.idleLifetime))
    }
}
