import Ledger

/// `Flags` of the topic Watching.
struct WatchOptions: Hashable, Sendable {
    var progress: ProgressChoice
    var progressEvery: Duration
    var isQuiet: Bool
    /// Where the summary is written a second time; nil: nowhere.
    var summary: String?
    var metrics: MetricsPath?

    /// - Parameters:
    ///   - report: Where the run's own files go; no other may have the name of one of these, nor
    ///     that of an input or the store.
    init(
        _ arguments: Arguments, report: ReportPath, inputs: [InputPath],
        destination: SendDestination
    ) throws(UsageError) {
        isQuiet = arguments.isOn(Flags.quiet)
        progress = try arguments.defaulted(Flags.progress)
        if isQuiet, progress == .auto { progress = .none }
        progressEvery = try arguments.defaulted(Flags.progressEvery)
        summary = try arguments.value(Flags.summary)
        metrics = try arguments.value(Flags.metrics)

        let outputs = [
            (Flags.summary.declaration.spelling, summary),
            (Flags.metrics.declaration.spelling, metrics?.path),
        ]
        for case (let flag, let path?) in outputs {
            try Self.refuseMissingFolder(flag, path)
            if report.wouldOverwrite(.file(path), of: inputs) {
                throw UsageError(
                    "\(flag): \(Shown.quoted(path)) is the name of another file of the run; give "
                        + "another")
            }
            var taken = inputs.compactMap { input in
                if case .file(let path) = input { path } else { nil }
            }
            if case .store(let store, _) = destination { taken.append(store) }
            if flag == Flags.summary.declaration.spelling, let metrics {
                taken.append(metrics.path)
            }
            for other in taken where Self.isSame(path, other) {
                throw UsageError("\(flag): this would overwrite \(Shown.quoted(other))")
            }
        }
    }

    private static func isSame(_ path: String, _ other: String) -> Bool {
        if InputPath.normalised(path) == InputPath.normalised(other) { return true }
        // What can't be looked at is for whoever opens it to tell.
        guard let there = try? FileStatus.of(path),
            let input = try? FileStatus.of(other, followingLinks: true)
        else { return false }
        return there.identity == input.identity
    }

    private static func refuseMissingFolder(_ flag: String, _ path: String) throws(UsageError) {
        let folder = Directory.parent(of: path)
        let isMissing = (try? FileStatus.of(folder, followingLinks: true) == nil) ?? false
        if isMissing {
            throw UsageError(
                "\(flag): there is no folder \(Shown.quoted(folder)); make it first, or name "
                    + "another")
        }
    }
}
