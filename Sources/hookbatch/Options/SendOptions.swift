import Delivery
import Sending

/// The validated options of `send`.
struct SendOptions: Sendable {
    var input: InputOptions
    var destination: SendDestination
    var report: ReportPath
    /// Whether the files of an earlier run are archived instead of resumed.
    var isFresh: Bool
    var pace: PaceOptions
    var retries: RetryOptions
    var stops: StopOptions
    var watching: WatchOptions
    /// The division of the descriptors; nil before the run has measured them.
    var descriptors: DescriptorBudget?
    /// The command line that resumes this run: quoted for a shell, without `--fresh` (which starts
    /// over), `--limit` and passwords.
    let commandLine: String
    /// The same with `--fresh`.
    let freshCommandLine: String
    /// The flags that also apply to a file of undelivered lines.
    private let lastingFlags: [String]
    /// Warnings for the user.
    var warnings: [String]

    /// Validates everything that needs no input. Reads the key's file.
    init(_ arguments: Arguments, words: [String], environment: Environment) throws(UsageError) {
        precondition(arguments.command == .send, "the arguments are another command's")
        warnings = []
        input = try InputOptions(arguments)
        report = try Self.report(arguments, input: input)
        isFresh = arguments.isOn(Flags.fresh)
        pace = try PaceOptions(arguments)
        retries = try RetryOptions(arguments)
        stops = try StopOptions(arguments)
        destination = try SendDestination(
            arguments, environment: environment, warnings: &warnings)
        if case .store(let path, _) = destination,
            report.wouldOverwrite(.file(path), of: input.paths)
        {
            throw UsageError(
                "--report: the run's files would overwrite the store \(Escaping.quoted(path)); "
                    + "choose another name (example: --report again.report.ndjson)")
        }
        watching = try WatchOptions(
            arguments, report: report, inputs: input.paths, destination: destination)
        let secrets = [Flags.apiKeyFile, Flags.caCert, Flags.clientCert, Flags.clientKey]
        try RunPaths.refuseConflicts(
            inputs: input.paths, destination: destination,
            secrets: secrets.compactMap { arguments.values[$0.declaration.name] },
            report: report, watching: watching, isFresh: isFresh)
        let end = words.firstIndex(of: "--") ?? words.endIndex
        // Variables become flags: they may be unset where the command is repeated.
        let resuming =
            Self.withoutOnceOnly(words[..<end]) + Self.flagsFromVariables(arguments)
            + words[end...]
        commandLine = ShellWords.commandLine(["hookbatch"] + resuming)
        let fresh =
            resuming.prefix(1) + [Flags.fresh.declaration.spelling] + resuming.dropFirst()
        freshCommandLine = ShellWords.commandLine(["hookbatch"] + fresh)
        let passing = [
            Flags.report.declaration, Flags.fresh.declaration, Flags.limit.declaration,
            Flags.skip.declaration,
        ]
        lastingFlags = Flags.taken(by: .send).filter { flag in
            // The fixed lines are another run with its own files.
            flag.topic != .watching && !passing.contains { $0.name == flag.name }
        }
        .flatMap { Self.words(for: $0, arguments) }
    }

    /// Returns a flag as given, once per value; nothing if not given.
    ///
    /// A proxy with a password from a variable stays there: a command line must not contain it.
    private static func words(for flag: FlagDeclaration, _ arguments: Arguments) -> [String] {
        if flag.name == Flags.proxy.declaration.name, arguments.variables[flag.name] != nil,
            arguments.texts(of: flag).contains(where: { $0.contains("@") })
        {
            return []
        }
        return arguments.texts(of: flag).flatMap {
            flag.takesValue ? [flag.spelling, $0] : [flag.spelling]
        }
    }

    private static func flagsFromVariables(_ arguments: Arguments) -> [String] {
        Flags.taken(by: .send).filter { arguments.variables[$0.name] != nil }
            .flatMap { words(for: $0, arguments) }
    }

    /// Returns the words without the flags `--fresh` and `--limit`.
    private static func withoutOnceOnly(_ words: ArraySlice<String>) -> [String] {
        let limit = Flags.limit.declaration.spelling
        var kept: [String] = []
        var isValue = false
        for word in words {
            if isValue {
                isValue = false
            } else if word == limit {
                isValue = true
            } else if word != Flags.fresh.declaration.spelling, !word.hasPrefix(limit + "=") {
                kept.append(word)
            }
        }
        return kept
    }

    /// Returns the command line that sends another file, such as fixed lines, in the same way.
    func commandLine(sending path: String) -> String {
        ShellWords.commandLine(["hookbatch", "send"] + lastingFlags + [path])
    }

    private static func report(_ arguments: Arguments, input: InputOptions) throws(UsageError)
        -> ReportPath
    {
        let report: ReportPath
        if let given = try arguments.value(Flags.report) {
            report = given
        } else if case .file(let first) = input.paths[0] {
            report = ReportPath(besideInputNamed: first)
        } else {
            throw UsageError(
                "standard input needs --report (example: --report events.report.ndjson)")
        }
        for path in input.paths where report.wouldOverwrite(path, of: input.paths) {
            throw UsageError(
                "--report: the run's files would overwrite the input \(Escaping.quoted(path.shown)); "
                    + "choose another name (example: --report again.report.ndjson)")
        }
        return report
    }
}

/// `Flags` of the topic Pace.
struct PaceOptions: Hashable, Sendable {
    /// nil: no limit.
    var rate: Rate?
    /// Maximum requests that start at once, at least 1.
    var burst: Int
    /// The time of the rise to `rate`; zero: none.
    var ramp: Duration
    var appRate: Rate?
    var concurrency: Concurrency
    /// nil: limited by `concurrency` only.
    var appConcurrency: Int?
    var maxInFlightBytes: Int

    init(_ arguments: Arguments) throws(UsageError) {
        rate = try arguments.value(Flags.rate)
        burst = try arguments.defaulted(Flags.burst)
        ramp = try arguments.defaulted(Flags.ramp)
        appRate = try arguments.value(Flags.appRate)
        concurrency = try arguments.defaulted(Flags.concurrency)
        appConcurrency = try arguments.value(Flags.appConcurrency)
        maxInFlightBytes = try arguments.defaulted(Flags.maxInFlightBytes)

        if arguments.isGiven(Flags.burst), rate == nil, appRate == nil {
            throw UsageError("--burst has no effect without --rate or --app-rate; add one")
        }
        if arguments.isGiven(Flags.ramp), rate == nil {
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
    var outagePatience: Duration
    /// Consecutive failures after which an application is abandoned; nil: never.
    var appGiveUp: Int?
    var delivery: DeliveryPromise

    init(_ arguments: Arguments) throws(UsageError) {
        count = try arguments.defaulted(Flags.retries)
        codes = try arguments.defaulted(Flags.retryOn)
        maxRetryAfter = try arguments.defaulted(Flags.maxRetryAfter)
        outagePatience = try arguments.defaulted(Flags.outagePatience)
        appGiveUp = try arguments.value(Flags.appGiveUp)
        delivery = try arguments.defaulted(Flags.delivery)
    }
}

/// `Flags` of the topic Stopping.
struct StopOptions: Hashable, Sendable {
    var maxErrors: ErrorLimit?
    var maxDuration: Duration?
    /// Lines, at least 1.
    var limit: Int?
    var grace: Duration

    init(_ arguments: Arguments) throws(UsageError) {
        maxErrors = try arguments.value(Flags.maxErrors)
        maxDuration = try arguments.value(Flags.maxDuration)
        limit = try arguments.value(Flags.limit)
        grace = try arguments.defaulted(Flags.grace)
    }
}
