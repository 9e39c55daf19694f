import Delivery
import Destinations
import Ledger
import Platform
import Records
import Sending
import Time

/// The end of a process: the report of a finished run, and the summary.
struct RunFinish {
    let options: SendOptions
    let plan: RunPlan
    let inputs: RunInputs
    let past: RunJournal
    let progress: Progress
    let signals: Signals
    /// nil if the process sends nothing.
    let reserve: SummaryReserve?

    init(
        _ options: SendOptions, _ plan: RunPlan, _ inputs: RunInputs, _ past: RunJournal,
        _ progress: Progress, _ signals: Signals, _ reserve: SummaryReserve? = nil
    ) {
        self.options = options
        self.plan = plan
        self.inputs = inputs
        self.past = past
        self.progress = progress
        self.signals = signals
        self.reserve = reserve
    }

    /// Ends the run of `loop`.
    func end(_ loop: SendLoop, _ open: OpenDestination) throws(SendError) -> RunResult {
        try leaveIfLost(loop)
        if let failure = loop.failure, failure.exitStatus == .usage, !loop.core.hasSent {
            // For example a wrong stream, or unreadable certificates: nothing was sent, so there
            // is nothing to resume.
            loop.reporter.cancel()
            if !past.isResumed { try past.discard() }
            throw failure
        }
        guard loop.failure == nil, loop.core.isFinished else {
            return try stop(loop, open)
        }
        do {
            try open.destination.close()
        } catch {
            // Every row is recorded and every message is sent, so this is only a warning.
            Terminal.say("warning: \(SendError.destination(error).message)")
        }
        let headers = loop.source.headers
        var summary = makeSummary(stop: nil)
        summary.pace = RunSummary.Pace(loop, past)
        let read = loop.source.recordsRead
        if read == loop.core.counts.invalid {
            summary.noLines = NoLines(
                inputs: headers.count, headers: headers.count { !$0.isEmpty },
                blankLines: loop.source.blankLines, skipped: loop.source.recordsSkipped,
                selection: options.input.selection.words, hasText: read > 0)
        }
        return try finish(summary, loop.core.counts, loop.reporter, headers: headers) { tally in
            RunFacts(finished: loop, past, tally)
        }
    }

    /// Throws, and writes nothing, if another process has taken over the shard.
    private func leaveIfLost(_ loop: SendLoop) throws(SendError) {
        var failure = loop.failure
        if failure == nil {
            do throws(SendError) { try past.checkOwner() } catch { failure = error }
        }
        // A journal that can't be read is reported as a stop.
        guard let failure, case .ledger(.lost) = failure else { return }
        loop.reporter.abandon()
        throw failure
    }

    /// Completes a finished run whose report is not yet published.
    func complete() throws(SendError) -> RunResult {
        progress.say(
            "run \(past.runID) is finished; completing its report from "
                + Escaping.quoted(options.report.journal))
        let reporter = Reporter<RowTally>(past.journal, options.report)
        let headers = try RunCompletion(plan, inputs, past).headers()
        var summary = makeSummary(stop: nil)
        summary.pace = RunSummary.Pace(past)
        return try finish(
            summary, past.resumeState.counts, reporter, headers: headers
        ) { tally in RunFacts(completed: past, skip: options.input.skip, tally) }
    }

    // MARK: Finishing

    /// Publishes the files of a finished run.
    ///
    /// - Parameters:
    ///   - counts: The number of rows that are to come, by outcome.
    ///   - facts: Returns the facts from the totals of the rows.
    private func finish(
        _ summary: RunSummary, _ counts: Counts, _ reporter: Reporter<RowTally>,
        headers: [[UInt8]], facts: (RowTally) -> RunFacts
    ) throws(SendError) -> RunResult {
        let completion = RunCompletion(plan, inputs, past)
        let watch = ReportProgress(counts, progress, signals, canResume: completion.canResume)
        var summary = summary
        try completion.publish(
            reporter, headers: headers,
            onProgress: { (rows) throws(LedgerError) in try watch.update(rows: rows) },
            summary: { tally in
                complete(&summary, facts(tally))
                return SummaryJSON.bytes(of: summary)
            })
        return conclude(summary)
    }

    private func complete(_ summary: inout RunSummary, _ facts: RunFacts) {
        summary.facts = facts
        summary.errors = named(facts.errors)
        summary.files = [.init(kind: .report, path: options.report.path)]
        summary.files += summaryFiles
        for index in inputs.inputs.indices {
            let (rejected, unknown) = plan.undelivered(index, in: inputs)
            // Published before the summary is made.
            if Self.isThere(rejected) {
                summary.files.append(.init(kind: .rejected, path: rejected))
            }
            if Self.isThere(unknown) {
                summary.files.append(.init(kind: .unknown, path: unknown))
            }
        }
        summary.steps = RunSummary.NextStep.all(summary, options)
        summary.retryCommand = RunSummary.NextStep.retryCommand(summary, options)
    }

    /// The most frequent errors with the paths of their inputs.
    private func named(_ errors: ErrorTally) -> [RunSummary.ErrorCount] {
        let names = inputs.identities.map(\.path) + inputs.originNames
        return errors.top.map { error in
            .init(
                code: error.code, count: error.count,
                firstPath: error.firstPath ?? names[error.firstLine.file - 1],
                firstLine: error.firstLine.line)
        }
    }

    private static func isThere(_ path: String) -> Bool {
        (try? FileStatus.of(path)) != nil
    }

    // MARK: Stopping

    private func stop(_ loop: SendLoop, _ open: OpenDestination) throws(SendError) -> RunResult {
        loop.reporter.cancel()
        // A failure is more severe than an earlier signal.
        let cause = StopReason(
            loop.failure == nil ? loop.core.stopCause ?? .storage : .storage, options,
            failure: loop.failure, connect: open.destination.lastConnectFailure)
        var summary = makeSummary(stop: cause)
        summary.facts = RunFacts(stopped: loop, past)
        summary.errors = named(summary.facts.errors)
        summary.pace = RunSummary.Pace(loop, past)
        summary.files = [.init(kind: .journal, path: options.report.journal)]
        var failures: [SendError] = []
        do {
            if !inputs.canBeReadAgain, try UnfinishedFile.write(options.report.rest, of: loop) {
                summary.files.append(.init(kind: .rest, path: options.report.rest))
            }
        } catch {
            failures.append(error)
        }
        summary.files += summaryFiles
        summary.steps = RunSummary.NextStep.all(summary, options)
        reserve?.release()
        do {
            try write(summary, to: options.report.summary)
        } catch {
            failures.append(error)
        }
        return conclude(summary, failures)
    }

    private func write(_ summary: RunSummary, to path: String) throws(SendError) {
        do {
            try AtomicFile.write(SummaryJSON.bytes(of: summary), to: path)
        } catch {
            throw .file(error)
        }
    }

    // MARK: Both

    private func makeSummary(stop: StopReason?) -> RunSummary {
        let endedAt = Timestamp(nanoseconds: WallClock.nanoseconds)
        return RunSummary(
            runID: past.runID.description, stop: stop,
            startedAt: past.startedAt,
            endedAt: endedAt, processes: processes(until: endedAt, stop),
            elapsed: .nanoseconds(MonotonicClock.now.nanoseconds(since: plan.startedAt)),
            inputs: inputs.identities.map { input in
                .init(
                    path: input.path, size: input.isStream ? nil : input.size,
                    modified: input.isStream
                        ? nil : Timestamp(nanoseconds: input.modifiedNanoseconds))
            },
            destination: options.destination.inSummary, command: options.commands.resume,
            host: HostName.current, options: plan.summaryOptions,
            facts: RunFacts(), directory: Directory.current)
    }

    /// The processes of the run. The ends of earlier ones are in the summary of the last one.
    private func processes(until end: Timestamp, _ stop: StopReason?) -> [RunSummary.Process] {
        let notes = past.isResumed ? RunNotes(beside: options.report.path) : nil
        let known = notes?.runID == past.runID.description ? notes?.processes ?? [] : []
        var all = RunSummary.Process.all(startedAt: past.startTimes, known: known)
        all[all.count - 1].endedAt = end.rfc3339
        all[all.count - 1].stop = stop?.sentence
        return all
    }

    /// The paths of the summary.
    private var summaryFiles: [RunSummary.File] {
        [options.report.summary, options.watching.summary].compactMap { path in
            path.map { .init(kind: .summary, path: $0) }
        }
    }

    /// Writes the second copy of the summary, and prints the summary and the failures.
    private func conclude(_ summary: RunSummary, _ failures: [SendError] = []) -> RunResult {
        var failures = failures
        if let path = options.watching.summary {
            do {
                try write(summary, to: path)
            } catch {
                failures.append(error)
            }
        }
        progress.end()
        // All files are written: a standard error that is not read may block for ever.
        signals.release()
        show(summary)
        for failure in failures { Terminal.say(failure.message) }
        var result = RunResult(summary)
        result.exitStatus = .mostSevere(of: [summary.exitStatus] + failures.map(\.exitStatus))
        return result
    }

    private func show(_ summary: RunSummary) {
        for warning in summary.warnings { Terminal.say("warning: \(warning)") }
        let isQuiet = options.watching.isQuiet
        if isQuiet, summary.exitStatus == .success { return }
        var summary = summary
        for index in summary.steps.indices { summary.steps[index].directory = summary.directory }
        if Terminal.standardErrorIsTerminal, !isQuiet {
            // The mark comes first, so the block has no prefix.
            Terminal.show(
                SummaryText(
                    summary: summary, style: .current(), columns: Terminal.errorColumns
                ).block + "\n")
        } else {
            Terminal.say(SummaryText(summary: summary).notice)
        }
    }
}

extension SendDestination {
    var inSummary: RunSummary.Destination {
        switch self {
        case .store(let path, _): .store(path: path)
        case .api(let api): .api(url: api.url)
        }
    }
}
