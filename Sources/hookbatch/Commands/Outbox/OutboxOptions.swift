import Platform
import Sending

/// The validated options of `outbox`.
struct OutboxOptions {
    let folder: OutboxFolder
    /// Files that changed within this time are left for a later round.
    let settle: Duration
    let metrics: MetricsPath?
    /// Whether the files are sent to the API.
    let isOfAPI: Bool
    /// The store of the files, if no destination is given; nil otherwise.
    let defaultStore: String?
    /// How each `send` reads its file.
    let input: InputOptions
    let destination: SendDestination
    /// Whether results are printed too, not only problems.
    let isVerbose: Bool
    /// The paths of files that the flags name, which may be in the folder.
    let namedFiles: [String]
    /// Warnings about the options, each to be told once.
    let warnings: [String]
    /// The typed flags of each `send`.
    private let flags: [String]
    /// The names of the variables that set flags of each `send`.
    private let variables: [String]
    /// The variables of each `send`, as `NAME=value`.
    let environment: [[UInt8]]

    /// The flags that a round has itself.
    private static let own = [
        Flags.watching.metrics.declaration.name, Flags.watching.quiet.declaration.name,
    ]

    /// Validates the options of all `send` processes too, so that a wrong one sends nothing.
    init(_ arguments: Arguments, environment: Environment) throws(UsageError) {
        precondition(arguments.command == .outbox, "the arguments are another command's")
        folder = try Self.folder(arguments)
        settle = try arguments.defaulted(Flags.outbox.settle)
        metrics = try arguments.value(Flags.watching.metrics)
        isVerbose = Terminal.standardErrorIsTerminal && !arguments.isOn(Flags.watching.quiet)
        let shared = Flags.taken(by: .send).filter {
            $0.commands.contains(.outbox) && !Self.own.contains($0.name)
        }
        // The reader of a mail has not the variables of the job. Those that may have a secret stay.
        let secret = [
            Flags.connection.header.declaration.name, Flags.connection.proxy.declaration.name,
        ]
        let kept = shared.filter { secret.contains($0.name) && arguments.variables[$0.name] != nil }
        flags = shared.filter { flag in !kept.contains { $0.name == flag.name } }.flatMap { flag in
            arguments.texts(of: flag).map { text in
                flag.takesValue ? "\(flag.spelling)=\(text)" : flag.spelling
            }
        }
        self.variables = kept.compactMap { arguments.variables[$0.name] }.sorted()
        let variables = Set(kept.map { $0.variable(for: .send) })
        self.environment = Self.entries { name in
            !name.hasPrefix(Environment.prefix) || variables.contains(name)
        }
        let passed = environment.variables.filter { variables.contains($0.key) }
        let options = try Self.validate(
            Self.words(for: folder.claim("events.ndjson"), flags), metrics: metrics,
            Environment(apiKey: environment.apiKey, variables: passed))
        input = options.input
        destination = options.destination
        var warnings = options.warnings
        let store: String?
        switch options.destination {
        case .api: (isOfAPI, store, defaultStore) = (true, nil, nil)
        case .store(let path, _):
            (isOfAPI, store) = (false, path)
            defaultStore = arguments.isGiven(Flags.destination.to) ? nil : path
        }
        if let defaultStore {
            warnings.append(
                "without \(Flags.destination.to.declaration.spelling) the files are stored locally in "
                    + "\(Escaping.quoted(Directory.absolute(defaultStore))), and not sent")
        }
        self.warnings = warnings
        namedFiles = Self.named(arguments, store: store) + [metrics?.path].compactMap(\.self)
    }

    /// Returns the folder that the command names.
    static func folder(_ arguments: Arguments) throws(UsageError) -> OutboxFolder {
        guard let path = arguments.operands.first, arguments.operands.count == 1 else {
            throw UsageError("outbox needs one folder (example: hookbatch outbox outbox)")
        }
        guard (try? FileStatus.of(path, followingLinks: true))?.isDirectory == true else {
            throw UsageError(
                "\(Escaping.quoted(path)) is not a folder; create it, or name the folder of the files"
            )
        }
        let normalised = InputPath.normalised(path)
        return OutboxFolder(given: normalised.isEmpty ? "." : normalised)
    }

    /// Returns the paths of the store, the key, the certificates and the rate.
    static func named(_ arguments: Arguments, store: String?) -> [String] {
        var paths = Flags.secretFiles.flatMap { arguments.texts(of: $0.declaration) }
        for rate in arguments.texts(of: Flags.pace.rate.declaration) where rate.hasPrefix("@") {
            paths.append(String(rate.dropFirst()))
        }
        if let store {
            paths += ["", "-wal", "-shm", "-journal"].map { store + $0 }
        }
        return paths
    }

    /// Returns the words after the program's name of the `send` of a file.
    func words(for claim: OutboxFolder.Claim) -> [String] {
        Self.words(for: claim, flags, isShown: isVerbose)
    }

    /// Returns the command that sends a file with the same flags, and what a person must fill in or set
    /// before.
    ///
    /// - Parameter skip: The number of its records that are not sent.
    func sending(
        _ path: String, after skip: UInt64? = nil, report: String
    ) -> (fill: String, command: String) {
        let flag = Flags.fields.skip.declaration.spelling
        let shared = flags.filter { !$0.hasPrefix(flag + "=") }
        var fill = ""
        if shared.contains(where: {
            $0.hasPrefix(Flags.connection.proxy.declaration.spelling + "=") && $0.contains("@")
        }) {
            fill =
                "put the proxy's user and password in place of \(URLText.hiddenCredentials), and "
        }
        let words =
            ["hookbatch", "send"] + shared + (skip.map { [flag, String($0)] } ?? [])
            + [Flags.files.report.declaration.spelling, report]
            // A flag can be added at the end.
            + (path.hasPrefix("-") ? ["--"] : []) + [path]
        let folder = Directory.current.map { "cd \(ShellWords.quote($0)) && " } ?? ""
        return (fill, folder + ShellWords.commandLine(words))
    }

    /// ` (with HOOKBATCH_RATE as before)`; empty without variables.
    var variablesNote: String {
        variables.isEmpty ? "" : " (with \(variables.joined(separator: ", ")) as before)"
    }

    /// The words by which a round reads the progress of a `send`; no proposed command has them.
    static let watchingWords = Set([true, false].flatMap { watchingWords(isShown: $0) })

    private static func watchingWords(isShown: Bool) -> [String] {
        let flags = Flags.watching
        return [
            flags.quiet.declaration.spelling, "\(flags.progress.declaration.spelling)=json",
            "\(flags.progressEvery.declaration.spelling)="
                + OutboxProgress.interval(isShown: isShown),
        ]
    }

    /// - Parameter isShown: Whether the progress is shown.
    private static func words(
        for claim: OutboxFolder.Claim, _ flags: [String], isShown: Bool = false
    ) -> [String] {
        ["send"] + flags + watchingWords(isShown: isShown)
            + [
                "\(Flags.files.report.declaration.spelling)=\(claim.givenReport)", "--",
                claim.givenInput,
            ]
    }

    /// Validates the command line of a `send`; returns its options.
    private static func validate(
        _ words: [String], metrics: MetricsPath?, _ environment: Environment
    ) throws(UsageError) -> SendOptions {
        // With the metrics, whose path must not be that of another file.
        var words = words
        if let metrics {
            words.insert("\(Flags.watching.metrics.declaration.spelling)=\(metrics.path)", at: 1)
        }
        guard case .run(var arguments) = try Invocation(words: words) else {
            preconditionFailure("the words are a command line of send")
        }
        try arguments.take(environment)
        do throws(UsageError) {
            return try SendOptions(arguments, words: words, environment: environment)
        } catch {
            throw error.naming(arguments.variables)
        }
    }

    /// Returns the entries of this process's environment with such a name.
    private static func entries(where isPassed: (String) -> Bool) -> [[UInt8]] {
        var entries: [[UInt8]] = []
        Environment.forEachEntry { entry in
            let name = String(decoding: entry.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self)
            if isPassed(name) { entries.append(Array(entry)) }
        }
        // A crash is told at once, without a backtrace of many lines.
        return entries + [Array("SWIFT_BACKTRACE=enable=no".utf8)]
    }
}
