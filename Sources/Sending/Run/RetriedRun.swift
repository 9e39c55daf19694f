package import Delivery
package import Ledger
package import Platform
import Records

/// A finished run whose lines are sent again, from the summary beside its report.
package struct RetriedRun: Hashable, Sendable {
    package var id: String
    /// The run that is not a retry: its id is in the keys of all retries.
    package var firstID: String
    /// How many runs have tried the lines, this one included.
    package var tries: Int
    package var inputs: [PastInput]
    package var counts: Counts
    /// Whether it read files of undelivered lines, so that its rows name other files.
    package var readUndelivered: Bool
    /// The working directory of the run; nil if it is unknown.
    package var directory: String?
    /// The destination as in `--to`; nil if it is unknown.
    package var destination: String?

    /// The options of a retry in journals and summaries.
    package static let option = "--retry-of"
    package static let runOption = "--retry-of (run)"
    package static let firstRunOption = "--retry-of (first run)"
    package static let tryOption = "--retry-of (try)"
    /// The files of undelivered lines that the run reads; empty for the inputs of the retried run.
    package static let linesOption = "--retry-of (lines)"
    /// The reports of other runs whose lines are left out. It is not compared.
    package static let sentByOption = "--retry-of (sent by)"
    /// The number of those lines. It is not compared.
    package static let leftOutOption = "--retry-of (left out)"
    private static let separator: Character = "\u{1F}"

    static func sentByValue(_ runs: [SentRun]) -> String {
        runs.map(\.text).joined(separator: String(separator))
    }

    /// Returns the other runs in the value of that option.
    package static func sentBy(_ value: String) -> [SentRun] {
        value.split(separator: separator).compactMap { SentRun($0) }
    }

    /// Reads the summary of a finished run; nil if it is missing or invalid.
    package init?(summaryAt path: String) throws(SystemError) {
        guard let summary = try JSONFields(readFrom: path), summary.value("finished") == "true",
            let id = summary.string("run_id"), RunID(id) != nil
        else { return nil }
        self.id = id
        firstID = id
        tries = 1
        if summary.string("options", Self.runOption) != nil {
            guard let first = summary.string("options", Self.firstRunOption), RunID(first) != nil,
                let tries = summary.string("options", Self.tryOption).flatMap({ Int($0) }),
                (2...Self.maxTries).contains(tries)
            else { return nil }
            firstID = first
            self.tries = tries
        }
        inputs = PastInput.all(in: summary)
        guard !inputs.isEmpty else { return nil }
        counts = Counts(in: summary)
        readUndelivered = !(summary.string("options", Self.linesOption) ?? "").isEmpty
        directory = summary.string("directory")
        destination =
            summary.string("destination", "store").map { "store:\($0)" }
            ?? summary.string("destination", "api")
    }

    /// Whether a run with these options read files of undelivered lines.
    package static func readUndelivered(_ options: [String: String]) -> Bool {
        !(options[linesOption] ?? "").isEmpty
    }

    private static let maxTries = 1_000_000

    /// Returns the first input whose size or time of modification differs; nil if none does.
    package func changedInput(_ now: [InputIdentity]) -> String? {
        guard now.count == inputs.count else { return inputs[0].path }
        return zip(inputs, now).first { then, now in !then.isUnchanged(now) }?.0.path
    }
}

/// The lines that a run sends again.
package struct RetryPlan: Hashable, Sendable {
    /// The path of the report of the retried run.
    package var report: String
    /// The path of its summary.
    package var summary: String
    package var run: RetriedRun
    /// The rows of the lines to send.
    package var selection: RowSelection
    /// The other runs whose lines are left out.
    package var sentBy: [SentRun] = []
    /// The path beside which temporary files are created.
    package var place = ""

    package init(report: String, summary: String, run: RetriedRun, selection: RowSelection) {
        self.report = report
        self.summary = summary
        self.run = run
        self.selection = selection
    }
}

extension RunPlan {
    /// The options that a retry need not share with the retried run.
    private static let ofRetry: Set<String> = [
        "--shard", RetriedRun.option, RetriedRun.runOption, RetriedRun.firstRunOption,
        RetriedRun.tryOption, RetriedRun.linesOption,
        "--outcome", "--error", "--delivery", "--header", "--header-file", "--known-apps-only",
        "--skip", "--only", "--except", "--time", "--time-format", "--time-zone", "--since",
        "--until", JournalHeader.paceOption,
    ]

    /// Checks that the lines of a retry can be found and have their former keys, before anything is
    /// written.
    ///
    /// - Returns: The lines that are left out; nil if the run is not a retry.
    package func checkRetry(_ inputs: RunInputs) throws(SendError) -> LeftOutLines? {
        guard let retry else { return nil }
        if let path = retry.run.changedInput(inputs.identities) {
            throw .retry(report: retry.report, .inputChanged(path))
        }
        guard let past = try PastRun(summaryAt: retry.summary, flags: identity.keys),
            past.runID == retry.run.id
        else { throw .retry(report: retry.report, .otherRows) }
        guard past.destination == destination else {
            throw .retry(
                report: retry.report, .run(.destination(past.destination, now: destination)))
        }
        if let flag = flagThatDiffers(fromSummary: past.options, except: Self.ofRetry) {
            throw .retry(report: retry.report, .run(.option(flag, value: past.options[flag])))
        }
        return try RetryLines(retry).countAll()
    }
}
