import Delivery
import Sending

/// The metrics of a run in the text format of Prometheus (version 0.0.4). All except the latencies
/// are gauges, because each run replaces the values of the previous one.
struct MetricsText {
    let batch: String
    /// The label of the shard; nil for a run of all records.
    var shard: String?
    let result: RunResult
    /// The duration of this process, in nanoseconds.
    let duration: Int64
    /// The end of this process, in nanoseconds since 1970.
    let endedAt: Int64
    /// The end of the last successful process before this one, in nanoseconds since 1970.
    let earlierSuccess: Int64?

    static let lastSuccess = "hookbatch_last_success_timestamp_seconds"

    var text: String {
        var lines = Lines(batch: batch, shard: shard)
        lines.family("hookbatch_build_info", "Which version of hookbatch ran.")
        lines.sample("1", ["version": Version.number])
        lines.gauge(
            "hookbatch_last_run_timestamp_seconds", "When the last process ended, in Unix time.",
            Self.seconds(endedAt))
        if let success = result.exitStatus == .success ? endedAt : earlierSuccess {
            lines.gauge(
                Self.lastSuccess, "When a process last ended with exit code 0, in Unix time.",
                Self.seconds(success))
        }
        lines.gauge(
            "hookbatch_run_duration_seconds", "How long the last process took.",
            Self.seconds(duration))
        lines.gauge(
            "hookbatch_run_exit_code", "The exit code of the last process.",
            String(result.exitStatus.rawValue))
        lines.gauge(
            "hookbatch_run_finished",
            "1 if every line of the run has its outcome, 0 if it stopped or could not begin.",
            result.isFinished ? "1" : "0")
        if let totals = result.totals { append(totals, to: &lines) }
        if let latency = result.latency { append(latency, to: &lines) }
        return lines.text
    }

    private func append(_ totals: RunTotals, to lines: inout Lines) {
        lines.family("hookbatch_run_lines", "Lines of the run by outcome.")
        for outcome in Outcome.allCases {
            lines.sample(String(totals.counts[outcome]), ["outcome": outcome.rawValue])
        }
        lines.gauge(
            "hookbatch_run_retries", "Requests that were not their line's first.",
            String(totals.retries))
        lines.gauge(
            "hookbatch_run_possible_duplicates", "Lines that may have been sent twice.",
            String(totals.possibleDuplicates))
    }

    private func append(_ latency: RunSummary.Latency, to lines: inout Lines) {
        lines.family(
            "hookbatch_run_request_duration_seconds",
            "How long the last request of each line of the run took.", type: "summary")
        for (quantile, value) in [
            ("0.5", latency.p50), ("0.9", latency.p90), ("0.99", latency.p99),
            ("1", latency.longest),
        ] {
            lines.sample(Self.seconds(value, places: 9), ["quantile": quantile])
        }
        lines.sample(Self.seconds(latency.sum, places: 9), suffix: "_sum")
        lines.sample(String(latency.count), suffix: "_count")
    }

    /// Formats non-negative nanoseconds as decimal seconds.
    static func seconds(_ nanoseconds: Int64, places: Int = 3) -> String {
        let nanoseconds = max(0, nanoseconds)
        let digits = String(nanoseconds % 1_000_000_000)
        let fraction = String(repeating: "0", count: 9 - digits.utf8.count) + digits
        return "\(nanoseconds / 1_000_000_000).\(fraction.prefix(places))"
    }

    /// Whether a text has the metrics of a run or a round.
    static func isOne(_ text: String) -> Bool { text.hasPrefix("# HELP hookbatch_") }

    /// Returns the first value of a metric; nil if a text does not have it.
    static func value(of name: String, in text: String) -> Double? {
        let line = text.split(separator: "\n").first { line in
            line.hasPrefix(name + "{") || line.hasPrefix(name + " ")
        }
        guard let word = line?.split(separator: " ").last, let value = Double(word), value >= 0,
            value < 9e9
        else { return nil }
        return value
    }

    /// Returns the end of the last successful process from an earlier file, in nanoseconds since
    /// 1970; nil if the file does not contain it.
    static func lastSuccess(in text: String) -> Int64? {
        guard let seconds = value(of: lastSuccess, in: text), seconds > 0 else { return nil }
        // Rounds to milliseconds, as written.
        return Int64((seconds * 1000).rounded()) * 1_000_000
    }

    /// Samples by family, each with the label of its batch.
    struct Lines {
        let batch: String
        let shard: String?
        var text = ""
        private var name = ""

        init(batch: String, shard: String? = nil) {
            self.batch = batch
            self.shard = shard
        }

        mutating func family(_ name: String, _ help: String, type: String = "gauge") {
            self.name = name
            text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
        }

        mutating func sample(
            _ value: String, suffix: String = "", _ labels: KeyValuePairs<String, String> = [:]
        ) {
            var all = [("batch", batch)]
            if let shard { all.append(("shard", shard)) }
            all += labels.map { ($0.key, $0.value) }
            let words = all.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",")
            text += "\(name)\(suffix){\(words)} \(value)\n"
        }

        mutating func gauge(_ name: String, _ help: String, _ value: String) {
            family(name, help)
            sample(value)
        }

        private static func escaped(_ value: String) -> String {
            var text = ""
            for character in value.unicodeScalars {
                switch character {
                case "\\": text += #"\\"#
                case "\"": text += #"\""#
                case "\n": text += #"\n"#
                default: text.unicodeScalars.append(character)
                }
            }
            return text
        }
    }
}
