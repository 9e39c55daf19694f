import Delivery
import Ledger
import Time

/// The waits of a simulated process, and the ends of its attempts.
extension SimulatorProcess {
    func wait() {
        var next = run.wantsRecord ? world.clock : Int64.max
        if let wake = run.wake { next = min(next, wake.nanoseconds) }
        for flight in flights { next = min(next, flight.ends) }
        if let pendingSync { next = min(next, pendingSync.due) }
        if let signalAt { next = min(next, signalAt) }
        guard next < .max else {
            return world.report(.termination, "stuck: \(run.waitReason), held \(run.lineCount)")
        }
        let late = Int64(
            world.random.next(upTo: world.random.next(upTo: 9) == 0 ? 8_000_000 : 200_000))
        world.clock = max(world.clock, next) + late
    }

    func receive() throws(Simulator.Ending) {
        var index = 0
        while index < flights.count {
            if flights[index].ends <= world.clock {
                complete(flights.remove(at: index))
            } else {
                index += 1
            }
        }
        if let at = signalAt, at <= world.clock {
            if run.stopCause == nil {
                run.stop(.signal(15), now: now.instant)
            } else {
                run.endGrace(now: now.instant)
            }
            signalAt = secondSignalAt
            secondSignalAt = nil
        }
        try completeSync()
    }

    func completeSync() throws(Simulator.Ending) {
        guard let sync = pendingSync, sync.due <= world.clock else { return }
        try effect()
        pendingSync = nil
        if sync.fails {
            world.disk.failSync()
            if world.bug != .failedSyncIgnored { throw failStorage() }
        }
        world.disk.sync(upTo: sync.length)
        knownSynced = UInt64(sync.length)
        if world.bug == .leaseWithoutSync { return }
        run.grantLease()
        lease = sync.lease
    }

    func complete(_ flight: Flight) {
        let slot = flight.slot
        let result = flight.exchange.result
        let line = scenario.lines[flight.line]
        let resolution = run.attemptEnded(
            slot: slot, result: result, isUnknownApp: flight.exchange.isUnknownApp, now: now)
        let history = run.history(slot: slot)
        let fate = Fate(result)
        if fate == .uncertain { world.facts[flight.line].mayBeUncertain = true }
        unrecorded.append(flight.line)
        switch resolution {
        case .finished(let outcome):
            appendRow(flight.line, outcome, history: history)
            watch.recordRemoval(of: line)
            watch.recordOutcome(of: line)
        case .retries, .unfinished:
            encoder.appendAttempt(
                line.id, attempt: history.attempts, fate: fate, status: result.response?.status,
                failure: result.failure, isCounted: run.isLastAttemptCounted(slot: slot),
                retryAt: history.retryAt)
            if resolution == .unfinished { watch.recordRemoval(of: line) }
        }
    }

    /// Aborts all requests in flight, at the end of the grace.
    func abortAll() {
        guard !wasAborted else { return }
        wasAborted = true
        for var flight in flights {
            // An attempt on a store can be repeated without harm.
            let began =
                !scenario.isStore
                && (flight.exchange.isAccepted || flight.exchange.result.requestBegan)
            flight.exchange.result = AttemptResult(requestBegan: began, failure: .aborted)
            flight.exchange.isUnknownApp = false
            complete(flight)
        }
        flights.removeAll()
    }
}
