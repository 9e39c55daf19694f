import Delivery
import Ledger
import Sending
import TestSupport
import Time

/// The effects of the core in the simulated world, which may fail, and the deaths of a process.
extension SimulatorProcess {
    /// Performs the effects of the core in its order.
    func performEffects() throws(Simulator.Ending) {
        var count = 0
        while let next = core.nextEffect() {
            count += 1
            guard count < 100_000 else {
                return world.report(.termination, "no end of effects: \(next)")
            }
            switch next {
            case .unload(let slot):
                slots.unload(slot, world)
                watch.recordRemoval(of: scenario.lines[slotLines[slot]])
            case .abort(let slot): abort(slot)
            case .writeSpool:
                if world.bug != .rowBeforeSpool {
                    try effect()
                    spool?.write()
                }
                core.spoolWritten()
            case .writeRows: try writeRows()
            case .sync(let length):
                if length != disk.bytes.count, world.bug == nil {
                    world.report(.lease, "a sync of \(length) bytes")
                }
                pendingSync = (
                    due: world.clock + 100_000 + Int64(world.random.next(upTo: 30_000_000)),
                    length: length, fails: failsNow(outOf: 100), lease: written.lease,
                    wasHeld: world.disk === disk
                )
                if world.bug == .leaseWithoutSync { lease = written.lease }
                if world.bug == .leaseWithoutSync { core.syncCompleted(length: 0) }
            case .start(let slot):
                recordStart(slot)
                if world.bug == .unconnectedRecorded, mustConnect() {
                    connect(slot)
                } else {
                    try send(slot)
                }
            case .connect(let slot):
                recordStart(slot)
                if world.bug == .permissionIgnored { try send(slot) } else { connect(slot) }
            case .send(let slot):
                connects.removeAll { $0.slot == slot }
                try send(slot)
            }
        }
        if !lateRows.isEmpty {
            let rows = lateRows
            lateRows = []
            try write(rows)
            unrecorded.removeAll(keepingCapacity: true)
        }
    }

    private func writeRows() throws(Simulator.Ending) {
        let rows = Array(core.rows)
        switch world.bug {
        case .requestBeforeSentRow:
            let parts = SimulatorRows.split(rows)
            try write(parts.lease + parts.other)
            lateRows = parts.sent
            unrecorded.removeAll(keepingCapacity: true)
        case .requestBeforeRow:
            // Only what a request needs is written in time.
            let parts = SimulatorRows.split(rows)
            try write(parts.sent + parts.lease)
            lateRows = parts.other
        case .openRecordForgotten:
            try write(SimulatorRows.withoutOpenRecord(rows, SimulatorProcess.encoder(scenario)))
            unrecorded.removeAll(keepingCapacity: true)
        case .writeLeftOut where world.random.next(upTo: 9) == 0:
            unrecorded.removeAll(keepingCapacity: true)
        default:
            try write(rows)
            unrecorded.removeAll(keepingCapacity: true)
        }
        core.rowsWritten()
        if let last = written.lease { world.lastLease = max(world.lastLease ?? last, last) }
    }

    /// Writes rows in one write.
    func write(_ rows: [UInt8]) throws(Simulator.Ending) {
        guard !rows.isEmpty else { return }
        written.read(rows)
        if let last = written.lease { world.lastLease = max(world.lastLease ?? last, last) }
        if let end = written.spoolEnd, let spool, end > spool.written {
            world.report(.order, "a row is written before its record's bytes up to \(end)")
        }
        do {
            try effect()
        } catch {
            // The process may die after any byte of the write.
            if world.random.next(upTo: 2) == 0 {
                disk.append(rows.prefix(Int(world.random.next(upTo: UInt64(rows.count)))))
            }
            throw error
        }
        guard failsNow(outOf: 1000) else { return disk.append(rows[...]) }
        disk.append(rows.prefix(Int(world.random.next(upTo: UInt64(rows.count)))))
        if world.bug != .failedWriteIgnored { throw failStorage() }
        hasStorageFailed = true
    }

    func failsNow(outOf whole: UInt64) -> Bool {
        world.isRough && scenario.diskFaults > 0
            && world.random.next(upTo: whole - 1) < scenario.diskFaults
    }

    func failStorage() -> Simulator.Ending {
        hasStorageFailed = true
        if world.bug != .failureNotReported { core.storageFailed() }
        core.fail(now: now)
        var aborted: Set<Int> = []
        for _ in 0..<2 {
            while world.violation == nil, let effect = core.nextEffect() {
                switch effect {
                case .abort(let slot): aborted.insert(slot)
                case .unload: continue
                default: world.report(.afterStorageFailure, "\(effect) follows a failed write")
                }
            }
            core.decide(now: now, connections: freeConnections())
        }
        if aborted != Set(flights.map(\.slot) + connects.map(\.slot)) {
            world.report(.afterStorageFailure, "\(aborted) were aborted, not all in flight")
        }
        return .storage
    }

    private func recordStart(_ slot: Int) {
        slots.start(slot, world)
        checkKey(of: scenario.lines[slotLines[slot]])
        watch.recordStart(
            of: scenario.lines[slotLines[slot]], at: turnTime.instant.nanoseconds, world)
    }

    /// Sends a request.
    func send(_ slot: Int) throws(Simulator.Ending) {
        try effect()
        let index = slotLines[slot]
        let line = scenario.lines[index]
        if hasStorageFailed, world.bug != .failedWriteIgnored {
            world.report(.afterStorageFailure, "line \(line.id) was sent")
        }
        if options.usesLeases, lease.map({ line.id > $0 }) ?? true {
            world.report(.lease, "line \(line.id) was sent beyond the lease")
        }
        if !scenario.isStore, !written.removeSent(line.id), world.bug != .writeLeftOut {
            world.report(.order, "line \(line.id) was sent before its row")
        }
        if let first = unrecorded.first {
            world.report(
                .order, "line \(line.id) was sent before the row of \(scenario.lines[first].id)")
        }
        let acceptedKey = world.keys?.accepted(at: world.clock) ?? key
        var exchange = world.server.respond(
            to: line, isKeyValid: key == acceptedKey, now: world.clock)
        world.facts[index].requests += 1
        world.requests += 1
        if exchange.isAccepted {
            if !scenario.isStore || world.facts[index].acceptances == 0 {
                world.facts[index].acceptances += 1
            }
        }
        if world.bug == .beganForgotten, exchange.result.response == nil {
            exchange.result.requestBegan = false
        }
        let flight = Flight(
            slot: slot, line: index, ends: world.clock + exchange.duration, exchange: exchange,
            deadline: world.clock + SimulatorServer.timeout, key: key)
        if world.bug == .outcomeBeforeResponse, world.random.next(upTo: 5) == 0 {
            var early = flight
            early.exchange.result = .status(201)
            complete(early)
        } else {
            flights.append(flight)
        }
    }

    /// Marks an effect that the outside can see: the process may die or be paused before it.
    func effect() throws(Simulator.Ending) {
        pause()
        world.letOthersRun(during: self)
        guard let left = effectsLeft else { return }
        guard left > 0 else { throw dies }
        effectsLeft = left - 1
    }

    /// Marks the attempts of a dead process as uncertain.
    func loseInFlight() {
        for flight in flights { world.facts[flight.line].mayBeUncertain = true }
        let unconnected = Set(connects.filter { !$0.isConnected }.map(\.line))
        for line in written.sent {
            let index = world.index(of: line)
            if !unconnected.contains(index) { world.facts[index].mayBeUncertain = true }
        }
        for line in unrecorded { world.facts[line].mayBeUncertain = true }
    }
}
