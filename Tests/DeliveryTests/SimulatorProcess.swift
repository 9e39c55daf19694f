import Delivery
import Ledger

/// One process of a simulated run: the turns of the send loop, with its effects in their order.
final class SimulatorProcess {
    private struct Flight {
        var slot: Int
        var line: Int
        var ends: Int64
        var exchange: SimulatorServer.Exchange
    }

    private let world: Simulator
    private let scenario: SimulatorScenario
    private let owed: Owed
    var run: Run
    private var encoder: JournalEncoder
    private var cursor = 0
    private var slotLines: [Int] = []
    private var toStart: [Int] = []
    /// Lines whose `sent` row is written or whose request has left, and whose end is not known.
    private var flights: [Flight] = []
    /// Lines whose attempt has ended since the last write: the journal has them in flight.
    private var unrecorded: [Int] = []
    private var pendingSync: (due: Int64, length: Int, fails: Bool, lease: LineID)?
    private var lease: LineID?
    private var knownSynced: UInt64
    private var signalAt: Int64?
    private var secondSignalAt: Int64?
    private var effectsLeft: Int?
    private var dies: Simulator.Ending
    private var wasAborted = false
    private var hasStorageFailed = false
    private var watch: SimulatorWatch

    init(_ world: Simulator, journal: RecoveredJournal, bootID: String) {
        self.world = world
        scenario = world.scenario
        owed = journal.owed
        knownSynced = UInt64(world.disk.bytes.count)
        var options = scenario.options
        options.seed = world.random.next()
        effectsLeft = nil
        dies = .killed
        if world.isRough {
            switch world.random.next(upTo: 9) {
            case 0...5:
                effectsLeft = Int(world.random.next(upTo: 120))
                if world.random.next(upTo: 9) < scenario.powerCuts { dies = .powerCut }
            case 6:
                signalAt = world.clock + Int64(world.random.next(upTo: 2_000_000_000))
                if world.random.next(upTo: 1) == 0 {
                    secondSignalAt = signalAt.map {
                        $0 + Int64(world.random.next(upTo: 500_000_000))
                    }
                }
            case 7: options.limit = world.random.next(upTo: 20)
            case 8: options.maxErrors = .count(1 + world.random.next(upTo: 4))
            default: options.maxDuration = Int64(world.random.next(upTo: 3_000_000_000))
            }
        }
        run = Run(
            options: options, counts: journal.owed.counts,
            now: Instant(nanoseconds: world.clock))
        encoder = JournalEncoder(inputNames: (1...scenario.fileCount).map { "\($0).ndjson" })
        watch = SimulatorWatch(options: options, appCount: scenario.appCount)
        if journal.header == nil { encoder.appendRun(Self.header(scenario)) }
        encoder.appendStart(bootID: bootID, pid: world.processes, at: wall)
    }

    private static func header(_ scenario: SimulatorScenario) -> JournalHeader {
        guard let id = RunID("0123456789abcdef") else { preconditionFailure("a run id") }
        return JournalHeader(
            runID: id, destination: "simulator",
            inputs: (1...scenario.fileCount).map {
                InputIdentity(
                    path: "\($0).ndjson", size: 1, modifiedNanoseconds: 0, isStream: false)
            },
            options: [:])
    }

    private var wall: Int64 { 1_700_000_000_000 + world.clock / 1_000_000 }

    private var now: Moment {
        Moment(instant: Instant(nanoseconds: world.clock), wall: wall)
    }

    // MARK: The loop

    /// Returns when the run is finished; any other end is thrown.
    func runToEnd() throws(Simulator.Ending) {
        try record()
        world.disk.sync(upTo: world.disk.bytes.count)
        var turns = 0
        while !run.isDone {
            turns += 1
            guard turns < 200_000, world.clock < 1_000_000_000_000_000_000 else {
                world.report(.termination, "no end: \(run.waitReason), in flight \(run.inFlight)")
                throw .storage
            }
            try turn()
            if world.violation != nil { throw .storage }
        }
        try record()
        world.finalCounts = run.counts
        if let cause = run.stopCause { throw .stopped(cause) }
        encoder.appendFinished()
        try record()
        try effect()
        world.disk.sync(upTo: world.disk.bytes.count)
    }

    private func turn() throws(Simulator.Ending) {
        read()
        decide()
        try askForLease()
        if world.bug == .requestBeforeSentRow { try send() }
        try record()
        try send()
        if run.isDone { return }
        wait()
        try takeWhatCame()
    }

    private func read() {
        while run.wantsRecord {
            guard let index = nextOwed() else { return run.noteInputEnd() }
            take(index)
        }
        // At the limit only the end of the input can still finish the run.
        if run.isAtLimit, run.held == 0, run.stopCause == nil, nextOwed() == nil {
            run.noteInputEnd()
        }
    }

    /// Goes on to the next line without an outcome, and past it.
    private func nextOwed() -> Int? {
        while cursor < scenario.lines.count {
            let line = scenario.lines[cursor]
            cursor += 1
            if world.bug == .doneForgotten { return cursor - 1 }
            if !owed.done[line.id.file - 1].contains(line.ordinal) { return cursor - 1 }
        }
        return nil
    }

    private func take(_ index: Int) {
        let line = scenario.lines[index]
        guard line.isValid || world.bug == .invalidSent else {
            run.noteInvalid()
            return appendRow(index, .invalid, history: LineHistory())
        }
        let history = owed.history(of: line.id)
        watch.checkRoom(run, world)
        let admission = run.admit(
            line.id, app: UInt64(line.app) &* 0x9E37_79B9, bytes: line.bytes, history: history,
            now: now)
        switch admission {
        case .finished(let outcome): appendRow(index, outcome, history: history)
        case .held(let slot):
            while slotLines.count <= slot { slotLines.append(-1) }
            slotLines[slot] = index
            watch.noteHeld(line, run, world)
        }
    }

    private func decide() {
        while true {
            switch run.nextStep(now: now) {
            case .start(let slot):
                let line = scenario.lines[slotLines[slot]]
                watch.noteStart(line, at: world.clock, world)
                if !scenario.isStore { encoder.appendSent(line.id) }
                toStart.append(slot)
            case .finish(let slot, let outcome):
                appendRow(slotLines[slot], outcome, history: run.history(slot: slot))
                watch.noteReleased(scenario.lines[slotLines[slot]])
            case .none:
                if run.shouldAbort(now: now.instant) { abortAll() }
                return
            }
        }
    }

    private func askForLease() throws(Simulator.Ending) {
        guard pendingSync == nil, let upTo = run.leaseWanted() else { return }
        encoder.appendLease(upTo, synced: knownSynced)
        world.lastLease = max(world.lastLease ?? upTo, upTo)
        try record()
        pendingSync = (
            due: world.clock + 100_000 + Int64(world.random.next(upTo: 30_000_000)),
            length: world.disk.bytes.count, fails: failsNow(outOf: 100), lease: upTo
        )
        if world.bug == .leaseWithoutSync {
            run.leaseGranted()
            lease = upTo
        }
    }

    private func send() throws(Simulator.Ending) {
        for slot in toStart {
            try effect()
            let index = slotLines[slot]
            let line = scenario.lines[index]
            if hasStorageFailed, world.bug != .failedWriteIgnored {
                world.report(.afterStorageFailure, "line \(line.id) was sent")
            }
            if run.options.usesLeases, lease.map({ line.id > $0 }) ?? true {
                world.report(.lease, "line \(line.id) was sent beyond the lease")
            }
            var exchange = world.server.take(line, now: world.clock)
            world.facts[index].requests += 1
            world.requests += 1
            if exchange.isAccepted {
                if !scenario.isStore || world.facts[index].acceptances == 0 {
                    world.facts[index].acceptances += 1
                }
            }
            if world.bug == .beganForgotten, exchange.result.answer == nil {
                exchange.result.requestBegan = false
            }
            if world.bug == .outcomeBeforeAnswer, world.random.next(upTo: 5) == 0 {
                appendRow(index, .accepted, history: run.history(slot: slot))
            }
            flights.append(
                Flight(
                    slot: slot, line: index, ends: world.clock + exchange.duration,
                    exchange: exchange))
        }
        toStart.removeAll(keepingCapacity: true)
    }

    // MARK: Waiting

    private func wait() {
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

    private func takeWhatCame() throws(Simulator.Ending) {
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

    private func takeSync() throws(Simulator.Ending) {
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

    private func settle(_ flight: Flight) {
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
    private func abortAll() {
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

    // MARK: The disk

    private func appendRow(_ index: Int, _ outcome: Outcome, history: LineHistory) {
        let line = scenario.lines[index]
        var row = OutcomeRow(
            line: line.id, outcome: outcome, record: line.ordinal, offset: line.id.line * 1000,
            length: UInt64(line.bytes), hash: line.id.line)
        row.status = history.lastStatus
        row.attempts = history.attempts
        row.isPossibleDuplicate =
            world.bug == .duplicateUnmarked ? false : history.isPossibleDuplicate
        encoder.append(row)
    }

    /// Writes all rows since the last time in one write.
    private func record() throws(Simulator.Ending) {
        guard encoder.count > 0 else { return }
        if hasStorageFailed { encoder.removeAll(keepingCapacity: true); return }
        let tears: Bool
        do {
            try effect()
            tears = false
        } catch {
            // The write may have come as far as any byte when the process died.
            tears = world.random.next(upTo: 2) == 0
            if tears { write(part: world.random.next(upTo: UInt64(encoder.count))) }
            throw error
        }
        if failsNow(outOf: 1000) {
            write(part: world.random.next(upTo: UInt64(encoder.count)))
            if world.bug != .failedWriteIgnored { throw failStorage() }
            hasStorageFailed = true
        } else {
            write(part: nil)
            unrecorded.removeAll(keepingCapacity: true)
        }
        encoder.removeAll(keepingCapacity: true)
    }

    private func write(part: UInt64?) {
        encoder.withBytes { bytes in
            let count = part.map { min(Int($0), bytes.count) } ?? bytes.count
            world.disk.append(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        }
    }

    private func failsNow(outOf whole: UInt64) -> Bool {
        world.isRough && scenario.diskFaults > 0
            && world.random.next(upTo: whole - 1) < scenario.diskFaults
    }

    private func failStorage() -> Simulator.Ending {
        run.stop(.storage, now: now.instant)
        hasStorageFailed = true
        while true {
            switch run.nextStep(now: now) {
            case .start: world.report(.afterStorageFailure, "a line starts")
            case .finish: continue
            case .none: return .storage
            }
        }
    }

    /// One thing that the outside can see: the process may die before it.
    private func effect() throws(Simulator.Ending) {
        guard let left = effectsLeft else { return }
        guard left > 0 else { throw dies }
        effectsLeft = left - 1
    }

    /// The process is dead: what it had under way nobody will know.
    func loseInFlight() {
        for flight in flights { world.facts[flight.line].mayBeUncertain = true }
        for slot in toStart { world.facts[slotLines[slot]].mayBeUncertain = true }
        for line in unrecorded { world.facts[line].mayBeUncertain = true }
    }
}
