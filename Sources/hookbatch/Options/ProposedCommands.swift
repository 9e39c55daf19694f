import Delivery
import Ledger
import Platform
import Records
import Sending

/// The commands that a summary proposes, quoted for a shell.
///
/// They contain the flags as typed. A flag from a variable is left out, because the variable still
/// sets it. No command contains a password.
struct ProposedCommands: Sendable {
    /// The variables that set flags of the run, in alphabetical order.
    let variables: [String]
    /// Those of them that also apply to a file of undelivered lines.
    let lastingVariables: [String]
    /// Whether `***` is in place of the credentials of `--proxy`.
    let hidesCredentials: Bool
    /// Whether the run reads a list of its inputs from standard input.
    let needsList: Bool
    /// The words up to `--`, without flags for a single run.
    private let words: [String]
    private let isShard: Bool
    /// `--` and the words after it.
    private let operands: [String]
    /// The flags that also apply to a file of undelivered lines.
    private let lastingFlags: [String]
    /// The flags that also apply to a retry.
    private let retryFlags: [String]
    private let report: ReportPath
    /// Flags for a file of undelivered lines that replace those of variables for the input.
    private let replacingFlags: [String]
    /// Whether a variable has the report of the input.
    private let hasReportVariable: Bool

    /// The flags for the original input alone, with the value that has no effect.
    private static let ofInput: [(flag: FlagDeclaration, none: String)] = [
        (Flags.fields.skip.declaration, "0"),
        (Flags.fields.records.declaration, FieldFlags.noRecords),
    ]

    /// - Parameter shard: The shard of the run; nil for all records.
    init(
        _ arguments: Arguments, words all: [String], report: ReportPath, shard: Shard? = nil
    ) {
        self.report = report
        isShard = shard != nil
        let end = all.firstIndex(of: "--") ?? all.endIndex
        let own = OutboxPlace(of: report) == nil ? [] : OutboxOptions.watchingWords
        words = Self.naming(shard, Self.withoutOnceOnly(all[..<end]).filter { !own.contains($0) })
        operands = Array(all[end...])
        variables = arguments.variables.values.sorted()
        let ofInput = Self.ofInput.map(\.flag.name) + [Flags.files.report.declaration.name]
        lastingVariables = arguments.variables.filter { !ofInput.contains($0.key) }.values.sorted()
        needsList =
            arguments.texts(of: Flags.input.filesFrom.declaration)
            == [InputPath.standardInput.shown]
        hidesCredentials =
            arguments.variables[Flags.connection.proxy.declaration.name] == nil
            && arguments.texts(of: Flags.connection.proxy.declaration).contains { $0.contains("@") }
        let passing =
            [
                Flags.files.report.declaration, Flags.files.fresh.declaration,
                Flags.input.filesFrom.declaration, Flags.stops.limit.declaration,
                // They are sent as soon as the limits allow.
                Flags.pace.pace.declaration, Flags.pace.speed.declaration,
                Flags.pace.maxGap.declaration, Flags.pace.sortWindow.declaration,
                Flags.pace.catchUp.declaration,
                Flags.retryOf.report.declaration, Flags.retryOf.outcomes.declaration,
                Flags.retryOf.errors.declaration, Flags.retryOf.arrived.declaration,
                // One process sends them.
                Flags.shards.shard.declaration, Flags.shards.shardBase.declaration,
                Flags.shards.shardsAtOnce.declaration, Flags.stops.finishedExit.declaration,
            ] + Self.ofInput.map(\.flag)
        let left = Self.hasFewRetries(arguments) ? [Flags.retries.count.declaration.name] : []
        let lasting = Flags.taken(by: .send).filter { flag in
            // The undelivered lines are another run with its own files.
            flag.topic != .watching && !passing.contains { $0.name == flag.name }
                && arguments.variables[flag.name] == nil && !left.contains(flag.name)
                && !Self.ofSelection.contains(flag.name)
        }
        .flatMap { Self.words(for: $0, arguments) }
        // A line that is fixed, or whose time was missing, may not be one of the selected ones.
        let selection = Flags.taken(by: .send).filter { flag in
            Self.ofSelection.contains(flag.name) && arguments.variables[flag.name] == nil
                && (Self.hasFixedWindow(arguments) || !Self.ofWindow.contains(flag.name))
        }
        lastingFlags = lasting + selection.flatMap { Self.words(for: $0, arguments) }
        // A retry reads the same inputs as the run, so that a variable may still be set.
        retryFlags =
            lasting
            + Self.ofInput.filter { arguments.variables[$0.flag.name] == nil }
            .flatMap { Self.words(for: $0.flag, arguments) }
        // A variable is still set when the command is pasted, even if a flag overrides it now.
        replacingFlags = Self.ofInput.filter { arguments.hasVariable($0.flag) }
            .flatMap { Self.words(for: $0.flag, value: $0.none) }
        hasReportVariable = arguments.hasVariable(Flags.files.report.declaration)
        // A flag would be in place of all lines of the variable.
        canMapAgain = !arguments.hasVariable(Flags.fields.map.declaration)
    }

    /// The flags of the window.
    private static let ofWindow: Set<String> = [
        Flags.selection.time.declaration.name, Flags.selection.timeFormat.declaration.name,
        Flags.selection.since.declaration.name, Flags.selection.until.declaration.name,
    ]
    /// The flags that select lines.
    private static let ofSelection: Set<String> = ofWindow.union([
        Flags.selection.only.declaration.name, Flags.selection.except.declaration.name,
    ])

    /// Whether the window has bounds that are the same later.
    private static func hasFixedWindow(_ arguments: Arguments) -> Bool {
        let bounds = [Flags.selection.since, Flags.selection.until].flatMap {
            arguments.texts(of: $0.declaration)
        }
        return !bounds.isEmpty && bounds.allSatisfy { Duration(text: $0) == nil }
    }

    /// Whether `--retries` is below its default: with it, a resend would leave lines again.
    private static func hasFewRetries(_ arguments: Arguments) -> Bool {
        guard let retries = try? arguments.value(Flags.retries.count),
            let usual = Flags.retries.count.declaration.defaultText.flatMap({ Int($0) })
        else { return false }
        return retries < usual
    }

    /// The commands after the merge of a job's shards.
    init(ofJob job: ShardManifest, report: ReportPath) {
        self.report = report
        lastingFlags = job.lastingFlags
        retryFlags =
            job.lastingFlags + Self.ofInput.flatMap { Self.words(for: $0.flag, in: job.flags) }
        lastingVariables = job.variables
        variables = job.variables
        hidesCredentials = job.lastingFlags.contains { URLText.hidesCredentials($0) }
        needsList = false
        words = []
        operands = []
        isShard = false
        replacingFlags = []
        hasReportVariable = false
        canMapAgain = false
    }

    /// Whether the words of the whole command are known.
    var canStartOver: Bool { !words.isEmpty }

    /// Whether another `--map` can be put in place of one.
    let canMapAgain: Bool

    /// Resumes the run: without `--fresh`, which starts over, and without `--limit`.
    var resume: String { Self.line(words + operands) }

    /// The resuming command as options of a journal, for a process that ends without a summary.
    var recorded: [String: String] {
        guard resume.utf8.count <= Self.maxRecorded, let directory = Directory.current else {
            return [:]
        }
        var options = [
            JournalHeader.commandOption: resume, JournalHeader.directoryOption: directory,
        ]
        if !variables.isEmpty {
            options[JournalHeader.variablesOption] = variables.joined(separator: ", ")
        }
        return options
    }

    /// Maximum bytes of a recorded command.
    private static let maxRecorded = 4000

    /// The flags that also apply to a file of undelivered lines, without a proxy's credentials.
    var shareableFlags: [String] {
        let proxy = Flags.connection.proxy.declaration.spelling
        return lastingFlags.enumerated().map { index, word in
            index > 0 && lastingFlags[index - 1] == proxy
                ? URLText.withoutCredentials(word[...]) : word
        }
    }

    /// The variables that apply to a run at another URL.
    var variablesOfOtherURL: [String] {
        variables.filter { $0 != Flags.destination.to.declaration.variable(for: .send) }
    }

    /// Returns the command that starts the run over at another URL. A shard then is of another job.
    func startOver(to url: String) -> String {
        startOver(with: Flags.destination.to.declaration, url) { _ in true }
    }

    /// Returns the command that starts the run over with another `--map` of the same field.
    func startOver(map rule: String) -> String {
        let name = rule.prefix { $0 != "=" } + "="
        return startOver(with: Flags.fields.map.declaration, rule) { $0.hasPrefix(name) }
    }

    /// Returns the command that starts the run over with another `--time-format`.
    func startOver(timeFormat: String) -> String {
        startOver(with: Flags.selection.timeFormat.declaration, timeFormat) { _ in true }
    }

    /// Returns the command that starts the run over with a value in place of those that `isReplaced`
    /// selects.
    private func startOver(
        with flag: FlagDeclaration, _ value: String, replacing isReplaced: (String) -> Bool
    ) -> String {
        let report = Flags.files.report.declaration
        let start =
            (isShard
                ? Self.words(for: report, value: "again.report.ndjson")
                : [Flags.files.fresh.declaration.spelling])
            + [flag.spelling, value]
        var rest = Self.without(flag, words.dropFirst(), where: isReplaced)
        if isShard { rest = Self.without(report, rest[...]) }
        return Self.line(["send"] + start + rest + operands)
    }

    /// Returns the command that sends the files of rejected or of unknown lines in the same way.
    ///
    /// - Parameter flags: Further flags with their values.
    func send(
        _ paths: [String], areUnknown: Bool = false, adding flags: [String] = []
    ) -> String {
        var line = ["send"] + lastingFlags + flags
        // The variable is for the original input, names after the first file would double in length
        // with each such command, and the reports of a run stay together.
        if hasReportVariable || paths.count > 1 || report.path.contains("/") {
            let name = areUnknown ? report.unknown : report.rejected
            line += Self.words(
                for: Flags.files.report.declaration,
                value: name(0, [.standardInput], "report.ndjson"))
        }
        line += replacingFlags
        if paths.contains(where: { $0.utf8.first == UInt8(ascii: "-") }) { line.append("--") }
        return Self.line(line + paths)
    }

    /// Returns the command that sends the failed lines of a report again.
    ///
    /// - Parameter own: The report of that run.
    func retry(of report: String, own: ReportPath) -> String {
        var line = ["send"] + retryFlags
        line += Self.words(for: Flags.retryOf.report.declaration, value: report)
        // The variable has the report of the input.
        if hasReportVariable {
            line += Self.words(for: Flags.files.report.declaration, value: own.path)
        }
        return Self.line(line)
    }

    /// Returns the command that shows a report or a journal, or its rows with an outcome, or those
    /// whose messages may have been sent twice.
    func report(
        _ path: String, outcome: Outcome? = nil, onlyPossibleDuplicates: Bool = false
    ) -> String {
        var line = [Command.report.rawValue]
        if onlyPossibleDuplicates {
            line.append(Flags.report.possibleDuplicates.declaration.spelling)
        }
        if let outcome { line += [Flags.report.outcomes.declaration.spelling, outcome.rawValue] }
        if path.utf8.first == UInt8(ascii: "-") { line.append("--") }
        return Self.line(line + [path])
    }

    /// Returns the command that merges the shards of a job.
    func merge(_ shard: ShardOptions) -> String {
        let folder = shard.manifest.lastIndex(of: "/").map { shard.manifest[...$0] } ?? ""
        return Self.line(
            [Command.report.rawValue]
                + Self.words(for: Flags.report.shards.declaration, value: shard.manifest)
                + Self.words(for: Flags.report.merge.declaration, value: folder + shard.report))
    }

    private static func line(_ words: [String]) -> String {
        ShellWords.commandLine(["hookbatch"] + words)
    }

    /// Returns a flag as given, once per value; nothing if it is not given.
    private static func words(for flag: FlagDeclaration, _ arguments: Arguments) -> [String] {
        arguments.texts(of: flag).flatMap {
            flag.takesValue ? words(for: flag, value: $0) : [flag.spelling]
        }
    }

    /// Returns a flag with its value as it is in `words`; nothing if it is not there.
    private static func words(for flag: FlagDeclaration, in words: [String]) -> [String] {
        guard
            let index = words.firstIndex(where: {
                $0 == flag.spelling || $0.hasPrefix(flag.spelling + "=")
            })
        else { return [] }
        return Array(words[index...].prefix(words[index] == flag.spelling ? 2 : 1))
    }

    private static func words(for flag: FlagDeclaration, value: String) -> [String] {
        // Another word that begins with two dashes would be the next flag.
        value.hasPrefix("--") ? ["\(flag.spelling)=\(value)"] : [flag.spelling, value]
    }

    /// Returns the words with the shard's number in place of the batch system's variable, which
    /// another shell does not have.
    private static func naming(_ shard: Shard?, _ words: [String]) -> [String] {
        guard let shard else { return words }
        let flag = Flags.shards.shard.declaration
        let others = without(
            Flags.shards.shardBase.declaration, without(flag, words.dropFirst())[...])
        return words.prefix(1) + [flag.spelling, shard.text] + others
    }

    private static func withoutOnceOnly(_ words: ArraySlice<String>) -> [String] {
        without(Flags.stops.limit.declaration, words).filter {
            $0 != Flags.files.fresh.declaration.spelling
        }
    }

    /// Returns the words without a flag that takes a value, or without those of its values that
    /// `isRemoved` selects.
    private static func without(
        _ flag: FlagDeclaration, _ words: ArraySlice<String>,
        where isRemoved: (String) -> Bool = { _ in true }
    ) -> [String] {
        var kept: [String] = []
        var isValue = false
        for word in words {
            if isValue {
                isValue = false
                if !isRemoved(word) { kept += [flag.spelling, word] }
            } else if word == flag.spelling {
                isValue = true
            } else if !word.hasPrefix(flag.spelling + "=")
                || !isRemoved(String(word.dropFirst(flag.spelling.count + 1)))
            {
                kept.append(word)
            }
        }
        return kept
    }
}
