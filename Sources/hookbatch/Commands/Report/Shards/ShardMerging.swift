import Delivery
import Ledger
import Platform
import Records
import Sending

/// The merge of a job's shards: the report, the files of undelivered lines and the summary that one
/// process would have left.
///
/// The inputs are read again, so that each record is certain to have exactly one row.
struct ShardMerging {
    private let set: ShardSet
    private let output: ReportPath
    private let options: ShardReportOptions
    private let inputOptions: InputOptions

    /// - Parameters:
    ///   - set: Without shards of other jobs.
    ///   - output: The merged report.
    init(
        _ set: ShardSet, to output: ReportPath, _ options: ShardReportOptions
    ) throws(ReportFailure) {
        self.set = set
        self.output = output
        self.options = options
        let words =
            [Command.check.rawValue] + set.manifest.flags + ["--"]
            + set.manifest.inputs.map(\.path)
        do throws(UsageError) {
            guard case .run(let arguments) = try Invocation(words: words) else {
                throw UsageError("its flags are not those of a run")
            }
            try TimeZoneName.apply(arguments)
            inputOptions = try InputOptions(arguments)
        } catch {
            throw .jobFlags(path: options.manifest, reason: error.message)
        }
    }

    /// Merges, publishes all files, and returns the summary.
    func run() throws(ReportFailure) -> RunSummary {
        let inputs = try openInputs()
        // All reports are open at once.
        _ = OpenFileLimit.connections(upTo: set.states.count)
        try checkOutputs(inputs)
        do throws(ReportFailure) {
            return try merge(inputs)
        } catch {
            // Incomplete files are useless.
            for path in allOutputs(inputs) { try? File.remove(AtomicFile.temporaryPath(of: path)) }
            throw error
        }
    }

    private func merge(_ inputs: RunInputs) throws(ReportFailure) -> RunSummary {
        let reports: ShardReports
        do {
            reports = try ShardReports(set.paths, inputs: inputs.identities.map(\.path))
        } catch {
            throw .report(error)
        }
        var reading = inputOptions.readerOptions(now: 0)
        reading.computesHashes = false
        let source = RecordSource(inputs.inputs, options: reading, skip: inputOptions.skip)
        let merged = try MergedReport(output.path)
        var copies = UndeliveredFiles()
        let plans = undeliveredPlans(inputs)
        var tally = RowTally()
        reading: while true {
            switch try next(source) {
            case .record: break
            case .nothingYet: continue reading
            case .end, .waits, .needsRoom: break reading
            }
            guard let row = try row(of: source, reports) else { continue }
            try merged.append(row)
            tally.add(row.bytes, row.fields, input: source.file)
            guard row.fields.outcome != .accepted, let bytes = source.record.bytes,
                source.record.problem?.code != .incompleteInput
            else { continue }
            let original = source.bytes(bytes)
            let line = UndeliveredLine(
                row.bytes, row.fields, input: source.file, record: source.record.ordinal,
                hash: XXH64.hash(original))
            do throws(SystemError) {
                try copies.begin(line) { plan(plans[source.file - 1], of: source) }
                try copies.append(original, of: line)
            } catch {
                throw .ledger(.system(error))
            }
            do { try copies.end(line) } catch { throw .ledger(error) }
        }
        do { try reports.finish() } catch { throw .shard(error) }
        let undelivered: [String]
        do { undelivered = try copies.finish() } catch { throw .system(error) }
        return try publish(inputs, source, merged, tally, undelivered)
    }

    /// Returns the plan of the source's input with what its reading has found.
    private func plan(_ plan: UndeliveredPlan, of source: RecordSource) -> UndeliveredPlan {
        var plan = plan
        plan.header = source.header()
        plan.origins = OriginsPlan(
            of: source.inputs[source.file - 1], number: source.file, header: plan.header,
            run: set.manifest.jobID, options: set.manifest.options,
            destination: set.manifest.destination)
        return plan
    }

    private func next(_ source: RecordSource) throws(ReportFailure) -> RecordSource.Next {
        do { return try source.next() } catch { throw .input(error) }
    }

    private func row(
        of source: RecordSource, _ reports: ShardReports
    ) throws(ReportFailure) -> ReportRow? {
        let record = source.record
        let appID = source.bytes(record.appID)
        do {
            return try reports.row(
                of: ShardReports.Record(
                    input: source.file, line: record.line.value, appID: appID,
                    isInvalid: record.problem != nil),
                in: Shard.number(appID: appID, ordinal: record.ordinal, of: set.states.count))
        } catch {
            throw .shard(error)
        }
    }

    /// Opens the inputs, and compares them with those of the job.
    private func openInputs() throws(ReportFailure) -> RunInputs {
        do throws(SendError) {
            let files: [InputFile]
            do { files = try InputFile.open(all: inputOptions.paths) } catch { throw .input(error) }
            let inputs = RunInputs(
                try files.map { file throws(SendError) in
                    do throws(InputError) {
                        return RecordSource.Input(
                            file: file, format: try inputOptions.recordFormat(of: file))
                    } catch {
                        throw .input(error)
                    }
                })
            if let stream = inputs.identities.first(where: \.isStream) {
                throw .streamInShard(path: stream.path)
            }
            for (now, then) in zip(try inputs.ofJob(), set.manifest.inputs)
            where now.size != then.size || now.fingerprint != then.fingerprint {
                throw .otherJob(path: options.manifest, .content(now.path))
            }
            return inputs
        } catch {
            throw .input(error)
        }
    }

    // MARK: Files

    private func undeliveredPlans(_ inputs: RunInputs) -> [UndeliveredPlan] {
        inputs.inputs.enumerated().map { index, input in
            let ending = input.format.fileExtension
            let paths = inputOptions.paths
            return UndeliveredPlan(
                inputPath: input.file.path.shown, originals: nil,
                rejectedPath: output.rejected(input: index, of: paths, extension: ending),
                unknownPath: output.unknown(input: index, of: paths, extension: ending))
        }
    }

    private func allOutputs(_ inputs: RunInputs) -> [String] {
        [output.path, output.summary]
            + undeliveredPlans(inputs).flatMap(\.paths)
    }

    /// Rejects outputs that would overwrite a file of the job or, without `--force`, any file.
    private func checkOutputs(_ inputs: RunInputs) throws(ReportFailure) {
        let read =
            set.paths.compactMap(\.self) + [options.manifest] + inputs.identities.map(\.path)
        var identities: Set<FileStatus.Identity> = []
        for path in read {
            if let status = try status(path) { identities.insert(status.identity) }
        }
        for path in allOutputs(inputs) {
            for written in [path, AtomicFile.temporaryPath(of: path)] {
                guard let status = try status(written) else { continue }
                if identities.contains(status.identity) { throw .sameFile(path: written) }
                if written == path, !options.replacesFiles { throw .exists(path: path) }
            }
        }
    }

    private func status(_ path: String) throws(ReportFailure) -> FileStatus? {
        do { return try FileStatus.of(path, followingLinks: true) } catch { throw .system(error) }
    }

    /// Removes files of an earlier merge, and gives all files their names, the report last.
    private func publish(
        _ inputs: RunInputs, _ source: RecordSource, _ merged: MergedReport, _ tally: RowTally,
        _ undelivered: [String]
    ) throws(ReportFailure) -> RunSummary {
        let plans = undeliveredPlans(inputs)
        var summary = ShardSummary(set, inputs, inputOptions).summary(source, tally)
        if summary.stop == nil, summary.facts.read == 0 {
            summary.noLines = NoLines(
                inputs: source.headers.count, headers: source.headers.count { !$0.isEmpty },
                blankLines: source.blankLines, skipped: source.recordsSkipped,
                selection: inputOptions.selection.words)
        }
        summary.files = [
            .init(kind: .report, path: output.path), .init(kind: .summary, path: output.summary),
        ]
        for plan in plans {
            for (kind, path) in [
                (RunSummary.File.Kind.rejected, plan.rejectedPath), (.unknown, plan.unknownPath),
            ] where undelivered.contains(path) {
                summary.files.append(.init(kind: kind, path: path))
            }
        }
        let commands = ProposedCommands(ofJob: set.manifest, report: output)
        summary.steps = RunSummary.NextStep.ofJob(
            summary, commands, keyFrom: inputOptions.idempotencyKeyFrom, report: output.path)
        do throws(SystemError) {
            for path in plans.flatMap(\.paths) {
                if undelivered.contains(path) {
                    try AtomicFile.publish(path)
                } else {
                    try File.remove(path)
                }
            }
            try AtomicFile.write(SummaryJSON.bytes(of: summary), to: output.summary)
        } catch {
            throw .system(error)
        }
        try merged.commit()
        return summary
    }
}
