import Delivery
import Ledger
import Sending
import TestSupport
import Time

/// The waits of a simulated process, and the ends of its attempts.
extension SimulatorProcess {
    func wait() {
        var next = core.wantsRecord ? world.clock : Int64.max
        if let wake = core.wake { next = min(next, wake.nanoseconds) }
        for flight in flights { next = min(next, flight.ends) }
        for connect in connects where !connect.isConnected { next = min(next, connect.ends) }
        if let pendingSync { next = min(next, pendingSync.due) }
        if let signalAt { next = min(next, signalAt) }
        if let rates = scenario.rates { next = min(next, rates.next(after: world.clock)) }
        if let keyReadAt { next = min(next, keyReadAt) }
        guard next < .max else {
            return world.report(
                .termination, "stuck: \(core.waitReason), held \(core.lineCount)")
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
        try receiveConnections()
        takeKey()
        if let at = signalAt, at <= world.clock {
            if core.stopCause == nil {
                core.stop(.signal(15), now: now.instant)
            } else {
                core.endGrace(now: now.instant)
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
            disk.failSync()
            if world.bug != .failedSyncIgnored { throw failStorage() }
        }
        disk.sync(upTo: Int(sync.length))
        // The process may be frozen between the sync and the check.
        try effect()
        let isHeld = world.bug == .lookBeforeSync ? sync.wasHeld : world.disk === disk
        if !isHeld, world.bug != .lookSkipped { throw .lost }
        if world.bug == .leaseWithoutSync { return }
        lease = sync.lease
        core.syncCompleted(length: sync.length)
    }

    func complete(_ flight: Flight) {
        let result = judged(flight)
        let line = scenario.lines[flight.line]
        if result.response?.status == 401 { refusedKeys.insert(flight.key) }
        let resolution = core.attemptEnded(
            slot: flight.slot, result: result, isUnknownApp: flight.exchange.isUnknownApp,
            now: now)
        if world.bug == .firstResponseNotAwaited, result.failure != nil, core.counts.accepted == 0 {
            core.stop(.unreachable(.timeout), now: now.instant)
        }
        if Fate(flight.exchange.result) == .uncertain {
            world.facts[flight.line].mayBeUncertain = true
        }
        unrecorded.append(flight.line)
        slots.end(flight.slot, isFree: resolution != .retries, world)
        if resolution == .retries { return }
        watch.recordRemoval(of: line)
        if resolution != .unfinished { watch.recordOutcome(of: line) }
    }

    /// What the process makes of the end of an attempt.
    private func judged(_ flight: Flight) -> AttemptResult {
        var result = flight.exchange.result
        switch world.bug {
        case .earlyResponseAccepted where result.failure == .earlyResponse:
            result.failure = nil
        case .strayResponseAccepted where result.response != nil:
            result.requestBegan = true
        case .timeoutBeforeReading
        where flight.deadline <= world.clock && result.response != nil:
            result = .timeout
        default: break
        }
        return result
    }

    /// Aborts an attempt in flight.
    func abort(_ slot: Int) {
        if let place = connects.firstIndex(where: { $0.slot == slot }) {
            return end(connects.remove(at: place), .aborted)
        }
        guard let place = flights.firstIndex(where: { $0.slot == slot }) else {
            return world.report(.order, "slot \(slot) is aborted without a request")
        }
        var flight = flights.remove(at: place)
        // An attempt on a store can be repeated without harm.
        let began =
            !scenario.isStore
            && (flight.exchange.isAccepted || flight.exchange.result.requestBegan)
        flight.exchange.result = AttemptResult(requestBegan: began, failure: .aborted)
        flight.exchange.isUnknownApp = false
        complete(flight)
    }
}
