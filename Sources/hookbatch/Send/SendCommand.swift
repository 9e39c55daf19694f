import Delivery
import Destinations
import Ledger
import Platform
import Records
import Sending
import Time

/// `hookbatch send`: reads, sends and records until the run finishes or stops.
enum SendCommand {
    static func run(_ options: SendOptions) -> ExitStatus {
        let status = trueStatus(options)
        // For the caller alone: the summary and the metrics have the true one.
        return options.stops.hidesOutcomes && [.someNotAccepted, .someUnknown].contains(status)
            ? .success : status
    }

    private static func trueStatus(_ options: SendOptions) -> ExitStatus {
        let startedAt = MonotonicClock.now
        let progress = Progress(options.watching, now: startedAt)
        var result: RunResult
        do {
            result = try send(options, progress, startedAt: startedAt)
        } catch {
            progress.end()
            Terminal.say(options.shard == nil ? error.message : error.messageInShard)
            result = RunResult(exitStatus: error.exitStatus)
            // A batch system runs a shard again that another process may not finish.
            if options.shard != nil, case .ledger(.locked) = error { result.exitStatus = .busy }
        }
        // The metrics of a busy shard are those of the process that has it.
        guard result.exitStatus != .busy, let metrics = options.watching.metrics else {
            return result.exitStatus
        }
        do {
            try MetricsFile.write(result, to: metrics, startedAt: startedAt)
        } catch {
            Terminal.say(SendError.file(error).message)
            result.exitStatus = .mostSevere(of: [result.exitStatus, .fileError])
        }
        return result.exitStatus
    }

    private static func send(
        _ options: SendOptions, _ progress: Progress, startedAt: Instant
    ) throws(SendError) -> RunResult {
        var options = options
        let descriptors = DescriptorBudget.measured(
            wanted: options.maxConnections, inputs: options.input.paths.count,
            streams: options.input.paths.count { !$0.isRegularFile },
            hasOrigins: options.origins != nil)
        options.descriptors = descriptors
        let signals: Signals
        do { signals = try Signals.block() } catch { throw .file(error) }
        var plan = RunPlan(options, startedAt: startedAt, now: WallClock.nanoseconds)
        signals.onStatusRequest = {
            progress.tell(ProgressStatus(phase: .sending, lines: 0), at: MonotonicClock.now)
        }
        var inputs = try RunInputs(
            options.input, InputWait(signals, deadline: plan.deadline),
            maxOpen: descriptors.openInputs)
        signals.onStatusRequest = {}
        let retries = EarlierRetries(options)
        plan.sentBy = retries.finished
        plan.retry?.sentBy = retries.finished
        plan.retry?.place = options.report.path
        for report in retries.unreadable {
            progress.warn(
                "the summary of \(Escaping.quoted(report)) is missing or damaged, so lines that its run "
                    + "may have sent are not left out")
        }
        let matched = try inputs.matchOrigins(plan, progress, signals)
        if let refusal = added(inputs, options) ?? uncertain(inputs, options) {
            progress.end()
            Terminal.say(refusal)
            return RunResult(exitStatus: .usage)
        }
        tellUnmatched(inputs, progress)
        let leftOut = try plan.checkRetry(inputs) ?? matched
        if leftOut.count == leftOut.all, options.retryOf != nil || leftOut.count > 0 {
            progress.end()
            let isSettled = leftOut.unknown == 0
            if !options.watching.isQuiet || !isSettled {
                Terminal.say(nothingToSend(leftOut, options))
            }
            return RunResult(exitStatus: isSettled ? .success : .someUnknown)
        }
        plan.sentBy = leftOut.runs
        plan.leftOut = leftOut.count
        plan.retry?.sentBy = leftOut.runs
        if leftOut.count > 0 { progress.say(LeftOutText(leftOut).sentence) }
        if let source = options.shard?.choice.source, !options.watching.isQuiet {
            progress.say(source)
        }
        let job = try options.shard.map { shard throws(SendError) in
            try ShardJob(options, shard, inputs)
        }
        plan.jobID = try job?.existing()
        plan.owner = options.shard?.choice.owner
        if options.isFresh { try PreviousRunFiles(plan, inputs).archive() }

        let journal: RunJournal
        let open: OpenDestination
        if var past = try RunJournal(resuming: plan, inputs: inputs) {
            plan.takeMoments(from: past.journal.header.options)
            if past.isFinished {
                try past.resume()
                return try RunFinish(
                    options, plan, inputs, past, progress, signals
                ).complete()
            }
            if inputs.canBeReadAgain {
                try InputComparison.run(
                    inputs.again(), options: plan.readerOptions, journal: past.journal,
                    resumeState: past.resumeState,
                    VerifyProgress(
                        past.resumeState.counts.total, progress, signals, deadline: plan.deadline))
            }
            if let refusal = try refusal(
                ofArrived: options.arrived, plan, inputs, progress, signals)
            {
                return refusal
            }
            progress.say(announcement(of: past, options))
            open = try openDestination(options, progress)
            try past.resume()
            journal = past
        } else {
            if let past = try PastRun.finished(plan, inputs) {
                return try repeatResult(of: past, options)
            }
            if let refusal = try folderRefusal(options) ?? UnfinishedElsewhere.refusal(options)
                ?? UnfinishedElsewhere.refusal(ofNamed: plan, options) ?? retries.refusal
            {
                progress.end()
                Terminal.say(refusal)
                return RunResult(exitStatus: .usage)
            }
            try PreviousRunFiles(plan, inputs).refuseIfThere()
            try inputs.refuseUnreadable(plan.readerOptions)
            if let refusal = try refusal(
                ofArrived: options.arrived, plan, inputs, progress, signals)
            {
                return refusal
            }
            if Terminal.standardErrorIsTerminal {
                warnBeforeSending(inputs, plan, options, progress)
            }
            // Reports errors of the destination before the run has files.
            open = try openDestination(options, progress)
            if let job, plan.jobID == nil { plan.jobID = try job.begin() }
            journal = try RunJournal(creating: plan, inputs: inputs)
        }
        let reserve = SummaryReserve(for: options.report.summary)
        let loop = try SendLoop(
            plan, inputs, journal, destination: open.destination, poller: open.poller,
            signals: signals, observer: progress, keyRenewal: KeyRenewal(options.destination))
        loop.runToEnd()
        return try RunFinish(
            options, plan, inputs, journal, progress, signals, reserve
        ).end(loop, open)
    }

    /// Tells how many lines had arrived, if some are named; returns the end of the run if none has.
    private static func refusal(
        ofArrived arrived: ArrivedOptions?, _ plan: RunPlan, _ inputs: RunInputs,
        _ progress: Progress, _ signals: Signals
    ) throws(SendError) -> RunResult? {
        guard let arrived, let count = try plan.countArrived(inputs, progress, signals) else {
            return nil
        }
        guard count.arrived > 0 else {
            progress.end()
            Terminal.say(count.refusal(arrived))
            return RunResult(exitStatus: .usage)
        }
        progress.say(count.sentence)
        return nil
    }

    /// Warns if the payloads of the first lines probably have another name.
    ///
    /// A person at a terminal can still stop the run. The summary warns in any case.
    private static func warnBeforeSending(
        _ inputs: RunInputs, _ plan: RunPlan, _ options: SendOptions, _ progress: Progress
    ) {
        guard let facts = inputs.firstFacts(plan.readerOptions, skip: options.input.skip),
            let warning = IgnoredText(facts).warning(first: facts.read)
        else { return }
        progress.warn(warning)
    }

    /// Opens the destination, if enough descriptors are left for a connection.
    private static func openDestination(
        _ options: SendOptions, _ progress: Progress
    ) throws(SendError) -> OpenDestination {
        if let descriptors = options.descriptors {
            guard descriptors.isEnough else {
                throw .destination(.setting(flag: "ulimit -n", reason: descriptors.refusal))
            }
            if let warning = descriptors.warning { progress.say(warning) }
        }
        return try OpenDestination(options)
    }

    /// Returns why the report can't be in its folder; nil if it can.
    private static func folderRefusal(_ options: SendOptions) throws(SendError) -> String? {
        do {
            return try OutputFolder.refusal(
                of: options.report.path, for: Flags.files.report.declaration.spelling)
        } catch {
            throw .file(error)
        }
    }

    /// Ends with the status and summary of the finished run.
    private static func repeatResult(
        of past: PastRun, _ options: SendOptions
    ) throws(SendError) -> RunResult {
        let result = RunResult(past)
        if result.exitStatus != .success || !options.watching.isQuiet {
            sayDone(result.exitStatus, options)
        }
        if let path = options.watching.summary {
            do {
                try AtomicFile.write(past.text, to: path)
            } catch {
                throw .file(error)
            }
        }
        return result
    }

    /// Says that the run is finished, and what is left to do.
    private static func sayDone(_ status: ExitStatus, _ options: SendOptions) {
        let report = Escaping.quoted(options.report.path)
        let text = "already done: \(report) is the report of this run"
        guard status != .success else {
            return Terminal.say(text + " (--fresh sends everything again)")
        }
        let fact =
            text
            + (LaterRuns.haveDelivered(options.report)
                ? "; its lines are all accepted now, some by later runs"
                : ", which did not accept every line")
        let steps = RunNotes(beside: options.report.path).map { notes in
            LaterRuns(of: notes, options.report).steps(after: notes)
        }
        // A summary of an earlier version has one command alone.
        guard let steps, !steps.isEmpty else {
            return Terminal.say(
                "\(fact); the next step is in \(Escaping.quoted(options.report.summary))")
        }
        guard Terminal.standardErrorIsTerminal else {
            return Terminal.say(fact + NextStepText.lines(steps))
        }
        Terminal.show(
            Terminal.line(fact).dropLast()
                + NextStepText.block(
                    NextStepText.here(steps), .current(), columns: Terminal.errorColumns)
                + "\n")
    }

    private static func announcement(of past: RunJournal, _ options: SendOptions) -> String {
        let state = past.resumeState
        var text =
            "resuming run \(past.runID) from \(Escaping.quoted(options.report.journal)): "
            + "\(WholeNumber.shown(state.counts.total, "line")) done"
        let uncertain = state.histories.values.count { $0.isUncertain }
        if let through = state.uncertainThrough {
            let noun =
                past.journal.header.numberedInputs.contains(through.file) ? "records" : "lines"
            let host = past.formerHost.flatMap { $0 == HostName.current ? nil : $0 }
            text +=
                host.map { "; the process before was on \(Escaping.escaped($0))" }
                ?? (past.isOtherFile
                    ? "; the journal is a copy" : "; the machine was reset")
            text += ": unfinished \(noun) up to \(through.line) may have been sent"
        } else if uncertain > 0 {
            let end = options.retries.delivery == .atMostOnce ? "that end as unknown" : "to retry"
            text += ", \(WholeNumber.shown(UInt64(uncertain), "uncertain line")) \(end)"
        }
        return text
    }
}
