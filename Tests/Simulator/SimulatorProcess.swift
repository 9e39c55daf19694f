import Delivery
import Ledger
import Sending
import TestSupport
import Time

/// One process of a simulated run: the effects of a `SendCore` on a simulated world.
final class SimulatorProcess {
    struct Flight {
        var slot: Int
        var line: Int
        var ends: Int64
        var exchange: SimulatorServer.Exchange
        /// When the process stops waiting.
        var deadline: Int64
        /// The number of its key.
        var key: Int
    }

    let world: Simulator
    /// The file that it has opened: not that of the path any more after a takeover.
    let disk: SimulatorDisk
    let scenario: SimulatorScenario
    let core: SendCore
    let options: DeliveryOptions
    let spool: SimulatorSpool?
    var cursor = 0
    var slotLines: [Int] = []
    /// What the destination has in each slot.
    var slots = SimulatorSlots()
    /// Requests that have left, without an end.
    var flights: [Flight] = []
    /// Attempts that wait for a connection, or have one and may not leave.
    var connects: [Connect] = []
    /// What the journal's rows say, read back from each write.
    var written = SimulatorRows()
    /// Lines whose attempt has ended since the last write to the journal.
    var unrecorded: [Int] = []
    var pendingSync: (due: Int64, length: UInt64, fails: Bool, lease: LineID?, wasHeld: Bool)?
    /// The last lease that is on disk.
    var lease: LineID?
    var signalAt: Int64?
    var secondSignalAt: Int64?
    var effectsLeft: Int?
    var dies: Simulator.Ending
    var hasStorageFailed = false
    /// Rows that a planted defect writes too late.
    var lateRows: [UInt8] = []
    var watch: SimulatorWatch
    /// When the rate was set last; nil before the first turn.
    var ratesSetAt: Int64?
    /// The number of the present key.
    var key: Int
    var refusedKeys: Set<Int> = []
    /// When the key that is being read is there.
    var keyReadAt: Int64?
    /// The time of the turn, which passes during it.
    var turnTime = ClockReading(instant: Instant(nanoseconds: 0), wall: 0)

    private var stage = Stage.begins
    private var turns = 0
    /// Whether it is within a step: it can't make another one.
    var isInStep = false

    private enum Stage { case begins, runs, ends }

    /// - Parameter hasBegun: Whether the file has the first rows of the process.
    init(
        _ world: Simulator, journal: RecoveredJournal, bootID: String, hasBegun: Bool = false
    ) {
        self.world = world
        disk = world.disk
        scenario = world.scenario
        var options = scenario.options
        options.seed = world.random.next()
        effectsLeft = nil
        dies = .killed
        key = world.keys?.read(at: world.clock) ?? 0
        if world.isRough {
            switch world.random.next(upTo: 9) {
            case 0...5:
                effectsLeft = Int(world.random.next(upTo: 120))
                if !scenario.isShared, world.random.next(upTo: 9) < scenario.powerCuts {
                    dies = .powerCut
                }
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
        self.options = options
        spool = scenario.isStream ? SimulatorSpool(size: journal.spoolEnd) : nil
        watch = SimulatorWatch(options: options, scenario)
        var rows = Self.encoder(scenario)
        if journal.header == nil { rows.appendRun(Self.header(scenario)) }
        firstRows =
            hasBegun
            ? [] : Array(rows.rows()) + world.firstRows(bootID: bootID)
        var resumeState = journal.resumeState
        if world.bug == .doneForgotten {
            resumeState.done = ResumeState(inputCount: scenario.fileCount).done
        }
        core = SendCore(
            run: Run(
                options: options, counts: journal.resumeState.counts,
                now: Instant(nanoseconds: world.clock)),
            encoder: Self.encoder(scenario), resumeState: resumeState, spool: spool,
            journalLength: UInt64(disk.bytes.count + firstRows.count),
            usesLeases: options.usesLeases, recordsAttempts: !scenario.isStore,
            hasCheckpoints: true, checkpointInterval: scenario.checkpointInterval)
        // The first rows of a takeover are in its copy.
        if hasBegun { stage = .runs }
    }

    private let firstRows: [UInt8]

    static func encoder(_ scenario: SimulatorScenario) -> JournalEncoder {
        JournalEncoder(header(scenario))
    }

    static func header(_ scenario: SimulatorScenario) -> JournalHeader {
        header(
            inputs: (1...scenario.fileCount).map { "\($0).ndjson" }, areStreams: scenario.isStream,
            options: scenario.replay == nil
                ? [:] : [JournalHeader.paceOption: JournalHeader.recordedPace])
    }

    static func header(
        inputs: [String], areStreams: Bool = false, options: [String: String] = [:]
    ) -> JournalHeader {
        guard let id = RunID("0123456789abcdef") else { preconditionFailure("a run id") }
        return JournalHeader(
            runID: id, destination: "simulator",
            inputs: inputs.map {
                InputIdentity(path: $0, size: 1, modifiedNanoseconds: 0, isStream: areStreams)
            },
            options: options)
    }

    static func wall(at clock: Int64) -> Int64 { 1_700_000_000_000 + clock / 1_000_000 }

    var now: ClockReading {
        ClockReading(
            instant: Instant(nanoseconds: world.clock), wall: Self.wall(at: world.clock))
    }

    /// Runs until the run is finished; throws any other end.
    func runToEnd() throws(Simulator.Ending) {
        while try step() { world.letOthersRun(between: self) }
    }

    /// Makes the next step. Returns false when the run is finished; throws any other end.
    func step() throws(Simulator.Ending) -> Bool {
        isInStep = true
        defer { isInStep = false }
        switch stage {
        case .begins:
            // A `start` row promises that the rows before it are durable.
            try effect()
            if disk.synced > 0 { disk.sync(upTo: disk.bytes.count) }
            try write(firstRows)
            try effect()
            disk.sync(upTo: disk.bytes.count)
            stage = .runs
        case .runs where core.isDone:
            try complete()
            stage = .ends
        case .runs:
            turns += 1
            guard turns < 200_000, world.clock < 1_000_000_000_000_000_000 else {
                world.report(
                    .termination, "no end: \(core.waitReason), in flight \(core.inFlight)")
                throw .storage
            }
            try turn()
            if world.violation != nil { throw .storage }
        case .ends: break
        }
        return stage != .ends
    }

    private func complete() throws(Simulator.Ending) {
        try performEffects()
        if let cause = core.stopCause {
            if case .unreachable = cause, core.counts.accepted > 0 {
                world.report(.address, "it stopped for \(cause) with accepted lines")
            }
            throw .stopped(cause)
        }
        var last = Self.encoder(scenario)
        last.appendFinished()
        try write(Array(last.rows()))
        try effect()
        disk.sync(upTo: disk.bytes.count)
        try effect()
        if world.disk !== disk, world.bug != .publishedWithoutLook { throw .lost }
        world.finalCounts = core.counts
        world.publish()
    }

    func turn() throws(Simulator.Ending) {
        turnTime = now
        read()
        pause()
        updateRate()
        core.decide(now: turnTime, connections: freeConnections())
        try performEffects()
        if core.isDone { return }
        renewKey()
        pause()
        wait()
        pause()
        try receive()
    }

    func read() {
        while core.wantsRecord {
            guard let index = nextUnfinished() else { return core.recordInputEnd() }
            admit(index)
        }
        // At the limit only the end of the input can finish the run.
        if core.isAtLimit, core.lineCount == 0, core.stopCause == nil, nextUnfinished() == nil {
            core.recordInputEnd()
        }
    }

    /// Advances past the next line without an outcome; returns its index.
    func nextUnfinished() -> Int? {
        while cursor < scenario.lines.count {
            let line = scenario.lines[cursor]
            cursor += 1
            core.advance(past: line.ordinal, of: line.id.file)
            if !core.isDone(line.ordinal, of: line.id.file) { return cursor - 1 }
            if line.isValid, let time = scenario.replay?.times[cursor - 1] { core.pass(time) }
        }
        return nil
    }

    func admit(_ index: Int) {
        let line = scenario.lines[index]
        world.original.withUnsafeBytes { bytes in
            let original = UnsafeRawBufferPointer(rebasing: bytes[..<line.bytes])
            let record = RecordView(
                id: line.id, ordinal: line.ordinal, offset: line.id.line * 1000,
                length: UInt64(line.bytes), hash: line.id.line, appID: Self.appID(line.app),
                eventType: Self.bytes("\"user.created\""), original: original,
                time: scenario.replay?.times[world.bug == .recordedTimeForgotten ? 0 : index])
            guard line.isValid || world.bug == .invalidSent else {
                return core.recordInvalid(
                    record, code: "invalid_json", sentence: "an invalid line")
            }
            watch.checkRoom(world)
            let slot = core.admit(
                record, app: UInt64(line.app) &* 0x9E37_79B9, bytes: line.bytes,
                now: turnTime)
            guard let slot else { return }
            slots.load(slot, world)
            if spool != nil { core.copyOriginal(original, slot: slot) }
            while slotLines.count <= slot { slotLines.append(-1) }
            slotLines[slot] = index
            watch.recordAdmission(of: line, index, core.lineCount, world)
        }
    }

    private static func appID(_ app: Int) -> UnsafeRawBufferPointer {
        switch app {
        case 0: bytes("app_0")
        case 1: bytes("app_1")
        case 2: bytes("app_2")
        default: bytes("app_many")
        }
    }

    private static func bytes(_ text: StaticString) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    }
}
