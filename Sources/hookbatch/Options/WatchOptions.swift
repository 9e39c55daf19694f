import Ledger
import Platform
import Sending

/// `Flags` of the topic Watching.
struct WatchOptions: Hashable, Sendable {
    var progress: ProgressChoice
    var progressEvery: Duration
    var isQuiet: Bool
    /// The path of a second copy of the summary; nil: none.
    var summary: String?
    var metrics: MetricsPath?

    /// - Parameters:
    ///   - report: The names of the run's own files. Outputs may not have one of these names, nor
    ///     that of an input, the store, the key or a certificate.
    init(
        _ arguments: Arguments, report: ReportPath, inputs: [InputPath],
        destination: SendDestination, shard: ShardOptions? = nil
    ) throws(UsageError) {
        isQuiet = arguments.isOn(Flags.watching.quiet)
        progress = try arguments.defaulted(Flags.watching.progress)
        if isQuiet, progress == .auto { progress = .none }
        progressEvery = try arguments.defaulted(Flags.watching.progressEvery)
        summary = try arguments.value(Flags.watching.summary)
        metrics = try arguments.value(Flags.watching.metrics)
        if let shard {
            summary = summary.map { shard.path($0) }
            metrics = metrics?.of(shard)
        }

        let outputs = [
            (Flags.watching.summary.declaration.spelling, summary),
            (Flags.watching.metrics.declaration.spelling, metrics?.path),
        ]
        for case (let flag, let path?) in outputs {
            // Opening the file reports other errors.
            if let refusal = try? OutputFolder.refusal(of: path, for: flag) {
                throw UsageError(refusal)
            }
            if report.wouldOverwrite(.file(path), of: inputs) {
                throw UsageError(
                    "\(flag): \(Escaping.quoted(path)) is another file of this run; choose another path"
                )
            }
            var taken = inputs.compactMap { input in
                if case .file(let path) = input { path } else { nil }
            }
            if case .store(let store, _) = destination { taken.append(store) }
            if flag == Flags.watching.summary.declaration.spelling, let metrics {
                taken.append(metrics.path)
            }
            for other in taken where Self.isSame(path, other) {
                throw UsageError("\(flag): this would overwrite \(Escaping.quoted(other))")
            }
            for other in Flags.secretFiles {
                guard let secret = try arguments.value(other), Self.isSame(path, secret) else {
                    continue
                }
                // Some users pass the key itself to --api-key-file; it must not be printed.
                throw UsageError(
                    "\(flag): this would overwrite the file of \(other.declaration.spelling)")
            }
        }
    }

    private static func isSame(_ path: String, _ other: String) -> Bool {
        if InputPath.normalised(path) == InputPath.normalised(other) { return true }
        // Opening the file reports other errors.
        guard let there = try? FileStatus.of(path),
            let input = try? FileStatus.of(other, followingLinks: true)
        else { return false }
        return there.identity == input.identity
    }
}
