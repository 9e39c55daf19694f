import Ledger
import Platform

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
    ///     that of an input, the store, the key or a certificate.
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
            // What can't be looked at is for whoever opens it to tell.
            if let refusal = try? OutputFolder.refusal(of: path, for: flag) {
                throw UsageError(refusal)
            }
            if report.wouldOverwrite(.file(path), of: inputs) {
                throw UsageError(
                    "\(flag): \(Shown.quoted(path)) is another file of this run; choose another path"
                )
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
            for other in [Flags.apiKeyFile, Flags.clientKey, Flags.clientCert, Flags.caCert] {
                guard let secret = try arguments.value(other), Self.isSame(path, secret) else {
                    continue
                }
                // Some take --api-key-file for the key itself, which is not to be shown.
                throw UsageError(
                    "\(flag): this would overwrite the file of \(other.declaration.spelling)")
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
}
