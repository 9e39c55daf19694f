import Delivery
import Glibc
import Ledger
import Platform
import Records
import Time

/// The journal of a new or resumed run, and the state that it contains.
struct RunJournal {
    let journal: Journal
    let spool: Spool?
    let resumeState: ResumeState
    /// Whether earlier processes have worked on the run.
    let isResumed: Bool
    /// Whether all lines are finished and only the report is missing.
    let isFinished: Bool
    /// The start of the first process (RFC 3339).
    let startedAt: String

    var runID: RunID { journal.header.runID }

    static func spoolPath(_ report: ReportPath) -> String { report.journal + ".spool" }

    /// Creates the journal of a new run.
    init(creating options: SendOptions, inputs: RunInputs) throws(SendError) {
        let now = ClockReading.now()
        do {
            journal = try Journal.create(
                options.report.journal,
                header: JournalHeader(
                    runID: RunID.random(), destination: options.destination.name,
                    inputs: inputs.identities, options: options.runIdentity),
                bootID: BootID.current(), pid: Int(getpid()), now: now.wall)
        } catch .exists, .vanished {
            // It was missing before: another process started this run at the same time.
            throw .ledger(.locked(path: options.report.journal))
        } catch {
            throw .ledger(error)
        }
        resumeState = ResumeState(inputCount: inputs.inputs.count)
        isResumed = false
        isFinished = false
        startedAt = Self.text(now)
        spool = try Self.spool(options, inputs) { (path) throws(SystemError) in
            try Spool.create(path)
        }
    }

    /// Opens the existing journal; returns nil if it has disappeared.
    init?(resuming options: SendOptions, inputs: RunInputs) throws(SendError) {
        let recovered: RecoveredJournal
        do {
            (journal, recovered) = try Journal.open(
                options.report.journal, bootID: BootID.current(), pid: Int(getpid()),
                now: ClockReading.now().wall)
        } catch .vanished {
            return nil
        } catch {
            throw .ledger(error)
        }
        resumeState = recovered.resumeState
        isResumed = true
        isFinished = recovered.isFinished
        startedAt = recovered.startedAt ?? Self.text(ClockReading.now())
        try Self.check(journal.header, options, inputs)
        spool = try Self.spool(options, inputs) { (path) throws(SystemError) in
            try Spool.open(path, end: recovered.spoolEnd)
        }
    }

    private static func text(_ moment: ClockReading) -> String {
        Timestamp(nanoseconds: moment.wall * 1_000_000).rfc3339
    }

    /// Removes a new journal: nothing was sent.
    func discard() throws(SendError) {
        do {
            try File.remove(journal.path)
            if let spool { try File.remove(spool.file.path) }
        } catch {
            throw .file(error)
        }
    }

    /// Opens the spool, which only inputs with a stream need.
    private static func spool(
        _ options: SendOptions, _ inputs: RunInputs,
        _ open: (String) throws(SystemError) -> Spool
    ) throws(SendError) -> Spool? {
        guard !inputs.canBeReadAgain else { return nil }
        do {
            return try open(spoolPath(options.report))
        } catch {
            throw .file(error)
        }
    }

    /// Refuses to resume a different run.
    private static func check(
        _ header: JournalHeader, _ options: SendOptions, _ inputs: RunInputs
    ) throws(SendError) {
        let way =
            "; choose another --report, or use --fresh to archive these files and send everything "
            + "again"
        let journal = Escaping.quoted(options.report.journal)
        guard header.destination == options.destination.name else {
            throw .inTheWay(
                "\(journal) was created with a different --to (\(Escaping.quoted(header.destination)), "
                    + "not \(Escaping.quoted(options.destination.name)))" + way)
        }
        let then = header.inputs.map(\.path)
        let now = inputs.identities.map(\.path)
        guard then == now else {
            throw .inTheWay(
                "\(journal) belongs to different input files "
                    + "(\(then.map(Escaping.quoted).joined(separator: " ")), not "
                    + "\(now.map(Escaping.quoted).joined(separator: " ")))" + way)
        }
        if let flag = options.flagThatDiffers(from: header.options) {
            throw .inTheWay(
                "\(journal) was created with a different \(flag) "
                    + "(\(shown(header.options[flag])))" + way)
        }
    }

    /// Formats the value of an option of an earlier run.
    static func shown(_ value: String?) -> String {
        guard let value, !value.isEmpty else { return "not given" }
        return Escaping.escaped(value)
    }
}
