import Delivery
import Ledger
import Platform
import Records

extension RunInputs {
    /// Matches the records of files of undelivered lines with their origins.
    ///
    /// Each file is read once before it is sent. Memory does not grow with its size.
    package mutating func matchOrigins(_ plan: RunPlan) throws(SendError) {
        guard !plan.origins.isEmpty else { return }
        for (index, path) in plan.origins.enumerated() {
            let file: OriginsFile
            do {
                file = try OriginsFile(path, beside: plan.report.path)
            } catch {
                throw .origins(error)
            }
            let origins = try match(
                inputs[index], file, plan,
                firstName: identities.count + originNames.count + 1)
            set(origins, names: file.names, ofInput: index)
        }
    }

    private func match(
        _ input: RecordSource.Input, _ file: OriginsFile, _ plan: RunPlan, firstName: Int
    ) throws(SendError) -> InputOrigins {
        // All records, in the order of the file.
        var options = plan.readerOptions
        options.selection = RecordSelection()
        options.shard = nil
        let source = RecordSource([try input.again()], options: options)
        var matching = try system { () throws(SystemError) in
            try OriginMatching(file, beside: plan.report.path)
        }
        reading: while true {
            switch try source.next() {
            case .record:
                let application = source.bytes(source.record.appID).map { XXH64.hash($0) }
                try system { () throws(SystemError) in
                    try matching.add(hash: source.record.hash, application: application ?? 0)
                }
            case .nothingYet: continue
            case .waits, .needsRoom, .end: break reading
            }
        }
        let unmatched = try system { () throws(SystemError) in try matching.run() }
        for report in plan.earlierRetries { try matching.checkNotSent(by: report) }
        let digest = OriginsPlan.messageDigest(
            header: source.headers[0], format: input.format, options: plan.identity)
        return InputOrigins(
            file, lines: matching.lines, unmatched: unmatched,
            makesSameMessages: digest == file.header.messageDigest, firstName: firstName)
    }

    private func system<R>(_ body: () throws(SystemError) -> R) throws(SendError) -> R {
        do { return try body() } catch { throw .file(error) }
    }
}
