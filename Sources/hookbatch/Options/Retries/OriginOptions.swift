import Delivery
import Ledger
import Platform
import Records
import Sending

/// The files of origins of inputs that are files of undelivered lines.
///
/// Each is beside its input, or belongs to the report of `--retry-of`.
struct OriginOptions: Sendable {
    /// One for each input, in order.
    let files: [String]
    private let headers: [OriginsHeader]
    /// The report of `--retry-of`; nil without the flag.
    private let report: ReportPath?

    private static let flag = Flags.retryOf.report.declaration.spelling

    /// Finds the origins; nil if the lines have none.
    init?(_ arguments: Arguments, input: InputOptions) throws(UsageError) {
        if RetryOfOptions.isOfFiles(arguments) {
            try Self.check(arguments)
            let report = try RetryOfOptions.report(arguments)
            let runs = RetryChain(try RetryOfOptions.run(report), report)
            (files, headers, self.report) = try Self.find(input.paths, runs, input)
            if !arguments.isOn(Flags.files.fresh) { try Self.refuseSent(input.paths) }
            return
        }
        report = nil
        var found: [(path: InputPath, file: String, header: OriginsHeader)] = []
        for path in input.paths {
            if let (file, header) = try Self.beside(path) {
                found.append((path, file, header))
            }
        }
        guard !found.isEmpty else { return nil }
        try Self.refuse(found.map { ($0.path, $0.header) }, among: input.paths, arguments)
        files = found.map(\.file)
        headers = found.map(\.header)
    }

    /// Refuses files that were sent as new lines: those that were accepted would be sent twice.
    private static func refuseSent(_ paths: [InputPath]) throws(UsageError) {
        for case .file(let path) in paths {
            // Lines that a retry has sent are left out.
            let report = ReportPath(besideInputNamed: path)
            guard RetryRun(report) == nil,
                let status = (try? FileStatus.of(path, followingLinks: true)) ?? nil,
                let run = EarlierSend.find(
                    path, modified: status.modifiedNanoseconds, size: status.size)
            else { continue }
            let fresh = Flags.files.fresh.declaration.spelling
            switch run {
            case .unfinished(let journal):
                throw UsageError(
                    "\(flag): \(Escaping.quoted(path)) is being sent as new lines; "
                        + "\(Escaping.quoted(journal)) is the journal of that run: resume it without "
                        + "\(flag), or add \(fresh) to send all lines again")
            case .finished(let run) where run.totals.counts.accepted > 0:
                throw UsageError(
                    "\(flag): \(Escaping.quoted(path)) was sent as new lines "
                        + "(\(Escaping.quoted(report.path))), of which "
                        + "\(WholeNumber.shown(run.totals.counts.accepted)) were accepted and would be "
                        + "sent twice; there is nothing left to do for these, or add \(fresh) to send "
                        + "them again")
            case .finished: continue
            }
        }
    }

    /// Refuses files of undelivered lines whose origins can't be used.
    private static func refuse(
        _ found: [(path: InputPath, header: OriginsHeader)], among paths: [InputPath],
        _ arguments: Arguments
    ) throws(UsageError) {
        let (first, header) = found[0]
        if arguments.isGiven(Flags.shards.shard) {
            let flag = Flags.shards.shard.declaration.spelling
            throw UsageError(
                "\(flag): \(Escaping.quoted(first.shown)) has undelivered lines of an earlier run, "
                    + "which one process sends; send it without \(flag)")
        }
        if let other = found.first(where: { $0.header.runID != header.runID }) {
            throw UsageError(
                "\(Escaping.quoted(first.shown)) and \(Escaping.quoted(other.path.shown)) have "
                    + "undelivered lines of two runs; send the files of each run alone")
        }
        if let other = paths.first(where: { path in !found.contains { $0.path == path } }) {
            throw UsageError(
                "\(Escaping.quoted(first.shown)) has undelivered lines of an earlier run, and "
                    + "\(Escaping.quoted(other.shown)) has no file of origins; send it alone")
        }
    }

    /// The report beside that of the earlier run; nil without `--retry-of`.
    ///
    /// - Parameter inputs: The files of the lines.
    func ownReport(_ inputs: [InputPath]) -> ReportPath? {
        report.map { report in
            FreeTry.report(of: report, after: headers[0].tries) { run in
                run.retriedID == headers[0].runID.description && run.inputs == inputs.map(\.shown)
            }
        }
    }

    /// Refuses another destination than that of the run which left the lines: it would count them as
    /// delivered.
    func refuseOther(_ destination: SendDestination) throws(UsageError) {
        for (file, header) in zip(undelivered, headers) {
            guard let earlier = header.destination, !destination.isSame(as: earlier) else {
                continue
            }
            throw UsageError(
                "\(Escaping.quoted(file)) has lines of a run to \(Escaping.quoted(earlier)), not to "
                    + "\(Escaping.quoted(destination.name)); use "
                    + "\(Flags.destination.to.declaration.spelling) "
                    + "\(Escaping.escaped(ShellWords.quote(earlier))), or "
                    + "\(Flags.files.fresh.declaration.spelling) to send them elsewhere")
        }
    }

    /// Whether `--retry-of` names the report.
    var isOfGivenReport: Bool { report != nil }

    /// The files of undelivered lines to which the origins belong.
    var undelivered: [String] { files.map { String($0.dropLast(Self.ending.count)) } }

    /// The reports of retries of the earlier run, if its name is the usual one.
    var retries: [ReportPath] {
        if let report { return [report.ofTry(headers[0].tries + 1)] }
        return zip(files, headers).flatMap { file, header -> [ReportPath] in
            let parts = header.lines.split(separator: ".")
            guard parts.count == 2, let name = file.range(ofLast: ".\(parts[1]).")
            else { return [] }
            let base = file[..<name.lowerBound]
            // With several inputs the name contains the input's number and name.
            let bases =
                [base]
                + (base.range(ofFirst: ".\(parts[0])-").map { [base[..<$0.lowerBound]] } ?? [])
            return bases.flatMap { base in
                ["ndjson", "csv"].compactMap { ReportPath(text: "\(base).report.\($0)") }
                    .map { $0.ofTry(header.tries + 1) }
            }
        }
    }

    /// The options that a resume must share, by flag.
    var identity: [String: String] {
        [
            RetriedRun.option: report?.path ?? "",
            RetriedRun.runOption: headers[0].runID.description,
            RetriedRun.firstRunOption: headers[0].firstRunID.description,
            RetriedRun.tryOption: String(headers[0].tries + 1),
            RetriedRun.linesOption: headers.map(\.lines).joined(separator: ","),
        ]
    }

    private static func check(_ arguments: Arguments) throws(UsageError) {
        let others = [
            Flags.retryOf.outcomes.declaration, Flags.retryOf.errors.declaration,
            Flags.shards.shard.declaration,
        ]
        for flag in others where !arguments.texts(of: flag).isEmpty {
            throw UsageError(
                "\(flag.spelling) can't be combined with \(Self.flag) and a file, which has the lines "
                    + "to send; remove one")
        }
    }

    /// Finds the origins of files with lines of a run, or of a later run of its lines.
    ///
    /// - Returns: The report of that run too.
    private static func find(
        _ inputs: [InputPath], _ runs: RetryChain, _ options: InputOptions
    ) throws(UsageError) -> ([String], [OriginsHeader], ReportPath) {
        var files: [String] = []
        var headers: [OriginsHeader] = []
        var found: RetryChain.Step?
        for input in inputs {
            guard case .file(let name) = input, input.isRegularFile else {
                throw UsageError(
                    "\(flag): \(Escaping.quoted(input.shown)) is not a regular file, and is read "
                        + "twice; save it as a file")
            }
            let first = runs.first
            guard !first.run.inputs.contains(where: { FileStatus.areSame($0.path, name) }) else {
                throw UsageError(
                    "\(flag): \(Escaping.quoted(name)) is an input of the run of "
                        + "\(Escaping.quoted(first.report.path)); name its file of undelivered lines, "
                        + "or no file to send the failed lines again")
            }
            let areUnknown = OriginlessFile.isOfUnknown(name)
            let steps = try runs.steps(areUnknown ? .unknown : .rejected) {
                (step) throws(UsageError) in
                try ofRun(step.run, step.report, areUnknown: areUnknown) != nil
            }
            let own = try beside(input)
            let step = own.flatMap { own in steps.first { $0.run.id == own.1.runID.description } }
            let last = step ?? suitable(steps, for: input, options)
            var place = own
            if place == nil { place = try ofRun(last.run, last.report, areUnknown: areUnknown) }
            guard let (file, header) = place else {
                throw UsageError(
                    "\(flag): the file of origins of \(Escaping.quoted(name)) is missing; keep the "
                        + "name of the file of undelivered lines, and keep NAME\(ending) beside it")
            }
            guard header.runID.description == last.run.id,
                found.map({ $0.run.id == last.run.id }) ?? true
            else {
                let other = found ?? first
                throw UsageError(
                    "\(flag): \(Escaping.quoted(name)) has lines of another run "
                        + "(\(header.runID)) than \(Escaping.quoted(other.report.path)) "
                        + "(\(other.run.id))")
            }
            found = last
            guard !files.contains(file) else {
                throw UsageError(
                    "\(flag): \(Escaping.quoted(file)) would be used for several files; put their "
                        + "lines into one")
            }
            files.append(file)
            headers.append(header)
        }
        return (files, headers, (found ?? runs.first).report)
    }

    /// Returns the newest run that has left as many lines as a file has: a copy may have more than the
    /// newest one, and those that were sent are left out.
    private static func suitable(
        _ steps: [RetryChain.Step], for input: InputPath, _ options: InputOptions
    ) -> RetryChain.Step {
        let newest = steps[steps.count - 1]
        guard steps.count > 1, case .file(let name) = input,
            let count = FileRecords.count(at: name, options)
        else { return newest }
        let kind: Outcome = OriginlessFile.isOfUnknown(name) ? .unknown : .rejected
        return steps.last { $0.run.counts.left(kind) >= count } ?? newest
    }

    private static let ending = OriginsHeader.pathExtension

    /// Returns the file of origins beside an input, which may be compressed; nil without one.
    private static func beside(
        _ input: InputPath
    ) throws(UsageError) -> (String, OriginsHeader)? {
        guard case .file(let name) = input, !input.isDescriptor, input.isRegularFile else {
            return nil
        }
        for path in paths(for: name) {
            if let header = try header(of: path) { return (path, header) }
        }
        return nil
    }

    /// The paths that the file of origins of a file may have, which may be compressed.
    static func paths(for name: String) -> [String] {
        let unpacked = InputFormat.packedExtensions.filter(name.hasSuffix)
            .map { String(name.dropLast($0.count)) }
        return ([name] + unpacked).map { $0 + ending }
    }

    /// Returns the origins of the rejected or the unknown lines of a run with one such file.
    private static func ofRun(
        _ run: RetriedRun, _ report: ReportPath, areUnknown: Bool
    ) throws(UsageError) -> (String, OriginsHeader)? {
        let inputs = run.inputs.map { InputPath.file($0.path) }
        var found: [(String, OriginsHeader)] = []
        for index in inputs.indices {
            for format in ReportPath.undeliveredExtensions {
                let name = areUnknown ? report.unknown : report.rejected
                let path = name(index, inputs, format) + ending
                if let header = try header(of: path) { found.append((path, header)) }
            }
        }
        return found.count == 1 ? found[0] : nil
    }

    private static func header(of path: String) throws(UsageError) -> OriginsHeader? {
        do {
            return try OriginsFile.header(of: path)
        } catch {
            throw UsageError(SendError.origins(error).message)
        }
    }
}
