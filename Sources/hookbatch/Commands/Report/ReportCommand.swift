import Delivery
import Ledger

/// `hookbatch report`: reads reports, or the journal of a run that is not finished, and says what
/// they hold, or makes one report, a page or a listing of it.
enum ReportCommand {
    static func run(_ options: ReportOptions) -> ExitStatus {
        guard options.makesSomething else { return sumUp(options.paths) }
        do {
            try ReportMaking(options).run()
            return .success
        } catch {
            Terminal.say(error.message)
            return error.exitStatus
        }
    }

    /// Shows what each report holds, and all together; the status is that of the runs.
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
        // What could not be read whole is no part of a sum.
        if paths.count > 1, isWhole, let number = Terminal.output("\n" + ReportText.together(all)) {
            let failure = ReportFailure.output(number)
            Terminal.say(failure.message)
            statuses.append(failure.exitStatus)
        }
        return .mostSevere(of: statuses)
    }
}
