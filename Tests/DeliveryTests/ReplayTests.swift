import Delivery
import Testing
import TestSupport
import Time

/// A run at the recorded pace, on a clock that is moved by hand.
@Suite("Run: the recorded pace") struct ReplayTests {
    /// Admits lines from 1 on, with these times in milliseconds, and ends the input.
    private static func driver(
        _ milliseconds: [Int64], app: (Int) -> UInt64 = { UInt64($0) },
        set: (inout DeliveryOptions, inout RecordedPace) -> Void = { _, _ in }
    ) -> RunDriver {
        var driver = RunDriver {
            var pace = RecordedPace()
            set(&$0, &pace)
            $0.recordedPace = pace
        }
        for (index, time) in milliseconds.enumerated() {
            driver.admit(UInt64(index + 1), app: app(index), time: time * millisecond)
        }
        driver.run.recordInputEnd()
        return driver
    }

    /// Lets all lines start when they may; returns each with its time in milliseconds. An attempt
    /// takes no time.
    private static func starts(_ driver: inout RunDriver) -> [[Int64]] {
        let start = driver.now.instant
        var found: [[Int64]] = []
        for _ in 0..<1000 {
            for line in driver.starts() {
                let elapsed = driver.now.instant.nanoseconds(since: start)
                found.append([Int64(line), elapsed / millisecond])
                _ = driver.end(line, .status(201))
            }
            guard let wake = driver.run.wake else { break }
            driver.advance(to: max(wake, driver.now.instant))
        }
        return found
    }

    @Test("Each line starts at its distance from the first one")
    func distances() {
        var driver = Self.driver([1000, 1000, 1250, 4000])
        #expect(Self.starts(&driver) == [[1, 0], [2, 0], [3, 250], [4, 3000]])
        let isDone = driver.run.isDone
        #expect(isDone)
    }

    @Test("A line out of order starts with the one before it, or in order with a sort window")
    func disorder() {
        let times: [Int64] = [1000, 1500, 1200, 2000]
        var late = Self.driver(times)
        #expect(Self.starts(&late) == [[1, 0], [2, 500], [3, 500], [4, 1000]])
        let lateRecords = late.run.replayed?.lateRecords
        #expect(lateRecords == 1)
        var sorted = Self.driver(times, set: { $1.sortWindow = 300 * millisecond })
        #expect(Self.starts(&sorted) == [[1, 0], [3, 200], [2, 500], [4, 1000]])
        let none = sorted.run.replayed?.lateRecords
        #expect(none == 0)
    }

    @Test("A sort window keeps the order within an application whose lines wait for each other")
    func sortedApplication() {
        var driver = Self.driver(
            [1000, 1500, 1200, 1100], app: { _ in 1 },
            set: {
                $0.appConcurrency = 1
                $1.sortWindow = second
            })
        #expect(driver.starts() == [1])
        driver.advance(second)
        #expect(driver.starts().isEmpty)
        for line in [1, 4, 3] as [UInt64] {
            _ = driver.end(line, .status(201))
            #expect(driver.starts().count == 1)
        }
        #expect(driver.started.map(\.line) == [1, 4, 3, 2])
    }

    @Test("The rate is a limit on top; what it delays is made up for, or moves all later lines")
    func limits() {
        let times: [Int64] = [0, 0, 0, 1000, 2000]
        let rate = Rate(count: 2, perNanoseconds: second)
        var catching = Self.driver(times, set: { options, _ in options.rate = rate })
        #expect(Self.starts(&catching).map { $0[1] } == [0, 500, 1000, 1500, 2000])
        var shifting = Self.driver(
            times,
            set: { options, pace in
                options.rate = rate
                pace.catchesUp = false
            })
        let starts = Self.starts(&shifting).map { $0[1] }
        #expect(starts[3] - starts[2] == 1000 && starts[4] - starts[3] == 1000, "\(starts)")
    }

    @Test("A line that its application holds back moves no other")
    func heldByApplication() {
        var driver = Self.driver(
            [0, 10, 500], app: { $0 == 2 ? 2 : 1 },
            set: { options, pace in
                options.appConcurrency = 1
                pace.catchesUp = false
            })
        #expect(driver.starts() == [1])
        driver.advance(10 * millisecond)
        #expect(driver.starts().isEmpty)
        driver.advance(290 * millisecond)
        _ = driver.end(1, .status(201))
        #expect(driver.starts() == [2])
        driver.advance(200 * millisecond)
        #expect(driver.starts() == [3])
    }

    @Test("Where the window is full, the line with the oldest time comes out of the sort window")
    func fullWindow() {
        var driver = RunDriver {
            var pace = RecordedPace()
            pace.sortWindow = 3600 * second
            $0.recordedPace = pace
            $0.window = 3
        }
        for (line, time) in [(1, 30), (2, 10), (3, 20)] as [(UInt64, Int64)] {
            let wantsRecord = driver.run.wantsRecord
            #expect(wantsRecord)
            driver.admit(line, app: line, time: time * millisecond)
        }
        var wantsRecord = driver.run.wantsRecord
        #expect(!wantsRecord)
        #expect(driver.starts() == [2])
        _ = driver.end(2, .status(201))
        wantsRecord = driver.run.wantsRecord
        #expect(wantsRecord && driver.starts().isEmpty)
        driver.run.recordNoRoom()
        driver.advance(10 * millisecond)
        #expect(driver.starts() == [3])
    }

    @Test("A resume at any point continues from its first line, at the recorded distances")
    func resume() {
        let times: [Int64] = [0, 100, 100, 5000, 4500, 9000]
        for done in 0..<times.count {
            var driver = RunDriver {
                var pace = RecordedPace()
                pace.maxGap = 1000 * millisecond
                $0.recordedPace = pace
            }
            for (index, time) in times.enumerated() {
                if index < done {
                    driver.run.pass(time * millisecond)
                } else {
                    driver.admit(UInt64(index + 1), app: UInt64(index), time: time * millisecond)
                }
            }
            driver.run.recordInputEnd()
            let places: [Int64] = [0, 100, 100, 1100, 1100, 2100]
            #expect(
                Self.starts(&driver).map { $0[1] } == places[done...].map { $0 - places[done] })
            let first = driver.run.replayed?.firstOffset
            #expect(first == places[done] * millisecond)
        }
    }

    @Test("A start has its lag, and a retry does not change it")
    func lag() {
        var driver = Self.driver([0, 100])
        #expect(driver.starts() == [1])
        driver.advance(130 * millisecond)
        #expect(driver.starts() == [2])
        let lag1 = driver.run.scheduledStart(slot: 1)?.lag
        #expect(lag1 == 30 * millisecond)
        #expect(driver.end(2, .status(503)) == .retries)
        #expect(driver.waitForStart(of: 2) != nil)
        let lag2 = driver.run.scheduledStart(slot: 1)?.lag
        #expect(lag2 == 30 * millisecond)
    }

    @Test("While lines wait for their places, the reason is the schedule")
    func reason() {
        var driver = Self.driver([0, 5000])
        _ = driver.starts()
        _ = driver.end(1, .status(201))
        #expect(driver.starts().isEmpty)
        #expect(driver.run.waitReason == .schedule)
        #expect(driver.run.wake == driver.now.instant.advanced(byNanoseconds: 5 * second))
    }
}
