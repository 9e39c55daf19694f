import Delivery
import Ledger
import Platform
import Sending

/// `hookbatch report`: summarizes reports and journals, or makes one report, page or listing.
enum ReportCommand {
    static func run(_ options: ReportOptions) -> ExitStatus {
        var options = options
        options.paths = options.paths.map(Self.existing)
        guard options.makesSomething else { return sumUp(options.paths) }
        do {
            try ReportMaking(options).run()
            return .success
        } catch {
            Terminal.say(error.message)
            return error.exitStatus
        }
    }

    /// Returns the path of the journal beside a report that does not exist yet, and says so.
    private static func existing(_ path: String) -> String {
        guard ReportPath(text: path) != nil, ((try? FileStatus.of(path)) ?? nil) == nil else {
            return path
        }
        let journal = RunFiles(report: path, summary: "").journal
        guard ((try? FileStatus.of(journal)) ?? nil) != nil else { return path }
        Terminal.say(
            "\(Escaping.quoted(path)) does not exist yet, since its run is not finished; this is "
                + "the run's journal, \(Escaping.quoted(journal))")
        return journal
    }

    /// Prints a summary of each report and of all together. Returns the status of the runs.
    private static func sumUp(_ paths: [String]) -> ExitStatus {
        var statuses: [ExitStatus] = []
        var all = ReportDigest()
        var isWhole = true
        for (index, path) in paths.enumerated() {
            do throws(ReportFailure) {
                let contents = try ReportContents(path) { all.add($0) }
                statuses.append(contents.exitStatus)
                let text = (index > 0 ? "\n" : "") + ReportText(contents: contents).text
                if let number = Terminal.output(text) { throw .output(number) }
            } catch {
                Terminal.say(error.message)
                statuses.append(error.exitStatus)
                isWhole = false
            }
        }
        // An incomplete report is not part of the total.
        if paths.count > 1, isWhole, let number = Terminal.output("\n" + ReportText.together(all)) {
            let failure = ReportFailure.output(number)
            Terminal.say(failure.message)
            statuses.append(failure.exitStatus)
        }
        return .mostSevere(of: statuses)
    }
}
