/// What a person or a monitor sees of a run.
extension Flags {
    static let watching: [FlagDeclaration] = [
        progress.declaration, progressEvery.declaration, quiet.declaration,
        summary.declaration, metrics.declaration,
    ]

    static let progress = Flag(
        "progress", .choice(example: ProgressChoice.plain), default: "auto", for: [.send],
        .watching,
        "How a run shows how far it is, on standard error: a bar on a terminal, plain lines, JSON "
            + "lines, or not at all. auto is a bar on a terminal, else none. SIGUSR1 always asks "
            + "for one line.")
    static let progressEvery = Flag(
        "progress-every",
        .duration(from: .milliseconds(100), to: .seconds(86_400), example: "30s"), default: "30s",
        for: [.send], .watching, "How often plain and JSON lines come.")
    static let quiet = Flag(
        switch: "quiet", for: [.send], .watching,
        "Say nothing when every line is accepted, and one line otherwise. Warnings and errors "
            + "are said.")
    static let summary = Flag(
        "summary", .path(example: "last.summary.json"), defaultNote: "beside the report only",
        for: [.send], .watching, "Write the summary here as well, at the end and at every stop.")
    static let metrics = Flag(
        "metrics", .metricsPath, defaultNote: "none", for: [.send], .watching,
        "Write metrics of the run here when it ends, stops or can't begin, for the textfile "
            + "collector of Prometheus' node exporter. A usage error leaves the file as it is: "
            + "alert on the age of its timestamp.")
}

/// `--progress`.
enum ProgressChoice: String, CaseIterable, Sendable {
    case auto, bar, plain, json, none
}

extension ValueSyntax<MetricsPath> {
    static let metricsPath = ValueSyntax(
        "PATH", noun: "a path that ends in .prom",
        example: "/var/lib/prometheus/node-exporter/nightly.prom", completion: .files,
        parse: MetricsPath.init(text:))
}

/// Where metrics go. The collector reads only what ends in `.prom`.
struct MetricsPath: Hashable, Sendable {
    let path: String
    /// The file's name without its ending: by it the metrics of several jobs are told apart.
    let batch: String

    /// nil if the name does not end in `.prom`, or is nothing but that.
    init?(text: String) {
        let name = text.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        guard name.hasSuffix(".prom"), name != ".prom" else { return nil }
        path = text
        batch = String(name.dropLast(".prom".count))
    }
}
