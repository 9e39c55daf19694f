package import Delivery
import Glibc
package import Ledger
import Platform
import Time

/// The journal of a new or resumed run, and the state that it contains.
package struct RunJournal {
    package let journal: Journal
    package let spool: Spool?
    package let resumeState: ResumeState
    /// The machine of the process before, if it was the owner of a shard.
    package let formerHost: String?
    /// Whether that process of a shard had another file, which this one has replaced.
    package let isOtherFile: Bool
    private let owner: JournalOwner?
    /// Whether earlier processes have worked on the run.
    package let isResumed: Bool
    /// Whether all lines are finished and only the report is missing.
    package let isFinished: Bool
    /// The start of the first process (RFC 3339).
    package let startedAt: String
    /// The same in milliseconds since 1970; nil if the journal has no valid time.
    var startedAtMilliseconds: Int64? {
        Array(startedAt.utf8).withUnsafeBytes { RFC3339.parse($0) }.map {
            $0.nanoseconds / 1_000_000
        }
    }
    /// The starts of the last processes, this one included, oldest first (RFC 3339).
    package private(set) var startTimes: [String]
    /// The latencies and the lags of lines with an outcome from earlier processes.
    package let latencies: LatencyHistogram
    package let lags: LatencyHistogram
    /// Their errors, and the number of those that may have arrived twice.
    package let errors: ErrorTally
    package let possibleDuplicates: UInt64

    package var runID: RunID { journal.header.runID }
    /// The run in derived idempotency keys.
    package var keyRunID: RunID { runID.inKeys(journal.header.options) }

    /// Creates the journal of a new run.
    package init(creating plan: RunPlan, inputs: RunInputs) throws(SendError) {
        let now = ClockReading.now()
        do {
            journal = try Journal.create(
                plan.report.journal,
                header: JournalHeader(
                    runID: plan.jobID ?? RunID.random(), destination: plan.destination,
                    inputs: inputs.identities, options: Self.options(plan, inputs)),
                bootID: BootID.current(), pid: Int(getpid()), now: now.wall, owner: plan.owner)
        } catch .exists, .vanished {
            // It was missing before: another process started this run at the same time.
            throw .ledger(.locked(path: plan.report.journal))
        } catch {
            throw .ledger(error)
        }
        resumeState = ResumeState(inputCount: inputs.inputs.count)
        owner = plan.owner
        formerHost = nil
        isOtherFile = false
        isResumed = false
        isFinished = false
        startedAt = Self.text(now)
        startTimes = [startedAt]
        latencies = LatencyHistogram()
        lags = LatencyHistogram()
        errors = ErrorTally()
        possibleDuplicates = 0
        spool = try Self.spool(plan, inputs) { (path) throws(SystemError) in
            try Spool.create(path)
        }
    }

    /// Opens the existing journal; returns nil if it has disappeared.
    package init?(resuming plan: RunPlan, inputs: RunInputs) throws(SendError) {
        let recovered: RecoveredJournal
        do {
            (journal, recovered) = try Journal.open(
                plan.report.journal, bootID: BootID.current())
        } catch .vanished {
            return nil
        } catch {
            throw .ledger(error)
        }
        owner = plan.owner
        formerHost = recovered.lastOwner?.host
        isOtherFile = recovered.isOtherFile
        if owner != nil, Self.isAlive(recovered) {
            throw .ledger(.locked(path: plan.report.journal))
        }
        resumeState = recovered.resumeState
        isResumed = true
        isFinished = recovered.isFinished
        startedAt = recovered.startedAt ?? Self.text(ClockReading.now())
        startTimes = recovered.startTimes
        latencies = recovered.latencies
        lags = recovered.lags
        errors = recovered.errors
        possibleDuplicates = recovered.possibleDuplicates
        try Self.check(journal.header, plan, inputs)
        spool = try Self.spool(plan, inputs) { (path) throws(SystemError) in
            try Spool.open(path, end: recovered.spoolEnd)
        }
    }

    /// Prepares the journal of an earlier run for this process. Nothing is written to it before, as
    /// the run may be refused.
    package mutating func resume() throws(SendError) {
        let now = ClockReading.now()
        startTimes.append(Self.text(now))
        do {
            try journal.resume(
                bootID: BootID.current(), pid: Int(getpid()), now: now.wall,
                isFinished: isFinished, owner: owner)
        } catch .system(let error) {
            throw .file(error)
        } catch {
            throw .ledger(error)
        }
    }

    /// Returns whether the last owner runs on this machine, without the lock: its file was replaced.
    private static func isAlive(_ journal: RecoveredJournal) -> Bool {
        guard journal.lastBootID == BootID.current(), let start = journal.lastOwner?.processStart
        else { return false }
        return ProcessStart.ticks(of: journal.lastPID) == start
    }

    /// Checks that this process still owns the journal.
    package func checkOwner() throws(SendError) {
        do { try journal.checkOwner() } catch { throw .ledger(error) }
    }

    private static func text(_ now: ClockReading) -> String {
        Timestamp(nanoseconds: now.wall * 1_000_000).rfc3339
    }

    /// Removes a new journal: nothing was sent.
    package func discard() throws(SendError) {
        do {
            try File.remove(journal.path)
            if let spool { try File.remove(spool.file.path) }
        } catch {
            throw .file(error)
        }
    }

    /// Returns the options that a resume must share, with the numbered inputs if there are any.
    private static func options(_ plan: RunPlan, _ inputs: RunInputs) -> [String: String] {
        var options = plan.recordedOptions.merging(plan.resuming) { option, _ in option }
        if !inputs.numberedInputs.isEmpty {
            options[JournalHeader.numberedInputsOption] =
                JournalHeader.numberedInputsValue(inputs.numberedInputs)
        }
        return options
    }

    /// Opens the spool, which only inputs with a stream need.
    private static func spool(
        _ plan: RunPlan, _ inputs: RunInputs, _ open: (String) throws(SystemError) -> Spool
    ) throws(SendError) -> Spool? {
        guard !inputs.canBeReadAgain else { return nil }
        do {
            return try open(plan.report.spool)
        } catch {
            throw .file(error)
        }
    }

    /// Refuses to resume a different run.
    private static func check(
        _ header: JournalHeader, _ plan: RunPlan, _ inputs: RunInputs
    ) throws(SendError) {
        let names = (header.inputs.map(\.path), inputs.identities.map(\.path))
        let difference: RunDifference
        if let jobID = plan.jobID, header.runID != jobID {
            difference = .job(header.runID.description, now: jobID.description)
        } else if header.destination != plan.destination {
            difference = .destination(header.destination, now: plan.destination)
        } else if names.0 != names.1 {
            difference = .inputs(names.0, now: names.1)
        } else if let flag = plan.flagThatDiffers(from: header.options) {
            difference = .option(flag, value: header.options[flag])
        } else if header.numberedInputs != inputs.numberedInputs {
            difference = .formats
        } else {
            return
        }
        throw .otherRun(path: plan.report.journal, difference)
    }
}
