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
            guard isTold(error.naming(arguments.variables), arguments, startedAt: startedAt) else {
                throw error
            }
            return .usage
        }
        return run(options, startedAt: startedAt)
    }

    /// Whether an earlier round told this error about the options; records that this one tells it, and
    /// writes the metrics of a round that its options end.
    private static func isTold(
        _ error: UsageError, _ arguments: Arguments, startedAt: Instant
    ) -> Bool {
        guard let folder = try? OutboxOptions.folder(arguments),
            let lock = try? lock(folder.lock)
        else { return false }
        defer { withExtendedLifetime(lock) {} }
        if let place = try? arguments.value(Flags.watching.metrics) {
            writeMetrics(of: arguments, to: place, folder, startedAt: startedAt)
        }
        guard !Terminal.standardErrorIsTerminal, let ledger = try? OutboxLedger(folder.ledger)
        else { return false }
        let problem = OutboxProblem(content: nil, cause: error.message)
        let name = OutboxRound.optionsProblem
        if ledger.history.isKnown(problem, of: name) { return true }
        try? ledger.append(.told(name: name, problem))
        return false
    }

    /// Writes the metrics in place of earlier ones. The options may be refused since their path is that of
    /// another file.
    private static func writeMetrics(
        of arguments: Arguments, to place: MetricsPath, _ folder: OutboxFolder, startedAt: Instant
    ) {
        let earlier = MetricsFile.earlier(place.path)
        guard earlier.map(MetricsText.isOne) ?? !FileStatus.exists(place.path) else { return }
        var tally = OutboxTally()
        tally.add(.usage)
        let stores = arguments.texts(of: Flags.destination.to.declaration)
            .compactMap { DestinationAddress(text: $0) }
            .compactMap { if case .store(let path) = $0 { path } else { nil } }
        let failed = earlier.flatMap { MetricsText.value(of: OutboxMetrics.failedFolders, in: $0) }
        let rests = failed.map { max(0, Int($0) - folder.failed().count) } ?? 0
        // The error is told anyway.
        try? OutboxMetrics.write(
            to: place, of: folder, tally,
            except: OutboxOptions.named(arguments, store: stores.first) + [place.path],
            undeliveredRests: rests, startedAt: startedAt)
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
