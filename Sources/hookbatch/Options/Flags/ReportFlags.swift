import Delivery

/// Flags of `report`.
struct ReportFlags: Sendable {
    let merge = Flag(
        "merge", .reportPath, defaultNote: "none", for: [.report], .files,
        "Write the rows of all reports to one report, sorted by file and line. The extension "
            + "selects the format: with one report this converts it.")
    let shards = Flag(
        "shards", .path(example: "events.shards.json"), defaultNote: "none", for: [.report], .files,
        "Show the state of each shard of this job, or with --merge write the report, the files of "
            + "rejected and unknown lines and the summary that one process would have left.")
    let partial = Flag(
        switch: "partial", for: [.report], .files,
        "With --shards and --merge: leave out the shards that are missing or not finished. The "
            + "summary names them, and the exit code is 3.")
    let html = Flag(
        "html", .htmlPath, defaultNote: "none", for: [.report], .files,
        "Write a page with charts and tables of the rows, as one self-contained file.")
    let force = Flag(
        switch: "force", for: [.report], .files,
        "Replace existing files of --merge or --html.")
    let rows = Flag(
        "rows", .choice(example: RowsFormat.csv),
        defaultNote: "ndjson with a filter and no output file, else the summary",
        for: [.report], .files, "Print the rows on standard output instead of the summary.")

    let outcomes = Flag(
        "outcome", .outcomes, defaultNote: "all", for: [.report], .filter,
        "Only rows with one of these outcomes.")
    let rowApps = Flag(
        "app", .words(placeholder: "IDS", noun: "a list of application ids", example: "app_1"),
        defaultNote: "all", for: [.report], .filter, "Only rows of these applications.")
    let errorCodes = Flag(
        "error",
        .words(placeholder: "CODES", noun: "a list of error codes", example: "http_404,timeout"),
        defaultNote: "all", for: [.report], .filter, "Only rows with one of these errors.")
    let possibleDuplicates = Flag(
        switch: "possible-duplicates", for: [.report], .filter,
        "Only rows whose message may have been sent twice.")
    let rowEndpoints = Flag(
        "endpoint",
        .words(
            placeholder: "ENDPOINTS", noun: "a list of endpoints' ids",
            example: "ep_01KANYX1ZR8SKTS0QP3DYRHZ7A"),
        defaultNote: "all", for: [.report], .filter,
        "Only attempts of deliveries to these endpoints.")
}

/// `--rows`.
enum RowsFormat: String, CaseIterable, Sendable {
    case ndjson, csv
}

extension ValueSyntax<String> {
    static let htmlPath = ValueSyntax(
        "PATH", noun: "a path that ends in .html", example: "report.html", completion: .files
    ) { text in
        let name = text.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        return name.hasSuffix(".html") && name.utf8.count > 5 ? text : nil
    }
}

extension ValueSyntax<[String]> {
    /// Words separated by commas.
    static func words(placeholder: String, noun: String, example: String) -> ValueSyntax {
        ValueSyntax(placeholder, noun: noun, example: example) { text in
            let words = text.split(separator: ",", omittingEmptySubsequences: false)
            return words.contains("") ? nil : words.map(String.init)
        }
    }
}

extension ValueSyntax<[Outcome]> {
    static let outcomes = ValueSyntax(
        "OUTCOMES",
        noun: "a list of " + Outcome.allCases.map(\.rawValue).joined(separator: ", "),
        example: "failed,unknown"
    ) { text in
        let words = text.split(separator: ",", omittingEmptySubsequences: false)
        let outcomes = words.compactMap { Outcome(rawValue: String($0)) }
        return outcomes.count == words.count ? outcomes : nil
    }
}
