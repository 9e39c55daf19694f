package import Delivery
import Ledger
import Platform
import Records

/// The totals of a whole run.
package struct RunTotals: Hashable, Sendable {
    package var counts: Counts
    /// At a stop, the retries of the last process.
    package var retries: UInt64
    package var possibleDuplicates: UInt64

    package init(counts: Counts, retries: UInt64, possibleDuplicates: UInt64) {
        self.counts = counts
        self.retries = retries
        self.possibleDuplicates = possibleDuplicates
    }
}

/// A finished run, from its summary.
package struct PastRun {
    let runID: String
    package let exitCode: Int32
    let destination: String
    /// The requested options of the run identity, by flag.
    let options: [String: String]
    package let totals: RunTotals
    /// The whole summary.
    package let text: [UInt8]
    private let inputs: [PastInput]

    /// Reads the summary of a finished run; nil if it is missing or invalid.
    ///
    /// - Parameter flags: The flags to read into `options`.
    init?(summaryAt path: String, flags: some Sequence<String> = []) throws(SendError) {
        let found: JSONFields?
        do { found = try JSONFields(readFrom: path) } catch { throw .file(error) }
        guard let summary = found else { return nil }
        text = summary.text
        guard summary.value("finished") == "true", let runID = summary.string("run_id"),
            // File names contain it.
            RunID(runID) != nil, let exit = summary.value("exit_code"), let exitCode = Int32(exit)
        else { return nil }
        self.runID = runID
        self.exitCode = exitCode
        if let store = summary.string("destination", "store") {
            destination = "store:\(store)"
        } else {
            destination = summary.string("destination", "api") ?? ""
        }
        inputs = PastInput.all(in: summary)
        totals = Self.totals(summary)
        var options: [String: String] = [:]
        for flag in flags { options[flag] = summary.string("options", flag) }
        self.options = options
    }

    private static func totals(_ summary: JSONFields) -> RunTotals {
        func count(_ name: String) -> UInt64 {
            summary.number("counts", name) ?? 0
        }
        return RunTotals(
            counts: Counts(in: summary), retries: count("retries"),
            possibleDuplicates: count("possible_duplicates"))
    }

    /// Returns the finished run that `plan` describes, if there is one.
    ///
    /// Throws `.otherRun` if the report belongs to a different run.
    package static func finished(
        _ plan: RunPlan, _ inputs: RunInputs
    ) throws(SendError) -> PastRun? {
        do {
            guard try FileStatus.of(plan.report.path) != nil else { return nil }
        } catch {
            throw .file(error)
        }
        let report = plan.report.path
        guard let past = try PastRun(summaryAt: plan.report.summary, flags: plan.identity.keys)
        else { throw .otherRun(path: report, .noSummary) }
        if let jobID = plan.jobID?.description, past.runID != jobID {
            throw .otherRun(path: report, .job(past.runID, now: jobID))
        }
        guard past.isOf(inputs.identities) else { throw .otherRun(path: report, .inputFiles) }
        guard past.destination == plan.destination else {
            throw .otherRun(path: report, .destination(past.destination, now: plan.destination))
        }
        if let flag = plan.flagThatDiffers(fromSummary: past.options) {
            throw .otherRun(path: report, .option(flag, value: past.options[flag]))
        }
        return past
    }

    /// Returns whether the run read the same inputs, judged by sizes and times.
    private func isOf(_ identities: [InputIdentity]) -> Bool {
        inputs.count == identities.count
            && zip(inputs, identities).allSatisfy { then, now in
                then.path == now.path && then.isUnchanged(now)
            }
    }
}
