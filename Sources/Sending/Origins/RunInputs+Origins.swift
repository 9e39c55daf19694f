import Delivery
import Ledger
package import Platform
import Records

extension RunInputs {
    /// Matches the records of files of undelivered lines with their origins.
    ///
    /// Each file is read once before it is sent. Neither memory nor open files grow with their sizes
    /// or their number. Records that other runs have sent are left out.
    package mutating func matchOrigins(
        _ plan: RunPlan, _ observer: any RunObserver, _ signals: Signals
    ) throws(SendError) -> LeftOutLines {
        var leftOut = LeftOutLines()
        guard !plan.origins.isEmpty else { return leftOut }
        let sizes = identities.reduce(0) { $0 + $1.size }
        let progress = MatchProgress(
            VerifyProgress(
                nil, bytesTotal: sizes, observer, signals, deadline: plan.deadline))
        let run = try SendError.system { () throws(SystemError) in
            try RunOrigins(inputs: plan.origins.count, beside: plan.report.path)
        }
        for (index, path) in plan.origins.enumerated() {
            try progress.beginFile(bytes: identities[index].size)
            let file = try Self.read(path, run.names, plan, progress)
            let (origins, sent) = try match(index, file, run, plan, progress)
            set(origins, ofInput: index)
            leftOut.add(
                LeftOutLines(
                    count: origins.leftOut, all: origins.count, unknown: sent.unknown,
                    runs: sent.runs))
        }
        set(originNames: run.names.texts)
        return leftOut
    }

    /// Reads and checks a file of origins.
    private static func read(
        _ path: String, _ names: OriginNames, _ plan: RunPlan, _ progress: MatchProgress
    ) throws(SendError) -> OriginsFile {
        let file = try origins { () throws(OriginsError) in
            try OriginsFile(path, names: names, beside: plan.report.path)
        }
        progress.beginPass(steps: file.size)
        while try origins({ () throws(OriginsError) in try file.readRow() }) {
            try progress.step(to: file.bytesRead)
        }
        progress.setLines(file.count)
        return file
    }

    private static func origins<R>(
        _ body: () throws(OriginsError) -> R
    ) throws(SendError) -> R {
        do { return try body() } catch { throw .origins(error) }
    }

    /// - Returns: The lines of the file that other runs have sent too.
    private func match(
        _ index: Int, _ file: OriginsFile, _ run: RunOrigins, _ plan: RunPlan,
        _ progress: MatchProgress
    ) throws(SendError) -> (InputOrigins, SentLines) {
        let input = inputs[index]
        // All records, in the order of the file.
        var options = plan.readerOptions
        options.selection = RecordSelection()
        options.shard = nil
        let source = RecordSource([try input.again()], options: options)
        var matching = try OriginMatching(file, beside: plan.report.path, progress)
        progress.begin(.records)
        progress.beginPass(steps: file.count)
        reading: while true {
            switch try source.next() {
            case .record:
                try progress.step()
                let application = source.bytes(source.record.appID).map { XXH64.hash($0) }
                try matching.add(hash: source.record.hash, application: application ?? 0)
            case .nothingYet: try progress.update()
            case .waits, .needsRoom, .end: break reading
            }
        }
        var unmatched = try matching.run()
        progress.begin(.reports)
        let sent = try SentLines(
            plan.sentBy, names: run.names.texts, beside: plan.report.path, progress)
        var leftOut: MatchNumbers?
        if !plan.sentBy.isEmpty, let (flags, count) = try matching.sentLines(sent) {
            leftOut = flags
            if unmatched > 0, try matching.hasUnmatched(among: flags) {
                // A record that is not matched may be one of them, edited: only lines that were sent as
                // they were can't be.
                guard sent.runs.allSatisfy(\.sendsUnchanged),
                    matching.lines.count == file.count - count
                else {
                    throw .retry(
                        report: sent.runs[0].report,
                        .maybeSent(path: identities[index].path, count: unmatched))
                }
                matching = try matching.without(flags)
                unmatched = try matching.run()
                leftOut = nil
            }
        }
        let digest = OriginsPlan.messageDigest(
            header: source.headers[0], format: input.format, options: plan.identity)
        let origins = try InputOrigins(
            matching, input: index + 1, of: run, unmatched: unmatched, without: leftOut,
            makesSameMessages: digest == file.header.messageDigest,
            firstName: identities.count + 1)
        return (origins, sent)
    }
}
