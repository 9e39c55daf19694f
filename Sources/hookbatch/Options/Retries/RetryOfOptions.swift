import Delivery
import Ledger
import Platform
import Sending

/// The validated `--retry-of` with its selection.
struct RetryOfOptions: Sendable {
    let plan: RetryPlan
    private let report: ReportPath

    private static let flag = Flags.retryOf.report.declaration.spelling
    private static let defaultOutcomes: Set<Outcome> = [.failed, .notAttempted]

    /// Whether `--retry-of` names the report of the lines of given files.
    static func isOfFiles(_ arguments: Arguments) -> Bool {
        arguments.isGiven(Flags.retryOf.report)
            && (!arguments.operands.isEmpty || arguments.isGiven(Flags.input.filesFrom))
    }

    /// Reads the summary beside the report; nil without `--retry-of`, and if files have the lines.
    init?(_ arguments: Arguments) throws(UsageError) {
        let outcomes = try arguments.value(Flags.retryOf.outcomes).map { Set($0) }
        let errors = try arguments.value(Flags.retryOf.errors)
        guard arguments.isGiven(Flags.retryOf.report) else {
            for flag in [Flags.retryOf.outcomes.declaration, Flags.retryOf.errors.declaration]
            where !arguments.texts(of: flag).isEmpty {
                throw UsageError(
                    "\(flag.spelling) needs \(Self.flag) (example: \(Self.flag) events.report.ndjson)"
                )
            }
            return nil
        }
        guard !Self.isOfFiles(arguments) else { return nil }
        let report = try Self.report(arguments)
        let run = try Self.run(report)
        let path = Escaping.quoted(report.path)
        if run.readUndelivered {
            throw UsageError(
                "\(Self.flag): the run of \(path) sent undelivered lines of an earlier run; "
                    + (UndeliveredAdvice.text(UndeliveredAdvice.files(of: report))
                        ?? "it left no file of lines to send again"))
        }
        for index in run.inputs.indices { try Self.check(index, run, report) }
        if outcomes?.contains(.unknown) == true,
            try arguments.defaulted(Flags.retries.delivery) == .atMostOnce
        {
            throw UsageError(
                "--outcome unknown sends lines again that may have arrived, and --delivery "
                    + "at-most-once never does; remove one")
        }
        self.report = report
        plan = RetryPlan(
            report: report.path, summary: report.summary, run: run,
            selection: RowSelection(outcomes: outcomes ?? Self.defaultOutcomes, errors: errors))
    }

    /// The inputs of the run.
    var inputs: [InputPath] { plan.run.inputs.map { .file($0.path) } }

    /// The report of the retry, beside the other: `events.try-2.report.ndjson`.
    var ownReport: ReportPath {
        FreeTry.report(of: report, after: plan.run.tries) { run in
            run.retriedID == plan.run.id && run.selection == RetryRun.selection { identity[$0] }
        }
    }

    /// The files that the retry reads, beside the inputs.
    var files: [String] { [plan.report, plan.summary] }

    /// The options that a resume must share, by flag.
    var identity: [String: String] {
        let outcomes = (plan.selection.outcomes ?? []).map(\.rawValue).sorted().joined(
            separator: ",")
        return [
            RetriedRun.option: plan.report, RetriedRun.runOption: plan.run.id,
            RetriedRun.firstRunOption: plan.run.firstID,
            RetriedRun.tryOption: String(plan.run.tries + 1),
            Flags.retryOf.outcomes.declaration.spelling: outcomes,
            Flags.retryOf.errors.declaration.spelling:
                (plan.selection.errors ?? []).sorted().joined(separator: ","),
        ]
    }

    /// The sentence for a selection without lines.
    var nothingToSend: String {
        let text =
            "nothing to send: \(Escaping.quoted(plan.report)) has no lines with "
            + Escaping.escaped(plan.selection.words.joined(separator: " and "))
        let left = [Outcome.unknown, .rejected, .invalid].compactMap { outcome in
            let count = plan.run.counts[outcome]
            let isSelected = plan.selection.outcomes?.contains(outcome) ?? true
            return count == 0 || isSelected
                ? nil : "\(WholeNumber.shown(count)) \(outcome.words)"
        }
        guard !left.isEmpty else { return text }
        let way =
            plan.run.counts.rejected > 0 && plan.selection.outcomes?.contains(.rejected) == false
            ? " (\(Flags.retryOf.outcomes.declaration.spelling) rejected sends the rejected ones as "
                + "they are)" : ""
        return text + ", but \(left.joined(separator: ", "))\(way); 'hookbatch report "
            + "\(Escaping.escaped(ShellWords.quote(plan.report)))' has what to do"
    }

    /// Returns the report of `--retry-of`, which is given.
    static func report(_ arguments: Arguments) throws(UsageError) -> ReportPath {
        let path = try arguments.value(Flags.retryOf.report) ?? ""
        guard let report = ReportPath(text: path) else {
            throw UsageError(
                "\(flag): \(Escaping.quoted(path)) is not the name of a report; it ends in .ndjson "
                    + "or .csv (example: \(flag) events.report.ndjson)")
        }
        return report
    }

    /// Reads the run of a report. Throws if it is not finished.
    static func run(_ report: ReportPath) throws(UsageError) -> RetriedRun {
        let path = Escaping.quoted(report.path)
        let files: RunFiles.Found
        let found: RetriedRun?
        do throws(SystemError) {
            files = try report.files.find()
            found = try RetriedRun(summaryAt: report.summary)
        } catch {
            throw UsageError("\(flag): \(Escaping.escaped(error.message))")
        }
        if files.journal != .absent {
            throw UsageError(
                "\(flag): the run of \(path) is not finished; run its command again to finish it "
                    + "first")
        }
        guard files.report != .absent else {
            throw UsageError("\(flag): \(path) does not exist; check the path")
        }
        guard let run = found else {
            throw UsageError(
                "\(flag): the summary of \(path), \(Escaping.quoted(report.summary)), is missing or "
                    + "damaged; "
                    + UndeliveredAdvice.text(
                        of: report.path, after: "put it beside the report"))
        }
        return run
    }

    private static func check(
        _ index: Int, _ run: RetriedRun, _ report: ReportPath
    ) throws(UsageError) {
        let input = run.inputs[index]
        let path = InputPath(operand: input.path)
        guard input.size != nil, path != .standardInput, !path.isDescriptor else {
            throw UsageError(
                "\(flag): the run of \(Escaping.quoted(report.path)) read a stream "
                    + "(\(Escaping.quoted(input.path))), which can't be read again; "
                    + (UndeliveredAdvice.text(UndeliveredAdvice.files(of: report))
                        ?? "it left no file of lines to send again"))
        }
        guard !exists(input.path) else { return }
        throw UsageError(
            "\(flag): the input \(Escaping.quoted(input.path)) of \(Escaping.quoted(report.path)) "
                + "can't be found; \(advice(index, run, report))")
    }

    /// Returns what to do without an input.
    private static func advice(_ index: Int, _ run: RetriedRun, _ report: ReportPath) -> String {
        let path = run.inputs[index].path
        if let directory = run.directory, directory != Directory.current, !path.hasPrefix("/"),
            exists("\(directory)/\(path)")
        {
            return "run this command in \(Escaping.quoted(directory)), as the first run"
        }
        let inputs = run.inputs.map { InputPath.file($0.path) }
        let undelivered = ReportPath.undeliveredExtensions.flatMap { format in
            [report.rejected, report.unknown].map { $0(index, inputs, format) }
        }.filter(exists)
        // An outbox moves an input together with its files.
        let moved = "\(Directory.parent(of: report.path))/\(path.split(separator: "/").last ?? "")"
        let isBeside = exists(moved)
        guard let text = UndeliveredAdvice.text(undelivered) else {
            return isBeside
                ? "it is beside the report now; put it back under its path" : "restore it"
        }
        return (isBeside ? "it is beside the report now, under another path; " : "restore it, or ")
            + "\(text): unchanged lines keep their rows and keys"
    }

    private static func exists(_ path: String) -> Bool {
        FileStatus.exists(path, followingLinks: true)
    }
}
