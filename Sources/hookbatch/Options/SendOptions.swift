import Delivery
import Sending

/// The validated options of `send`.
struct SendOptions: Sendable {
    /// The lines to send again; nil for all lines.
    var retryOf: RetryOfOptions?
    /// The origins of the lines; nil unless all inputs are files of undelivered lines.
    var origins: OriginOptions?
    /// The lines that had arrived before; nil for none.
    var arrived: ArrivedOptions?
    var input: InputOptions
    var destination: SendDestination
    var report: ReportPath
    /// The shard of a job; nil for all records.
    var shard: ShardOptions?
    /// Whether the files of an earlier run are archived instead of resumed.
    var isFresh: Bool
    var pace: PaceOptions
    var retries: RetryOptions
    var stops: StopOptions
    var watching: WatchOptions
    /// The commands that a summary proposes.
    let commands: ProposedCommands
    /// The division of the descriptors; nil before the run has measured them.
    var descriptors: DescriptorBudget?
    /// Warnings for the user.
    var warnings: [String]

    /// Validates everything that needs no input. Reads the key's file.
    init(_ arguments: Arguments, words: [String], environment: Environment) throws(UsageError) {
        precondition(arguments.command == .send, "the arguments are another command's")
        warnings = []
        retryOf = try RetryOfOptions(arguments)
        input = try InputOptions(arguments, retried: retryOf?.inputs)
        let origins =
            retryOf != nil ? nil : try OriginOptions(arguments, input: input)
        let whole = try Self.report(
            arguments, input: input, origins: origins,
            retryOf: retryOf?.ownReport ?? origins?.ownReport(input.paths))
        self.origins = origins
        arrived = try ArrivedOptions(arguments, isRetry: retryOf != nil || origins != nil)
        shard = try ShardOptions(arguments, environment, report: whole, input: input)
        report = shard.map { whole.of($0.shard) } ?? whole
        if let path = report.overwritten(of: input.paths) {
            throw UsageError(
                "--report: the run's files would overwrite the input "
                    + "\(Escaping.quoted(path.shown)); choose another name (example: --report "
                    + "again.report.ndjson)")
        }
        isFresh = arguments.isOn(Flags.files.fresh)
        pace = try PaceOptions(arguments, processes: shard?.atOnce ?? 1)
        retries = try RetryOptions(arguments)
        stops = try StopOptions(arguments)
        destination = try SendDestination(
            arguments, environment: environment, retried: retryOf?.plan.run.destination,
            warnings: &warnings)
        if !isFresh { try origins?.refuseOther(destination) }
        // A resume is of lines that were taken for new ones before.
        if retryOf == nil, origins == nil, isFresh || !report.hasRun {
            warnings += try OriginlessFile.check(
                input, report: report, to: destination, isAllowed: isFresh)
        }
        if let shard, case .store(let path, let knownAppsOnly) = destination {
            destination = .store(path: shard.path(path), knownAppsOnly: knownAppsOnly)
        }
        if case .store(let path, _) = destination,
            report.wouldOverwrite(.file(path), of: input.paths)
        {
            throw UsageError(
                "--report: the run's files would overwrite the store \(Escaping.quoted(path)); "
                    + "choose another name (example: --report again.report.ndjson)")
        }
        watching = try WatchOptions(
            arguments, report: report, inputs: input.paths, destination: destination,
            shard: shard)
        try RunPaths.refuseConflicts(
            inputs: input.paths, list: input.list,
            retried: (retryOf?.files ?? []) + (origins?.files ?? []),
            destination: destination,
            secrets: Flags.secretFiles.compactMap { arguments.values[$0.declaration.name] },
            report: report, manifest: shard?.manifest, watching: watching, isFresh: isFresh)
        commands = ProposedCommands(
            arguments, words: words, report: report, shard: shard?.shard)
    }

    private static func report(
        _ arguments: Arguments, input: InputOptions, origins: OriginOptions?, retryOf: ReportPath?
    ) throws(UsageError) -> ReportPath {
        let report: ReportPath
        if let given = try arguments.value(Flags.files.report) {
            report = given
        } else if let retryOf {
            report = retryOf
        } else if input.paths[0].isDescriptor {
            throw UsageError(
                "\(Escaping.quoted(input.paths[0].shown)) is not the name of a file, so it needs "
                    + "--report (example: --report events.report.ndjson)")
        } else if case .file(let first) = input.paths[0] {
            let usual = ReportPath(besideInputNamed: first)
            // A file that was fixed once more is another run.
            report =
                origins == nil
                ? usual : FreeTry.report(after: usual) { $0.isUnchanged(input.paths) }
        } else {
            throw UsageError(
                "standard input needs --report (example: --report events.report.ndjson)")
        }
        return report
    }
}

/// `Flags` of the topic Pace.
struct PaceOptions: Hashable, Sendable {
    /// nil: no limit.
    var rate: RateSetting?
    /// Maximum requests that start at once, at least 1.
    var burst: Int
    /// The time of the rise to `rate`; zero: none.
    var ramp: Duration
    /// nil: that of the variable `TZ`, else the system's.
    var timeZone: TimeZoneName?
    /// nil: as fast as the limits allow.
    var recorded: RecordedPace?
    var appRate: Rate?
    var concurrency: Concurrency
    /// nil: limited by `concurrency` only.
    var appConcurrency: Int?
    var maxInFlightBytes: Int

    /// - Parameter processes: The number of processes that share `--rate`, at least 1.
    init(_ arguments: Arguments, processes: Int = 1) throws(UsageError) {
        rate = try RateSetting.given(in: arguments, among: processes)
        burst = try arguments.defaulted(Flags.pace.burst)
        ramp = try arguments.defaulted(Flags.pace.ramp)
        timeZone = try arguments.value(Flags.pace.timeZone)
        recorded = try RecordedPace(arguments)
        appRate = try arguments.value(Flags.pace.appRate)
        concurrency = try arguments.defaulted(Flags.pace.concurrency)
        appConcurrency = try arguments.value(Flags.pace.appConcurrency)
        maxInFlightBytes = try arguments.defaulted(Flags.pace.maxInFlightBytes)

        if arguments.isGiven(Flags.pace.burst), rate == nil, appRate == nil {
            throw UsageError("--burst has no effect without --rate or --app-rate; add one")
        }
        if arguments.isGiven(Flags.pace.ramp), rate == nil {
            throw UsageError("--ramp needs --rate; add it (example: --rate 200/s)")
        }
        if case .fixed(let all) = concurrency, let appConcurrency, appConcurrency > all {
            throw UsageError(
                "--app-concurrency \(appConcurrency) is above --concurrency \(all); "
                    + "lower one or raise the other")
        }
    }
}

/// `Flags` of the topic Retries.
struct RetryOptions: Hashable, Sendable {
    /// Attempts after the first.
    var count: Int
    /// The HTTP statuses to retry.
    var codes: StatusCodes
    var maxRetryAfter: Duration
    /// nil: none at a terminal, else `unattendedStartPatience`.
    var startPatience: Duration?
    var outagePatience: Duration
    /// Consecutive failures after which an application is abandoned; nil: never.
    var appGiveUp: Int?
    var delivery: DeliveryPromise

    init(_ arguments: Arguments) throws(UsageError) {
        count = try arguments.defaulted(Flags.retries.count)
        codes = try arguments.defaulted(Flags.retries.retryOn)
        maxRetryAfter = try arguments.defaulted(Flags.retries.maxRetryAfter)
        startPatience = try arguments.value(Flags.retries.startPatience)
        outagePatience = try arguments.defaulted(Flags.retries.outagePatience)
        appGiveUp = try arguments.value(Flags.retries.appGiveUp)
        delivery = try arguments.defaulted(Flags.retries.delivery)
    }

    /// The start patience without the flag, where no person waits for the message.
    static let unattendedStartPatience = Duration.seconds(120)

    /// The start patience; `isTerminal`: whether standard error is one.
    func startPatience(isTerminal: Bool) -> Duration {
        startPatience ?? (isTerminal ? .zero : Self.unattendedStartPatience)
    }
}

/// `Flags` of the topic Stopping.
struct StopOptions: Hashable, Sendable {
    var maxErrors: ErrorLimit?
    var maxDuration: Duration?
    /// Lines, at least 1.
    var limit: Int?
    /// Whether a finished run exits with 0 whatever its outcomes.
    var hidesOutcomes: Bool
    var grace: Duration

    init(_ arguments: Arguments) throws(UsageError) {
        maxErrors = try arguments.value(Flags.stops.maxErrors)
        maxDuration = try arguments.value(Flags.stops.maxDuration)
        limit = try arguments.value(Flags.stops.limit)
        hidesOutcomes = try arguments.value(Flags.stops.finishedExit) != nil
        grace = try arguments.defaulted(Flags.stops.grace)
    }
}
