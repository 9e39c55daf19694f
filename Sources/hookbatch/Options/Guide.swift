import CGuides

/// A guide: a topic of `hookbatch help`, and a Markdown file in `hookbatch.docc`.
enum Guide: String, CaseIterable, Sendable {
    case inputs, reports
    case exitCodes = "exit-codes"
    case pace, connections, jobs, recipes, machines, rehearsal, security, benchmarks, changes

    /// One line, for the list of topics.
    var summary: String {
        switch self {
        case .inputs: "Formats, field mapping, invalid lines, check."
        case .reports: "Rows, outcomes, error codes, files of a run, the report command."
        case .exitCodes: "What each exit code means, and what to do."
        case .pace: "Rate limits, concurrency, retries, outages."
        case .connections: "Replaced keys, header fields, proxies, servers that move."
        case .jobs: "cron and systemd, progress, metrics, resuming, variables, deploying."
        case .recipes: "Ten rows first, Excel, a log, the night job, 3 a.m., disk space."
        case .machines: "One job in shards: Slurm, Kubernetes, cloud batch, GNU parallel."
        case .rehearsal: "A local API with injected faults; local stores."
        case .security: "The API key, TLS, file permissions."
        case .benchmarks: "Throughput, memory and start-up beside other programs."
        case .changes: "What changed for users, by version."
        }
    }

    /// The name of its file, without the extension.
    var fileName: String {
        switch self {
        case .machines: "ManyMachines"
        case .exitCodes: "Exit-Codes"
        case .inputs, .reports, .pace, .connections, .jobs, .recipes, .rehearsal, .security,
            .benchmarks, .changes:
            rawValue.prefix(1).uppercased() + rawValue.dropFirst()
        }
    }

    /// Finds the guide to a subject that users look for; nil for other words.
    init?(of word: String) {
        let guide: Guide? =
            switch word {
            case "csv", "json", "ndjson", "gzip", "map", "format", "columns", "select": .inputs
            case "errors", "outcomes", "codes", "duplicates", "unknown", "rejected", "retry-of":
                .reports
            case "exit", "status": .exitCodes
            case "rates", "limits", "retries", "retry", "throttle", "outage": .pace
            case "proxy", "headers", "keys": .connections
            case "cron", "systemd", "mail", "metrics", "resume", "bar", "docker": .jobs
            case "excel", "log", "logs", "migration", "replay", "backfill", "disk": .recipes
            case "slurm", "kubernetes", "shards", "parallel": .machines
            case "test", "webhooks", "endpoints": .rehearsal
            case "key", "tls", "certificates", "secrets": .security
            case "speed", "memory": .benchmarks
            case "versions", "news": .changes
            default: nil
            }
        guard let guide else { return nil }
        self = guide
    }

    /// The Markdown, byte for byte.
    var text: String {
        let text =
            switch self {
            case .inputs: hb_guide_inputs()
            case .reports: hb_guide_reports()
            case .exitCodes: hb_guide_exit_codes()
            case .pace: hb_guide_pace()
            case .connections: hb_guide_connections()
            case .jobs: hb_guide_jobs()
            case .recipes: hb_guide_recipes()
            case .machines: hb_guide_machines()
            case .rehearsal: hb_guide_rehearsal()
            case .security: hb_guide_security()
            case .benchmarks: hb_guide_benchmarks()
            case .changes: hb_guide_changes()
            }
        return String(
            decoding: UnsafeBufferPointer(start: text.bytes, count: text.count), as: UTF8.self)
    }
}
