import Testing
import TestSupport
import Time

@testable import Delivery

@Suite("Window") struct WindowTests {
    /// A window on a clock that stands still unless it is moved.
    private struct Driver {
        var window: Window
        var now = ClockReading(instant: .start, wall: 1_700_000_000_000)

        init(_ set: (inout DeliveryOptions) -> Void = { _ in }) {
            var options = DeliveryOptions()
            set(&options)
            window = Window(options: options)
        }

        mutating func advance(_ nanoseconds: Int64) {
            now.instant = now.instant.advanced(byNanoseconds: nanoseconds)
            now.wall += nanoseconds / millisecond
            window.fireTimers(now: now.instant)
        }

        @discardableResult
        mutating func admit(
            _ line: UInt64, app: UInt64 = 1, bytes: Int = 100,
            history: LineHistory = LineHistory()
        ) -> Int? {
            window.admit(
                LineID(file: 1, line: line), app: app, bytes: bytes, history: history, time: nil,
                now: now)
        }

        /// The candidate's line, nil if there is none.
        func candidate(skipsRetries: Bool = false, prefersFirstAttempt: Bool = false) -> UInt64? {
            window.candidate(
                skipsRetries: skipsRetries, prefersFirstAttempt: prefersFirstAttempt
            ).map { window.lines[$0.slot].id.line }
        }

        /// Checks the candidate, and starts it if its application allows it.
        mutating func step() -> Window.Clearance? {
            guard let next = window.candidate(skipsRetries: false, prefersFirstAttempt: false)
            else { return nil }
            let clearance = window.clear(next, now: now.instant)
            if clearance == .granted { window.start(next, now: now.instant) }
            return clearance
        }

        /// Starts all that may start; returns their lines.
        mutating func start() -> [UInt64] {
            var lines: [UInt64] = []
            while let line = candidate(), let clearance = step() {
                if clearance == .granted { lines.append(line) }
            }
            return lines
        }

        mutating func refuse(_ slot: Int, isUnknownApp: Bool) {
            window.recordResponse(slot, fate: .refused, isUnknownApp: isUnknownApp)
        }
    }

    @Test("A window accepts lines up to its lines, its bytes and those that are ready")
    func room() {
        var byLines = Driver { $0.window = 3 }
        var byBytes = Driver { $0.maxBytesInFlight = 250 }
        var byReady = Driver { $0.concurrency = 2 }
        func fill(_ driver: inout Driver) -> Int {
            for line in 1...100 as ClosedRange<UInt64> where driver.window.wantsLine {
                driver.admit(line)
            }
            return driver.window.count
        }
        let counts = [fill(&byLines), fill(&byBytes), fill(&byReady)]
        #expect(counts == [3, 3, 16])
    }

    @Test("An empty window has room for a line of any size, another only for what is left")
    func oversized() {
        var driver = Driver { $0.maxBytesInFlight = 250 }
        #expect(driver.window.room == .max)
        let slot = driver.admit(1, bytes: 100) ?? -1
        #expect(driver.window.room == 150)
        driver.admit(2, bytes: 1_000)
        #expect(driver.window.room == 0)
        #expect(driver.start() == [1, 2])
        driver.window.remove(slot)
        #expect(driver.window.room == 0)
        #expect(driver.window.count == 1)
    }

    @Test("Lines start in the order of the input, and retries before them")
    func order() {
        var driver = Driver()
        let slots = [1, 2, 3].map { driver.admit($0) ?? -1 }
        #expect(driver.step() == .granted)
        #expect(driver.window.lines[slots[0]].state == .inFlight)
        #expect(driver.window.inFlight == 1)
        driver.window.scheduleRetry(
            slots[0], at: driver.now.instant.advanced(byNanoseconds: second))
        #expect(driver.window.inFlight == 0)
        #expect(driver.candidate() == 2)
        #expect(driver.window.nextDue == driver.now.instant.advanced(byNanoseconds: second))
        driver.advance(second)
        #expect(driver.candidate() == 1)
        #expect(driver.candidate(skipsRetries: true) == 2)
        #expect(driver.candidate(prefersFirstAttempt: true) == 2)
        #expect(driver.start() == [1, 2, 3])
        #expect(driver.window.lines[slots[0]].history.attempts == 2)
    }

    @Test("A line keeps its slot until it is removed, and the slot is used again")
    func slots() {
        var driver = Driver()
        let first = driver.admit(1)
        let second = driver.admit(2)
        #expect(driver.start() == [1, 2])
        driver.window.remove(first ?? -1)
        #expect(driver.window.lines[first ?? -1].id.line == 1)
        let third = driver.admit(3)
        #expect([first, second, third] == [0, 1, 0])
        #expect(driver.window.slotCount == 2)
        #expect(driver.window.lines[0].history == LineHistory())
    }

    @Test("A resumed wait continues, up to a maximum")
    func resumedWait() {
        let waits: [(milliseconds: Int64, wait: Int64)] = [
            (5_000, 5 * second), (.max / 2, 300 * second),
        ]
        for (milliseconds, wait) in waits {
            var driver = Driver()
            var history = LineHistory()
            history.begin()
            history.retryAt = driver.now.wall + milliseconds
            driver.admit(1, history: history)
            #expect(driver.start().isEmpty)
            #expect(driver.window.waitReason(now: driver.now.instant) == .backoff)
            #expect(driver.window.nextDue == driver.now.instant.advanced(byNanoseconds: wait))
        }
    }

    @Test("Under --app-concurrency the next line of an application starts when one is removed")
    func appConcurrency() {
        var driver = Driver { $0.appConcurrency = 2 }
        let slots = (1...5).map { driver.admit($0, app: $0 == 4 ? 2 : 1) ?? -1 }
        #expect(driver.start() == [1, 2, 4])
        #expect(driver.window.waitReason(now: driver.now.instant) == .application)
        // A line that waits for its retry counts too.
        driver.window.scheduleRetry(
            slots[0], at: driver.now.instant.advanced(byNanoseconds: second))
        #expect(driver.start().isEmpty)
        #expect(driver.window.waitReason(now: driver.now.instant) == .backoff)
        driver.window.remove(slots[1])
        #expect(driver.start() == [3])
        driver.advance(second)
        #expect(driver.start() == [1])
    }

    @Test("Under --app-rate an application's lines start one after the other")
    func appRate() {
        var driver = Driver { $0.appRate = Rate(count: 1, perNanoseconds: minute) }
        for line in 1...3 as ClosedRange<UInt64> { driver.admit(line) }
        driver.admit(4, app: 2)
        #expect(driver.step() == .granted)
        #expect(driver.step() == .deferred(.application))
        #expect(driver.start() == [4])
        #expect(driver.window.waitReason(now: driver.now.instant) == .application)
        driver.advance(minute)
        #expect(driver.start() == [2])
        driver.advance(minute)
        #expect(driver.start() == [3])
    }

    @Test("A pause holds back its application's lines and no others")
    func pause() {
        var driver = Driver()
        let slot = driver.admit(1) ?? -1
        #expect(driver.start() == [1])
        let end = driver.now.instant.advanced(byNanoseconds: minute)
        driver.window.pause(app: driver.window.lines[slot].app, until: end)
        driver.admit(2)
        driver.admit(3, app: 2)
        #expect(driver.step() == .deferred(.retryAfter))
        #expect(driver.start() == [3])
        #expect(driver.window.waitReason(now: driver.now.instant) == .retryAfter)
        #expect(driver.window.nextDue == end)
        driver.advance(minute)
        #expect(driver.start() == [2])
    }

    @Test("Lines of an abandoned application leave the window, unless they were sent before")
    func abandoned() {
        var driver = Driver { $0.appGiveUp = 2 }
        let slots = [1, 2, 3].map { driver.admit($0) ?? -1 }
        #expect(driver.step() == .granted)
        #expect(driver.step() == .granted)
        driver.refuse(slots[0], isUnknownApp: true)
        #expect(driver.admit(4) != nil)
        driver.refuse(slots[1], isUnknownApp: true)
        #expect([driver.step(), driver.step(), driver.step()] == [.abandoned, .abandoned, nil])
        #expect(driver.window.count == 2)
        #expect(driver.admit(5) == nil)

        var sent = LineHistory()
        sent.begin()
        #expect(driver.admit(6, history: sent) != nil)
        #expect(driver.start() == [6])
    }

    @Test(
        "Only consecutive responses that it is unknown, and no acceptance, abandon an application")
    func notAbandoned() {
        for fate in [Fate.accepted, .refused, .unsent] {
            var driver = Driver { $0.appGiveUp = 2 }
            let slot = driver.admit(1) ?? -1
            driver.refuse(slot, isUnknownApp: true)
            driver.window.recordResponse(slot, fate: fate, isUnknownApp: false)
            driver.refuse(slot, isUnknownApp: true)
            #expect((driver.admit(2) == nil) == (fate == .unsent), "\(fate)")
        }
    }

    @Test("An attempt's end is recorded in its line's history")
    func history() {
        var driver = Driver()
        let slot = driver.admit(1) ?? -1
        #expect(driver.start() == [1])
        driver.window.recordEnd(
            slot, .status(500), fate: .uncertain, isCounted: true, isCountedLater: true)
        driver.window.setRetryTime(slot, wall: 7)
        var expected = LineHistory()
        expected.attempts = 1
        expected.countedAttempts = 1
        expected.isUncertain = true
        expected.lastStatus = 500
        expected.retryAt = 7
        #expect(driver.window.lines[slot].history == expected)
        #expect(driver.window.lines[slot].isLastCounted)
        driver.window.uncountLastAttempt(slot)
        #expect(!driver.window.lines[slot].isLastCounted)
        #expect(driver.window.lines[slot].history.countedAttempts == 1)
    }
}
