import Delivery
import Ledger
import Time

/// What a simulated process waits for, and what it makes of the ends of attempts.
extension SimulatorProcess {
    func wait() {
        var next = run.wantsRecord ? world.clock : Int64.max
        if let wake = run.wake { next = min(next, wake.nanoseconds) }
        for flight in flights { next = min(next, flight.ends) }
        if let pendingSync { next = min(next, pendingSync.due) }
        if let signalAt { next = min(next, signalAt) }
        guard next < .max else {
            return world.report(.termination, "stuck: \(run.waitReason), held \(run.held)")
        }
        let late = Int64(
            world.random.next(upTo: world.random.next(upTo: 9) == 0 ? 8_000_000 : 200_000))
        world.clock = max(world.clock, next) + late
    }

    func takeWhatCame() throws(Simulator.Ending) {
        var index = 0
        while index < flights.count {
            if flights[index].ends <= world.clock {
                settle(flights.remove(at: index))
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
        try takeSync()
    }

    func takeSync() throws(Simulator.Ending) {
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
        run.leaseGranted()
        lease = sync.lease
    }

    func settle(_ flight: Flight) {
        let slot = flight.slot
        let result = flight.exchange.result
        let line = scenario.lines[flight.line]
        let resolution = run.ended(
            slot: slot, result: result, saysGone: flight.exchange.saysGone, now: now)
        let history = run.history(slot: slot)
        let fate = Fate(result)
        if fate == .uncertain { world.facts[flight.line].mayBeUncertain = true }
        unrecorded.append(flight.line)
        switch resolution {
        case .finished(let outcome):
            appendRow(flight.line, outcome, history: history)
            watch.noteReleased(line)
            watch.noteResolved(line)
        case .retries, .left:
            encoder.appendAttempt(
                line.id, attempt: history.attempts, fate: fate, status: result.answer?.status,
                failure: result.failure, isCounted: run.isLastAttemptCounted(slot: slot),
                retryAt: history.retryAt)
            if resolution == .left { watch.noteReleased(line) }
        }
    }

    /// Gives up everything in flight, at the end of the grace.
    func abortAll() {
        guard !wasAborted else { return }
        wasAborted = true
        for var flight in flights {
            // Into a store an attempt can be repeated without harm.
            let began =
                !scenario.isStore
                && (flight.exchange.isAccepted || flight.exchange.result.requestBegan)
            flight.exchange.result = AttemptResult(requestBegan: began, failure: .aborted)
            flight.exchange.saysGone = false
            settle(flight)
        }
        flights.removeAll()
    }
}
