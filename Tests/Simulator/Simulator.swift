import Delivery
import Ledger

/// One run from its first process to its end, from one seed.
///
/// The decisions and the journal are real; the clock, the server and the disk are simulated.
final class Simulator {
    /// How a process ends.
    enum Ending: Error {
        case finished
        case stopped(StopCause)
        case killed
        case powerCut
        /// A file failed: the process ended by itself.
        case storage
        /// Another process has taken over.
        case lost
    }

    /// What really happened to a line.
    struct Facts {
        var requests = 0
        var acceptances = 0
        /// Whether something happened that leaves an attempt uncertain.
        var mayBeUncertain = false
    }

    let scenario: SimulatorScenario
    let bug: SimulatorBug?
    var random: SplitMix64
    var server: SimulatorServer
    /// nil if the key never changes.
    let keys: SimulatorKeys?
    var disk = SimulatorDisk()
    var facts: [Facts]
    /// Nanoseconds.
    var clock: Int64
    var bootNumber = 1
    var processes = 0
    /// The highest lease that was ever written.
    var lastLease: LineID?
    /// The first promise found broken.
    var violation: SimulatorViolation?
    /// The counts that the last process kept.
    var finalCounts = Counts()
    /// The second process of a shard; nil without one.
    var rival: SimulatorRival?
    /// The processes that may still take over.
    var takeoversLeft: Int
    /// The reports that were published.
    private(set) var reports = 0
    /// The processes that stopped because another one had taken over.
    var losses = 0
    /// The number of requests of all processes.
    var requests = 0
    private let indexes: [LineID: Int]

    /// More processes than any scenario needs.
    private static let maxProcesses = 60

    init(seed: UInt64, bug: SimulatorBug? = nil) {
        scenario = SimulatorScenario(seed: seed)
        self.bug = bug
        takeoversLeft = scenario.isShared ? 4 : 0
        random = SplitMix64(seed: seed ^ 0xC0A5_1EE7)
        clock = 1_000_000_000_000
        server = SimulatorServer(scenario, from: clock)
        var keyRandom = SplitMix64(seed: seed ^ 0x4B45_5901)
        keys = scenario.options.canRenewKey ? SimulatorKeys(from: clock, &keyRandom) : nil
        facts = Array(repeating: Facts(), count: scenario.lines.count)
        indexes = Dictionary(
            uniqueKeysWithValues: scenario.lines.enumerated().map { ($1.id, $0) })
    }

    /// Whether processes still die, and files fail.
    var isRough: Bool { processes <= scenario.roughProcesses }

    /// Runs to the end; returns the first broken promise.
    func run() -> SimulatorViolation? {
        while violation == nil {
            guard countProcess() else { break }
            switch runProcess() {
            case .finished:
                // The process that was taken over may still be alive.
                runRivalToEnd()
                if reports != 1 { report(.oneReport, "\(reports) reports were published") }
                audit()
                return violation
            case .stopped, .storage:
                if random.next(upTo: 9) < scenario.powerCuts, isRough, !scenario.isShared {
                    cutPower()
                }
            case .killed, .lost:
                break
            case .powerCut:
                cutPower()
            }
            clock += Int64(random.next(upTo: random.next(upTo: 3) == 0 ? 600_000_000_000 : 5_000))
        }
        return violation
    }

    /// Counts a process; returns false after the last one.
    func countProcess() -> Bool {
        processes += 1
        guard processes <= Self.maxProcesses else {
            report(.termination, "no end after \(processes) processes")
            return false
        }
        if processes == scenario.roughProcesses + 4 { server.heal() }
        return true
    }

    func publish() { reports += 1 }

    /// The bytes of each line as far as its length: their content does not matter.
    let original = [UInt8](repeating: 0x20, count: 1024)

    func report(_ rule: SimulatorViolation.Rule, _ text: @autoclosure () -> String) {
        if violation == nil {
            violation = SimulatorViolation(seed: scenario.seed, rule: rule, text: text())
        }
    }

    private func cutPower() {
        disk.cutPower(&random)
        bootNumber += 1
        permitUncertainty()
    }

    /// Lets all leased lines be uncertain: their rows may be lost.
    func permitUncertainty() {
        guard let lastLease else { return }
        for (index, line) in scenario.lines.enumerated() where line.id <= lastLease {
            facts[index].mayBeUncertain = true
        }
    }

    // MARK: One process

    private func runProcess() -> Ending {
        // The process that has taken over is the next one.
        if let process = takeRival() { return run(process) }
        disk.reopen()
        let bootID = nextBootID()
        let bytes = scenario.isShared ? disk.read(&random) : disk.bytes
        var journal = recovered(bytes, bootID: bootID)
        if scenario.isShared, journal.lastBootID == nil || journal.lastBootID == bootID {
            // The machine of the process before sees all that it has written.
            journal = recovered(disk.bytes, bootID: bootID)
        }
        if violation != nil { return .storage }
        if journal.isFinished {
            // A process that died before it published: this one does.
            if reports == 0 { publish() }
            return .finished
        }
        if scenario.isShared, let last = journal.lastBootID, last != bootID {
            // The process before is dead or frozen: this one can't know.
            permitUncertainty()
            guard let process = takeOver(disk, journal, length: bytes.count, bootID) else {
                return .lost
            }
            return run(process)
        }
        if bug != .tornRowKept { disk.truncate(to: Int(journal.validLength)) }
        return run(process(journal, bootID))
    }

    private func nextBootID() -> String {
        guard scenario.isShared else {
            return bug == .powerCutIgnored ? "boot" : "boot-\(bootNumber)"
        }
        return "host-\(random.next(upTo: 1))"
    }

    /// Creates a process with the state of a journal.
    func process(
        _ journal: RecoveredJournal, _ bootID: String, hasBegun: Bool = false
    ) -> SimulatorProcess {
        var journal = journal
        if journal.header == nil {
            journal.resumeState = ResumeState(inputCount: scenario.fileCount)
        }
        checkUncertainty(journal.resumeState)
        if bug == .uncertaintyForgotten { forgetUncertainty(&journal.resumeState) }
        return SimulatorProcess(self, journal: journal, bootID: bootID, hasBegun: hasBegun)
    }

    /// Recovers the state of a journal, which must not be refused.
    func recovered(_ bytes: [UInt8], bootID: String) -> RecoveredJournal {
        var recovery = JournalRecovery(currentBootID: bootID)
        bytes.withUnsafeBytes { recovery.consume($0) }
        let journal = recovery.finish()
        if let damage = journal.damage { report(.recovery, "refused: \(damage.message)") }
        return journal
    }

    private func run(_ process: SimulatorProcess) -> Ending {
        do throws(Ending) {
            try process.runToEnd()
            return .finished
        } catch {
            process.die(error)
            return error
        }
    }

    /// Checks that no line is uncertain without need, and that the lines sent have their hashes.
    private func checkUncertainty(_ resumeState: ResumeState) {
        for (line, hash) in resumeState.hashes where hash != line.line {
            report(.recovery, "line \(line) has the hash \(hash)")
        }
        for (index, line) in scenario.lines.enumerated()
        where !facts[index].mayBeUncertain
            && !resumeState.done[line.id.file - 1].contains(line.ordinal)
            && resumeState.history(of: line.id).isUncertain
        {
            report(.certainty, "line \(line.id) is uncertain without need")
        }
    }

    private func forgetUncertainty(_ resumeState: inout ResumeState) {
        resumeState.uncertainThrough = nil
        for line in resumeState.histories.keys { resumeState.histories[line]?.isUncertain = false }
    }

    func index(of line: LineID) -> Int {
        guard let index = indexes[line] else { preconditionFailure("a line of the scenario") }
        return index
    }
}

/// A promise that was broken.
struct SimulatorViolation: CustomStringConvertible {
    enum Rule: String {
        /// A1: every line ends in exactly one row.
        case oneRow = "A1"
        /// A2: what a row calls accepted was accepted.
        case truth = "A2"
        /// A3: what was accepted is never called anything else but unknown.
        case noFalseDenial = "A3"
        /// A4: what was accepted twice says so; never so under at-most-once.
        case noSilentDuplicate = "A4"
        /// A5: an invalid line causes no request.
        case noInvalidRequest = "A5"
        /// A job's shard has one report, whatever the number of processes.
        case oneReport
        /// A6: a crash changes nothing but what it must.
        case certainty = "A6"
        case counts
        /// A run that stops for the address of its server has no accepted line.
        case address
        case order
        case pace
        case bounds
        case lease
        case afterStorageFailure
        case recovery
        case termination
    }

    var seed: UInt64
    var rule: Rule
    var text: String

    var description: String {
        "\(rule.rawValue): \(text)\n"
            + "again: swift run -c release simulator 1 \(seed)"
    }
}
