import Ledger
import Platform
import Sending
import Time

/// `hookbatch outbox`: one round over the files of a folder.
enum OutboxCommand {
    static func run(
        _ arguments: Arguments, _ environment: Environment
    ) throws(UsageError) -> ExitStatus {
        let startedAt = MonotonicClock.now
        let options: OutboxOptions
        do {
            options = try OutboxOptions(arguments, environment: environment)
        } catch {
            writeMetricsOfRefusal(arguments, startedAt: startedAt)
            guard isTold(error.naming(arguments.variables), arguments) else { throw error }
            return .usage
        }
        return run(options, startedAt: startedAt)
    }

    /// Writes the metrics of a round that its options end. The error is told anyway.
    private static func writeMetricsOfRefusal(_ arguments: Arguments, startedAt: Instant) {
        guard let place = try? arguments.value(Flags.watching.metrics),
            let folder = try? OutboxOptions.folder(arguments)
        else { return }
        var tally = OutboxTally()
        tally.add(.usage)
        try? OutboxMetrics.write(
            to: place, of: folder, tally,
            except: OutboxOptions.named(arguments, store: nil) + [place.path],
            startedAt: startedAt)
    }

    /// Whether an earlier round told this error about the options; records that this one tells it.
    private static func isTold(_ error: UsageError, _ arguments: Arguments) -> Bool {
        guard !Terminal.standardErrorIsTerminal,
            let folder = try? OutboxOptions.folder(arguments),
            let lock = try? lock(folder.lock), let ledger = try? OutboxLedger(folder.ledger)
        else { return false }
        defer { withExtendedLifetime(lock) {} }
        let problem = OutboxProblem(content: nil, cause: error.message)
        let name = OutboxRound.optionsProblem
        if ledger.history.isKnown(problem, of: name) { return true }
        try? ledger.append(.told(name: name, problem))
        return false
    }

    private static func run(_ options: OutboxOptions, startedAt: Instant) -> ExitStatus {
        let round: OutboxRound
        do {
            let signals = try systemError { () throws(SystemError) in try Signals.block() }
            guard
                let lock = try systemError({ () throws(SystemError) in
                    try lock(options.folder.lock)
                })
            else {
                if options.isVerbose {
                    let folder = Escaping.quoted(options.folder.path)
                    Terminal.say("another round of \(folder) is running")
                }
                return .busy
            }
            let ledger = try OutboxLedger(options.folder.ledger)
            round = OutboxRound(options, ledger: ledger, lock: lock, signals: signals)
        } catch {
            Terminal.say(error.message)
            return error.exitStatus
        }
        round.run()
        if let metrics = options.metrics { round.writeMetrics(to: metrics, startedAt: startedAt) }
        return round.exitStatus
    }

    private static func systemError<Value>(
        _ body: () throws(SystemError) -> Value
    ) throws(OutboxError) -> Value {
        do { return try body() } catch { throw .system(error) }
    }

    /// Returns the locked file; nil if another round has the lock.
    private static func lock(_ path: String) throws(SystemError) -> File? {
        let file = try File.openOrCreate(path)
        return try file.tryLock() ? file : nil
    }
}
