import Delivery
import Testing
import TestSupport
import Time

@Suite("Run: order, leases and room") struct RunOrderTests {
    @Test("Under --app-concurrency 1 lines keep their order across retries", arguments: 1...30)
    func order(round: Int) {
        let seed = TestSeed.next() &+ UInt64(round)
        var random = SplitMix64(seed: seed)
        let lineCount = 40 + random.next(upTo: 400)
        let appCount = 1 + random.next(upTo: 12)
        let allowed = [1, 1, 1, 2, 5][Int(random.next(upTo: 4))]
        let hasAppRate = random.next(upTo: 3) == 0
        let concurrency = 1 + Int(random.next(upTo: 20))
        let window = 5 + Int(random.next(upTo: 300))
        var driver = RunDriver {
            $0.appConcurrency = allowed
            $0.concurrency = concurrency
            $0.window = window
            $0.retries = 100
            if hasAppRate { $0.appRate = Rate(count: 50, perNanoseconds: second) }
        }
        var next: UInt64 = 1
        var flights: [(line: UInt64, ends: Instant)] = []
        var open: [UInt64: Set<UInt64>] = [:]
        var lastNew: [UInt64: UInt64] = [:]
        var finished: UInt64 = 0
        func app(_ line: UInt64) -> UInt64 { line &* 0x9E37_79B9 % appCount }
        for _ in 0..<200_000 where finished < lineCount {
            while driver.run.wantsRecord, next <= lineCount {
                driver.admit(next, app: app(next))
                next += 1
            }
            if next > lineCount { driver.run.recordInputEnd() }
            for line in driver.starts() {
                let isRetry = open[app(line), default: []].contains(line)
                if !isRetry {
                    if allowed == 1 {
                        #expect(line > lastNew[app(line), default: 0], "seed \(seed)")
                    }
                    lastNew[app(line)] = line
                    open[app(line), default: []].insert(line)
                }
                #expect(open[app(line), default: []].count <= allowed, "seed \(seed)")
                let latency = Int64(random.next(upTo: 50_000_000))
                flights.append((line, driver.now.instant.advanced(byNanoseconds: latency)))
            }
            #expect(driver.run.inFlight == flights.count, "seed \(seed)")
            #expect(driver.run.inFlight <= concurrency, "seed \(seed)")
            #expect(driver.run.lineCount <= window, "seed \(seed)")
            var wake = driver.run.wantsRecord && next <= lineCount ? driver.now.instant : nil
            for time in flights.map(\.ends) + [driver.run.wake].compactMap({ $0 }) {
                wake = min(wake ?? time, time)
            }
            guard let wake else { break }
            driver.advance(to: max(wake, driver.now.instant))
            for flight in flights where flight.ends <= driver.now.instant {
                let results: [AttemptResult] = [
                    .status(201), .status(201), .status(201), .status(400), .status(429),
                    .status(429, retryAfter: 1), .status(500),
                ]
                let result = results[Int(random.next(upTo: 6))]
                if case .finished = driver.end(flight.line, result) {
                    open[app(flight.line)]?.remove(flight.line)
                    finished += 1
                }
            }
            flights.removeAll { $0.ends <= driver.now.instant }
        }
        #expect(finished == lineCount, "seed \(seed): stuck, \(driver.run.waitReason)")
        #expect(driver.run.isFinished == true, "seed \(seed)")
    }

    @Test("A slow application does not hold up the others")
    func slowApplication() {
        var driver = RunDriver {
            $0.appConcurrency = 1
            $0.concurrency = 4
        }
        // Every second line is of the application whose first request never ends.
        var next: UInt64 = 1
        var done = 0
        for _ in 0..<10_000 where done < 1_000 {
            while driver.run.wantsRecord {
                driver.admit(next, app: next % 2)
                next += 1
            }
            for line in driver.starts() where line != 1 {
                #expect(line % 2 == 0)
                #expect(driver.end(line, .status(201)) == .finished(.accepted))
                done += 1
            }
        }
        #expect(done == 1_000)
        #expect(driver.run.inFlight == 1)
    }

    @Test("The remaining lines of an abandoned application end without a request")
    func abandoned() {
        for appConcurrency in [nil, 1, 2] {
            var counts = Counts()
            counts.accepted = 1
            var driver = RunDriver(counts: counts) {
                $0.appGiveUp = 2
                $0.appConcurrency = appConcurrency
                $0.concurrency = 2
            }
            driver.admit(lines: 1...100, app: 7)
            driver.run.recordInputEnd()
            var requests = 0
            for _ in 0..<100 where !driver.run.isDone {
                for line in driver.starts() {
                    requests += 1
                    _ = driver.end(line, .status(404), isUnknownApp: true)
                }
            }
            #expect(driver.run.isFinished == true)
            #expect(driver.run.counts.rejected == UInt64(requests))
            #expect(driver.run.counts.notAttempted == UInt64(100 - requests))
            #expect((2...3).contains(requests))
            // Later lines end when they are admitted.
            #expect(driver.admit(101, app: 7) == .finished(.notAttempted))
        }
    }

    @Test(
        "An application is not abandoned after an acceptance, nor for other refusals",
        arguments: [
            [(201, false), (404, true), (404, true), (404, true)],
            [(404, true), (404, true), (400, false), (404, true), (404, true)],
        ])
    func notAbandoned(responses: [(Int, Bool)]) {
        var driver = RunDriver { $0.appGiveUp = 3 }
        for (index, response) in responses.enumerated() {
            driver.admit(UInt64(index + 1))
            _ = driver.starts()
            _ = driver.end(UInt64(index + 1), .status(response.0), isUnknownApp: response.1)
        }
        driver.admit(100)
        #expect(driver.starts() == [100])
    }

    @Test("An application's lines keep to --app-rate")
    func appRate() {
        var driver = RunDriver { $0.appRate = Rate(count: 10, perNanoseconds: second) }
        driver.admit(lines: 1...50, app: 1)
        for line in 51...60 as ClosedRange<UInt64> { driver.admit(line, app: line) }
        var times: [Int64] = []
        var others = 0
        for _ in 0..<1_000 where times.count < 50 {
            for line in driver.starts() {
                if line <= 50 {
                    times.append(driver.now.instant.nanoseconds(since: .start))
                } else {
                    others += 1
                }
                _ = driver.end(line, .status(201))
            }
            if others < 10 { #expect(times.count <= 1) }
            if let wake = driver.run.wake { driver.advance(to: wake) }
        }
        #expect(others == 10)
        #expect(times.count == 50)
        for (index, time) in times.enumerated() {
            #expect(time >= Int64(index) * 100 * millisecond - 10 * millisecond)
        }
        #expect(times.last == 4_900 * millisecond)
    }

    @Test("Records are read up to the window's bytes and lines, and one is always allowed")
    func room() {
        var driver = RunDriver {
            $0.maxBytesInFlight = 1_000
            $0.window = 8
        }
        driver.admit(1, bytes: 5_000)
        #expect(driver.run.wantsRecord == false)
        _ = driver.starts()
        #expect(driver.run.wantsRecord == false)
        _ = driver.end(1, .status(201))
        #expect(driver.run.wantsRecord == true)
        driver.admit(2, bytes: 600)
        #expect(driver.run.wantsRecord == true)
        driver.admit(3, bytes: 600)
        #expect(driver.run.wantsRecord == false)
        _ = driver.starts()
        _ = driver.end(2, .status(429))
        #expect(driver.run.wantsRecord == false)
        _ = driver.end(3, .status(201))
        for line in 4...10 as ClosedRange<UInt64> {
            #expect(driver.run.wantsRecord == true)
            driver.admit(line, bytes: 1)
        }
        #expect(driver.run.wantsRecord == false)
    }

    @Test("No line starts beyond the lease that is durable")
    func leases() {
        var driver = RunDriver {
            $0.firstLease = 10
            $0.concurrency = 100
        }
        driver.grantsLeases = false
        driver.admit(lines: 1...50)
        #expect(driver.starts().isEmpty)
        #expect(driver.run.waitReason == .lease)
        let first = driver.run.requestLease()
        #expect(first == LineID(file: 1, line: 60))
        #expect(driver.run.requestLease() == nil)
        #expect(driver.starts().isEmpty)
        driver.run.grantLease()
        #expect(driver.starts().count == 50)

        driver.admit(lines: 51...70)
        let second = driver.run.requestLease()
        #expect(driver.starts() == Array(51...60))
        driver.run.grantLease()
        #expect(driver.starts() == Array(61...70))
        #expect(second.map { $0.line >= 70 } == true)
    }

    @Test("A run requests a lease at half of the present one, longer if that was short")
    func leaseAhead() {
        var driver = RunDriver { $0.firstLease = 100 }
        driver.grantsLeases = false
        driver.admit(1)
        #expect(driver.run.requestLease()?.line == 101)
        driver.run.grantLease()
        driver.admit(lines: 2...51)
        #expect(driver.run.requestLease() == nil)
        driver.admit(52)
        #expect(driver.run.requestLease()?.line == 201)
        // A start that waits for it makes the next one twice as long.
        driver.admit(150)
        #expect(!driver.starts().contains(150))
        driver.run.grantLease()
        #expect(driver.run.requestLease()?.line == 401)
    }

    @Test("A store needs no leases, and a stopped run requests none")
    func noLeases() {
        var store = RunDriver { $0.usesLeases = false }
        store.grantsLeases = false
        store.admit(1)
        #expect(store.run.requestLease() == nil)
        #expect(store.starts() == [1])

        var stopped = RunDriver()
        stopped.admit(1)
        stopped.run.stop(.signal(15), now: stopped.now.instant)
        #expect(stopped.run.requestLease() == nil)
    }
}
