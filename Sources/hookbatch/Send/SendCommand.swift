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
        let startedAt = WallClock.nanoseconds
        let progress = Progress(options.watching, now: ClockReading.now().instant)
        var result: RunResult
        do {
            result = try send(options, progress, startedAt: startedAt)
        } catch {
            progress.end()
            Terminal.say(error.message)
            result = RunResult(exitStatus: error.exitStatus)
        }
        guard let metrics = options.watching.metrics else { return result.exitStatus }
        do {
            try MetricsFile.write(result, to: metrics, startedAt: startedAt)
        } catch {
            Terminal.say(SendError.file(error).message)
            result.exitStatus = .mostSevere(of: [result.exitStatus, .fileError])
        }
        return result.exitStatus
    }

    private static func send(
        _ options: SendOptions, _ progress: Progress, startedAt: Int64
    ) throws(SendError) -> RunResult {
        let signals: Signals
        do { signals = try Signals.block() } catch { throw .file(error) }
        let inputs = try RunInputs(options.input)
        if options.isFresh { try PreviousRunFiles(options, inputs).archive() }

        let journal: RunJournal
        let open: OpenDestination
        if let past = try RunJournal(resuming: options, inputs: inputs) {
            if past.isFinished {
                return try RunFinish(
                    options, inputs, past, progress, signals, startedAt: startedAt
                ).complete()
            }
            try InputComparison.run(
                inputs, options: options, past,
                VerifyProgress(past.resumeState.counts.total, progress, signals))
            progress.say(announcement(of: past, options))
            journal = past
            open = try OpenDestination(options)
        } else {
            if let past = try finishedRun(options, inputs) {
                return try repeatResult(of: past, options)
            }
            try refuseMissingFolder(options)
            try PreviousRunFiles(options, inputs).refuseIfThere()
            try inputs.refuseUnreadable(options.input.readerOptions)
            // Reports errors of the destination before the run has files.
            open = try OpenDestination(options)
            journal = try RunJournal(creating: options, inputs: inputs)
        }
        let loop = try SendLoop(options, inputs, journal, open, signals, progress)
        loop.runToEnd()
        return try RunFinish(
            options, inputs, journal, progress, signals, startedAt: startedAt
        ).end(loop, open)
    }

    private static func refuseMissingFolder(_ options: SendOptions) throws(SendError) {
        let refusal: String?
        do {
            refusal = try OutputFolder.refusal(
                of: options.report.path, for: Flags.report.declaration.spelling)
        } catch {
            throw .file(error)
        }
        if let refusal { throw .inTheWay(refusal) }
    }

    /// Returns the finished run with the same identity, if there is one.
    private static func finishedRun(
        _ options: SendOptions, _ inputs: RunInputs
    ) throws(SendError) -> PastRun? {
        do {
            guard try FileStatus.of(options.report.path) != nil else { return nil }
        } catch {
            throw .file(error)
        }
        let report = Escaping.quoted(options.report.path)
        let way =
            "choose another --report, or use --fresh to archive these files and send everything "
            + "again"
        guard
            let past = try PastRun(
                summaryAt: options.report.summary, flags: options.runIdentity.keys)
        else {
            throw .inTheWay(
                "\(report) exists without its summary, so its run is unknown; \(way)")
        }
        guard past.isOf(inputs.identities) else {
            throw .inTheWay("\(report) belongs to different input files; \(way)")
        }
        guard past.destination == options.destination.name else {
            throw .inTheWay(
                "\(report) was created with a different --to (\(Escaping.quoted(past.destination))); "
                    + way)
        }
        if let flag = options.flagThatDiffers(from: past.options) {
            throw .inTheWay(
                "\(report) was created with a different \(flag) "
                    + "(\(RunJournal.shown(past.options[flag]))); \(way)")
        }
        return past
    }

    /// Ends with the status and summary of the finished run.
    private static func repeatResult(
        of past: PastRun, _ options: SendOptions
    ) throws(SendError) -> RunResult {
        let result = RunResult(past)
        if result.exitStatus != .success || !options.watching.isQuiet {
            Terminal.say(
                "already done: \(Escaping.quoted(options.report.path)) is the report of this run "
                    + "(--fresh sends everything again)")
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

    private static func announcement(of past: RunJournal, _ options: SendOptions) -> String {
        let state = past.resumeState
        var text =
            "resuming run \(past.runID) from \(Escaping.quoted(options.report.journal)): "
            + "\(WholeNumber.shown(state.counts.total, "line")) done"
        let uncertain = state.histories.values.count { $0.isUncertain }
        if let through = state.uncertainThrough {
            text += "; the machine was reset: unfinished lines up to \(through.line) may have "
            text += "been sent"
        } else if uncertain > 0 {
            text += ", \(WholeNumber.shown(UInt64(uncertain), "uncertain line")) to retry"
        }
        return text
    }
}

extension SendLoop {
    convenience init(
        _ options: SendOptions, _ inputs: RunInputs, _ past: RunJournal, _ open: OpenDestination,
        _ signals: Signals, _ progress: Progress
    ) throws(SendError) {
        let recordsAttempts = !options.destination.isExactlyOnce
        var files = [past.journal.file]
        if let spool = past.spool { files.insert(spool.file, at: 0) }
        let syncer: Syncer?
        do {
            syncer = recordsAttempts ? try Syncer(files: files) : nil
        } catch {
            throw .file(error)
        }
        // Files were compared already; a stream is compared while it is read.
        let comparison =
            past.isResumed && !inputs.canBeReadAgain
            ? StreamComparison(
                past.resumeState, comparison: try InputComparison(past.journal), spool: past.spool)
            : nil
        let core = SendCore(
            run: Run(
                options: DeliveryOptions(options), counts: past.resumeState.counts,
                now: ClockReading.now().instant),
            encoder: JournalEncoder(inputNames: past.journal.header.inputs.map(\.path)),
            resumeState: past.resumeState, spool: past.spool, journalLength: past.journal.size,
            usesLeases: syncer != nil, recordsAttempts: recordsAttempts)
        self.init(
            core: core,
            source: RecordSource(
                inputs.inputs, options: options.input.readerOptions, skip: options.input.skip),
            journal: past.journal, spool: past.spool, syncer: syncer,
            reporter: Reporter(past.journal, options.report),
            destination: open.destination, poller: open.poller, signals: signals,
            progress: progress, comparison: comparison, runID: past.runID)
    }
}
