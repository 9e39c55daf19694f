import Delivery
import TestSupport
import Testing
import Time

@Suite("Run: another key") struct KeyTests {
    private func driver() -> RunDriver {
        RunDriver {
            $0.canRenewKey = true
            $0.retries = 0
        }
    }

    @Test("After a 401 nothing starts, and a key is wanted when the last request has ended")
    func waits() {
        var driver = driver()
        driver.admit(lines: 1...3)
        #expect(driver.starts() == [1, 2, 3])
        #expect(driver.end(2, .status(401)) == .retries)
        driver.admit(4)
        #expect(driver.starts().isEmpty && driver.run.waitReason == .key)
        #expect(driver.run.wantsKey == false)
        #expect(driver.end(1, .status(201)) == .finished(.accepted))
        #expect(driver.end(3, .status(401)) == .retries)
        #expect(driver.starts().isEmpty && driver.run.wantsKey)
        driver.run.renewKey(isNew: true, now: driver.now.instant)
        #expect(driver.run.wantsKey == false)
        #expect(Set(driver.starts()) == [2, 3, 4])
        for line in [2, 3, 4] as [UInt64] {
            #expect(driver.end(line, .status(201)) == .finished(.accepted))
        }
        #expect(driver.run.retries == 2)
    }

    @Test("Without another key, or without a source of keys, a 401 stops the run")
    func stops() {
        var driver = driver()
        driver.admit(1)
        _ = driver.starts()
        #expect(driver.end(1, .status(401)) == .retries)
        driver.run.renewKey(isNew: false, now: driver.now.instant)
        #expect(driver.run.stopCause == .unauthorized && driver.run.isDone)

        var plain = RunDriver()
        plain.admit(1)
        _ = plain.starts()
        #expect(plain.end(1, .status(401)) == .unfinished)
        #expect(plain.run.stopCause == .unauthorized)
    }

    @Test("A line that three keys were refused for stops the run")
    func everyKey() {
        var driver = driver()
        driver.admit(1)
        for _ in 1...2 {
            #expect(driver.waitForStart(of: 1) != nil)
            #expect(driver.end(1, .status(401)) == .retries)
            driver.run.renewKey(isNew: true, now: driver.now.instant)
        }
        #expect(driver.waitForStart(of: 1) != nil)
        #expect(driver.end(1, .status(401)) == .unfinished)
        #expect(driver.run.stopCause == .unauthorized)
    }

    @Test("A signal and the maximum duration end the wait for a key")
    func ended() {
        var driver = driver()
        driver.admit(1)
        _ = driver.starts()
        _ = driver.end(1, .status(401))
        driver.run.stop(.signal(15), now: driver.now.instant)
        #expect(driver.run.wantsKey == false && driver.run.isDone)

        var timed = RunDriver {
            $0.canRenewKey = true
            $0.maxDuration = second
        }
        timed.admit(1)
        _ = timed.starts()
        _ = timed.end(1, .status(401))
        #expect(timed.starts().isEmpty)
        let wake = timed.run.wake
        #expect(wake == Instant.start.advanced(byNanoseconds: second))
        timed.advance(second)
        #expect(timed.starts().isEmpty && timed.run.stopCause == .maxDuration)
    }
}
