import Delivery
import Ledger
import Time

/// One process of a simulated run: the turns of the send loop, with its effects in their order.
final class SimulatorProcess {
    struct Flight {
        var slot: Int
        var line: Int
        var ends: Int64
        var exchange: SimulatorServer.Exchange
    }

    let world: Simulator
    let scenario: SimulatorScenario
    let resumeState: ResumeState
    var run: Run
    var encoder: JournalEncoder
    var cursor = 0
    var slotLines: [Int] = []
    var toStart: [Int] = []
    /// Lines whose `sent` row is written or whose request has left, and whose end is not known.
    var flights: [Flight] = []
    /// Lines whose attempt has ended since the last write: the journal has them in flight.
    var unrecorded: [Int] = []
    var pendingSync: (due: Int64, length: Int, fails: Bool, lease: LineID)?
    var lease: LineID?
    var knownSynced: UInt64
    var signalAt: Int64?
    var secondSignalAt: Int64?
    var effectsLeft: Int?
    var dies: Simulator.Ending
    var wasAborted = false
    var hasStorageFailed = false
    var watch: SimulatorWatch

    init(_ world: Simulator, journal: RecoveredJournal, bootID: String) {
        self.world = world
        scenario = world.scenario
        resumeState = journal.resumeState
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
            options: options, counts: journal.resumeState.counts,
            now: Instant(nanoseconds: world.clock))
        encoder = JournalEncoder(inputNames: (1...scenario.fileCount).map { "\($0).ndjson" })
        watch = SimulatorWatch(options: options, appCount: scenario.appCount)
        if journal.header == nil { encoder.appendRun(Self.header(scenario)) }
        encoder.appendStart(bootID: bootID, pid: world.processes, at: wall)
    }

    static func header(_ scenario: SimulatorScenario) -> JournalHeader {
        guard let id = RunID("0123456789abcdef") else { preconditionFailure("a run id") }
        return JournalHeader(
            runID: id, destination: "simulator",
            inputs: (1...scenario.fileCount).map {
                InputIdentity(
                    path: "\($0).ndjson", size: 1, modifiedNanoseconds: 0, isStream: false)
            },
            options: [:])
    }

    var wall: Int64 { 1_700_000_000_000 + world.clock / 1_000_000 }

    var now: ClockReading {
        ClockReading(instant: Instant(nanoseconds: world.clock), wall: wall)
    }

    /// Returns when the run is finished; any other end is thrown.
    func runToEnd() throws(Simulator.Ending) {
        // A `start` row says that what stands before it was whole, and so it must be by then.
        try effect()
        if world.disk.synced > 0 { world.disk.sync(upTo: world.disk.bytes.count) }
        try record()
        try effect()
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

    func turn() throws(Simulator.Ending) {
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

    func read() {
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
    func nextOwed() -> Int? {
        while cursor < scenario.lines.count {
            let line = scenario.lines[cursor]
            cursor += 1
            if world.bug == .doneForgotten { return cursor - 1 }
            if !resumeState.done[line.id.file - 1].contains(line.ordinal) { return cursor - 1 }
        }
        return nil
    }

    func take(_ index: Int) {
        let line = scenario.lines[index]
        guard line.isValid || world.bug == .invalidSent else {
            run.noteInvalid()
            return appendRow(index, .invalid, history: LineHistory())
        }
        let history = resumeState.history(of: line.id)
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

    func decide() {
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

    func askForLease() throws(Simulator.Ending) {
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

    func send() throws(Simulator.Ending) {
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
}
