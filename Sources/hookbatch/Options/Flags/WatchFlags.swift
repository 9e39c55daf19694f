import Records

/// Progress, summaries and metrics.
struct WatchFlags: Sendable {
    let progress = Flag(
        "progress", .choice(example: ProgressChoice.plain), default: "auto", for: [.send],
        .watching,
        "How to show progress on standard error: a bar on a terminal, plain lines, JSON lines, or "
            + "nothing. auto is a bar on a terminal, else nothing. SIGUSR1 always prints one line.")
    let progressEvery = Flag(
        "progress-every",
        .duration(from: .milliseconds(100), to: .seconds(86_400), example: "30s"), default: "30s",
        for: [.send], .watching, "The interval between plain or JSON lines.")
    let quiet = Flag(
        switch: "quiet", for: [.send], .watching,
        "Print nothing on success, a short summary otherwise; warnings and errors still appear.")
    let summary = Flag(
        "summary", .path(example: "last.summary.json"), defaultNote: "only next to the report",
        for: [.send], .watching,
        "Write a second copy of the summary here, at the end and at every stop.")
    let metrics = Flag(
        "metrics", .metricsPath, defaultNote: "none", for: [.send], .watching,
        "Write metrics here when the run finishes, stops or can't start, or of the whole round of "
            + "an outbox, for the textfile collector of Prometheus' node exporter. A usage error leaves the file unchanged: "
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

/// The path of a metrics file. The collector reads only names that end in `.prom`.
struct MetricsPath: Hashable, Sendable {
    let path: String
    /// The file's name without its extension: the label that distinguishes jobs.
    let batch: String
    /// The name of the shard, another label; nil for a run of all records.
    let shard: String?

    /// Returns nil if the name does not end in `.prom`, or is `.prom`.
    init?(text: String) {
        let name = text.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        guard name.hasSuffix(".prom"), name != ".prom" else { return nil }
        path = text
        batch = String(name.dropLast(".prom".count))
        shard = nil
    }

    private init(path: String, batch: String, shard: String) {
        self.path = path
        self.batch = batch
        self.shard = shard
    }

    /// Returns the path of a shard. The batch is that of the whole job: without `{shard}`, and
    /// without the punctuation around it.
    func of(_ options: ShardOptions) -> MetricsPath {
        let marker = "\u{0}"
        var parts: [Substring] = options.path(batch, with: marker).split(
            separator: Character(marker))
        for index in parts.indices {
            while let last = parts[index].last, "-._".contains(last) { parts[index].removeLast() }
            while let first = parts[index].first, "-._".contains(first) {
                parts[index].removeFirst()
            }
        }
        let name = parts.filter { !$0.isEmpty }.joined(separator: "-")
        return MetricsPath(
            path: options.path(path), batch: name.isEmpty ? "shards" : name,
            shard: options.shard.name)
    }
}
