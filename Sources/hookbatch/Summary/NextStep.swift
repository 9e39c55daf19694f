import Delivery
import Ledger
import Platform
import Records
import Sending

/// The next steps after a run.
extension RunSummary.NextStep {
    /// Returns the steps after a run with this summary, in order; none if there is nothing to do.
    ///
    /// They resume a stopped run. For a finished run they resend the fixed rejected lines first, then
    /// the unknown lines.
    static func all(_ summary: RunSummary, _ options: SendOptions) -> [Self] {
        summary.stop.map { ofStop($0, summary, options) }
            ?? ofShard(summary, options)
            ?? ofMissingField(summary, options)
            ?? ofUnreadableTime(summary, options)
            ?? addingNestedField(
                summary, options,
                to: ofUndelivered(
                    summary, options.commands, keyFrom: options.input.idempotencyKeyFrom,
                    report: options.report.path, origins: options.origins?.files ?? [],
                    outbox: OutboxPlace(of: options.report)))
    }

    /// Returns the command that sends lines of a finished run again by its report; nil without unknown
    /// lines, for those of files, streams and shards, and if a person must set or fill in more. An outbox
    /// moves the inputs.
    static func retryCommand(_ summary: RunSummary, _ options: SendOptions) -> String? {
        guard summary.facts.counts.unknown > 0, summary.canBeRetried, options.shard == nil,
            OutboxPlace(of: options.report) == nil, options.commands.variables.isEmpty,
            !options.commands.hidesCredentials
        else { return nil }
        let own = options.report.ofTry(summary.tries + 1)
        return options.commands.retry(of: options.report.path, own: own)
    }

    /// Returns the steps after the merge of a job's shards; none for a partial one.
    ///
    /// - Parameters:
    ///   - keyFrom: The value of `--idempotency-key-from`.
    ///   - report: The path of the merged report.
    static func ofJob(
        _ summary: RunSummary, _ commands: ProposedCommands, keyFrom: JSONPointer?, report: String
    ) -> [Self] {
        summary.stop == nil
            ? ofUndelivered(summary, commands, keyFrom: keyFrom, report: report) : []
    }

    private static func ofStop(
        _ stop: StopReason, _ summary: RunSummary, _ options: SendOptions
    ) -> [Self] {
        let commands = options.commands
        if case .notTheAPI = stop, case .api(let url) = summary.destination {
            // The lines are finished although they are valid, or the journal is of the wrong URL.
            return [startOver(insteadOf: url, commands)]
        }
        if case .api(let url) = summary.destination, commands.canStartOver, !summary.isRetry,
            summary.hasOnlyOtherResponses, likelyURL(insteadOf: url) != nil
        {
            var step = startOver(insteadOf: url, commands)
            step.reason =
                "the URL of --to is probably wrong, and nothing was accepted; \(step.reason)"
            return [step]
        }
        var steps: [Self] = []
        if case .maxErrors = stop {
            steps.append(
                Self(
                    kind: .look, reason: "see the errors with",
                    command: commands.report(options.report.journal)))
        }
        var reason = resuming(summary)
        if commands.needsList { reason += " (and the same list on its standard input)" }
        steps.append(
            Self(
                reason: complete(reason, commands.variables, commands), command: commands.resume))
        if case .unreachable(let cause) = stop, cause.mayBeOtherURL, summary.hasSentNothing {
            // The journal is of this URL, and a resume with another is refused.
            steps.append(
                Self(
                    kind: .alternative,
                    reason: complete(
                        "if the URL of --to is wrong, put the right one in place of URL and start "
                            + "over with", commands.variablesOfOtherURL, commands),
                    command: commands.startOver(to: "URL")))
        }
        return steps
    }

    /// Merges the shards of a job: their undelivered lines are sent as those of one run, since a shard
    /// that sent its own would send them beside the merge. Nil unless the run is a finished shard.
    private static func ofShard(_ summary: RunSummary, _ options: SendOptions) -> [Self]? {
        guard let shard = options.shard else { return nil }
        let kinds: [RunSummary.File.Kind] = [.rejected, .unknown]
        guard kinds.contains(where: { !summary.paths(of: $0).isEmpty }) else { return [] }
        return [
            Self(
                kind: .look,
                reason: "when all shards are finished, merge them and see what to do with",
                command: options.commands.merge(shard))
        ]
    }

    /// - Parameters:
    ///   - origins: The files of origins of its inputs.
    ///   - outbox: The outbox that sends the run; nil without one.
    private static func ofUndelivered(
        _ summary: RunSummary, _ commands: ProposedCommands, keyFrom: JSONPointer?, report: String,
        origins: [String] = [], outbox: OutboxPlace? = nil
    ) -> [Self] {
        let rejected = summary.paths(of: .rejected)
        let unknown = summary.paths(of: .unknown)
        var steps: [Self] = []
        if case .api(let url) = summary.destination, commands.canStartOver, !summary.isRetry,
            summary.hasOnlyOtherResponses
        {
            var step = startOver(insteadOf: url, commands)
            step.reason = "if the URL of --to is wrong, \(step.reason)"
            // Fewer lines than those that stop a run.
            if likelyURL(insteadOf: url) != nil { return [step] }
            step.kind = .alternative
            steps.append(step)
        }
        if !rejected.isEmpty {
            let error = MainError(summary.facts, areUnknown: false)?.text ?? ""
            var reason = "send the lines that did not arrive\(error) again with"
            var variables = commands.lastingVariables
            var command = commands.send(rejected)
            // The input of an outbox is moved, and its next round sends the file with the same flags.
            if let outbox {
                variables = []
                command = rejected.map(outbox.giveBack).joined(separator: " && ")
            }
            if let tries = summary.triesIfRetriable, let path = ReportPath(text: report),
                outbox == nil
            {
                variables = commands.variables
                command = commands.retry(of: report, own: path.ofTry(tries + 1))
            } else if let conversion = UndeliveredConversion(summary, of: rejected) {
                reason = conversion.reason(list(rejected) + error)
                command = "\(conversion.command) && \(command)"
            } else if !summary.readUndelivered || !summary.needsNoFix {
                let cause =
                    summary.facts.counts.rejected > 0 ? ", or at the receiver what they need" : ""
                let names =
                    rejected.count == 1
                    ? "its name and all its lines" : "their names and all their lines"
                reason = "fix the lines in \(list(rejected))\(cause)\(error), keep \(names), then "
                reason += outbox == nil ? "run" : "let the next round send them with"
                switch summary.linesOfText {
                case .none: break
                case .some: reason = "lines of text (not_json) need no fix, and stay; \(reason)"
                case .all:
                    return steps + [
                        Self(
                            kind: .look,
                            reason:
                                "the lines that were not accepted are text\(error), with nothing to "
                                + "fix; see them with",
                            command: commands.report(report, outcome: .invalid))
                    ]
                }
            }
            steps.insert(
                Self(reason: complete(reason, variables, commands), command: command), at: 0)
        }
        /// - Parameter files: Those that have the keys of resent lines.
        func key(in files: [String]) -> String {
            if let keyFrom { return "its value at \(keyFrom.typed)" }
            if summary.readUndelivered { return "in \(list(files))" }
            let run = summary.options[RetriedRun.firstRunOption] ?? summary.runID
            return "hb-\(run)-\(summary.endOfKeys)"
                + (files.isEmpty
                    ? "" : "; \(ShellWords.joined(["grep", "-o", "hb-[^\"]*"] + files)) lists them")
        }
        var duplicates: [Self] = []
        if summary.facts.possibleDuplicates > 0 {
            let count = WholeNumber.shown(summary.facts.possibleDuplicates, "line")
            let end =
                unknown.isEmpty
                ? ", and need not be sent again" : ", and the accepted ones need not be sent again"
            duplicates = [
                Self(
                    kind: .look,
                    reason:
                        "\(count) may have arrived twice\(end): to find out, search the receiver for "
                        + "the message or its Idempotency-Key (\(key(in: origins))); list them with",
                    command: commands.report(report, onlyPossibleDuplicates: true))
            ]
        }
        guard !unknown.isEmpty else { return steps + duplicates }
        let error = MainError(summary.facts, areUnknown: true)?.text ?? ""
        let arrived = Flags.retryOf.arrived.declaration.spelling
        let field =
            unknown.contains { $0.hasSuffix(".csv") }
            ? "COLUMN=@FILE with the values of a column"
            : "/payload/FIELD=@FILE with the values of a field"
        let keys = "\(ArrivedRule.key)=KEY,KEY"
        steps.append(
            Self(
                kind: .look,
                reason: "find out which lines of \(list(unknown))\(error) arrived: search the "
                    + "receiver for the application, message and time of each, or for its "
                    + "Idempotency-Key (\(key(in: unknown.map { $0 + OriginsHeader.pathExtension })));"
                    + " list them with",
                command: commands.report(report, outcome: .unknown)))
        steps.append(
            Self(
                reason: complete(
                    "if some arrived, put their keys in place of KEY,KEY, or use \(arrived) \(field) "
                        + "('hookbatch help reports' has examples), and send the others with",
                    commands.lastingVariables, commands),
                command: commands.send(unknown, areUnknown: true, adding: [arrived, keys])))
        steps.append(
            Self(
                kind: .alternative,
                reason: complete(
                    "if none of them arrived, send them with", commands.lastingVariables, commands),
                command: commands.send(unknown, areUnknown: true)))
        return steps + duplicates
    }

    /// Shows reports, or rows of them, with paths for the current directory.
    ///
    /// - Parameter flags: Words of the command.
    static func showing(_ reports: [String], flags: [String], reason: String) -> Self {
        let end = reports.contains { $0.utf8.first == UInt8(ascii: "-") } ? ["--"] : []
        return Self(
            kind: .look, reason: reason,
            command: ShellWords.commandLine(
                ["hookbatch", Command.report.rawValue] + flags + end + reports),
            directory: Directory.current)
    }

    /// Returns the reason with what a person must fill in or set.
    static func complete(
        _ reason: String, _ variables: [String], _ commands: ProposedCommands
    ) -> String {
        complete(reason, variables, hidesCredentials: commands.hidesCredentials)
    }

    private static func complete(
        _ reason: String, _ variables: [String], hidesCredentials: Bool
    ) -> String {
        var reason = reason
        if hidesCredentials {
            reason =
                "put the proxy's user and password in place of \(URLText.hiddenCredentials); "
                + reason
        }
        if !variables.isEmpty {
            reason += " (with \(variables.joined(separator: ", ")) as before)"
        }
        return reason
    }

    private static let resumingWithStream =
        "resume by giving the same input again, from its start, to"

    /// Returns the step that resumes a run without a summary; nil if its journal has no command.
    static func resuming(_ journal: JournalHeader) -> Self? {
        guard let command = journal.options[JournalHeader.commandOption],
            command.holds("hookbatch ")
        else { return nil }
        let variables = journal.options[JournalHeader.variablesOption]
        let hasStream = journal.inputs.contains(where: \.isStream)
        return Self(
            reason: complete(
                hasStream ? resumingWithStream : "resume with", variables.map { [$0] } ?? [],
                hidesCredentials: command.holds(URLText.hiddenCredentials)),
            command: command, directory: journal.options[JournalHeader.directoryOption])
    }

    private static func resuming(_ summary: RunSummary) -> String {
        if summary.inputs.contains(where: \.isStream) {
            let again = resumingWithStream
            guard let rest = summary.paths(of: .rest).first else { return again }
            return "if the input can't be repeated, send only \(list([rest])); else \(again)"
        }
        return "resume with"
    }

    /// Returns paths for a sentence; of many, the first ones and the number of the others.
    private static func list(_ paths: [String]) -> String {
        let shown = paths.count > maxListed + 1 ? paths.prefix(maxListed) : paths[...]
        var names = shown.map { ShellWords.quote($0) == $0 ? $0 : Escaping.quoted($0) }
        if shown.count < paths.count { names.append("\(paths.count - shown.count) more files") }
        return names.joined(separator: " and ")
    }

    /// Maximum paths in a sentence; the command has all of them.
    private static let maxListed = 3
}
