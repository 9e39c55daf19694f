import Delivery
import Ledger
import Platform
import Sending

/// `hookbatch report`: summarizes reports and journals, or makes one report, page or listing.
enum ReportCommand {
    static func run(_ options: ReportOptions) -> ExitStatus {
        if let shards = options.shards { return ShardReportCommand.run(shards) }
        var options = options
        options.paths = distinct(options.paths.map(Self.existing))
        guard options.makesSomething else { return sumUp(options.paths) }
        do {
            try ReportMaking(options).run()
            return .success
        } catch {
            Terminal.say(error.message)
            return error.exitStatus
        }
    }

    /// Returns the paths without those of a file that is named before, and says so.
    private static func distinct(_ paths: [String]) -> [String] {
        var seen: Set<FileStatus.Identity> = []
        return paths.filter { path in
            guard let status = (try? FileStatus.of(path, followingLinks: true)) ?? nil,
                !seen.insert(status.identity).inserted
            else { return true }
            Terminal.say("\(Escaping.quoted(path)) is given twice, and counts once")
            return false
        }
    }

    /// Returns the path of a report that an outbox has moved, or of the journal beside one that does not
    /// exist yet, and says so.
    private static func existing(_ path: String) -> String {
        guard ReportPath(text: path) != nil, !FileStatus.exists(path) else { return path }
        if let place = path.range(ofLast: "/failed/") {
            let moved = "\(path[..<place.lowerBound])/done/\(path[place.upperBound...])"
            if FileStatus.exists(moved) {
                Terminal.say("\(Escaping.quoted(path)) was moved to \(Escaping.quoted(moved))")
                return moved
            }
        }
        let journal = RunFiles(report: path, summary: "").journal
        guard FileStatus.exists(journal) else { return path }
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
        var hasRetry = false
        var hasJournal = false
        let columns = Terminal.standardOutputIsTerminal ? Terminal.outputColumns : nil
        let reports = paths.compactMap { ReportPath(text: $0) }
        var endings: [RunEnding] = []
        for (index, path) in paths.enumerated() {
            do throws(ReportFailure) {
                let contents = try ReportContents(path) { all.add($0) }
                statuses.append(contents.exitStatus)
                if contents.notes?.firstRunID != nil { hasRetry = true }
                if contents.journal != nil { hasJournal = true }
                let ending = RunEnding(contents, others: reports)
                endings.append(ending)
                let shown = ReportText(
                    contents: contents, ending: ending, columns: columns)
                try output((index > 0 ? "\n" : "") + shown.text)
            } catch {
                Terminal.say(error.message)
                statuses.append(error.exitStatus)
                isWhole = false
            }
        }
        do throws(ReportFailure) {
            // An incomplete report is not part of the total.
            let hasTotal = paths.count > 1 && isWhole
            if hasTotal {
                if hasRetry, hasJournal {
                    Terminal.say(
                        "warning: a run is not finished; lines that were sent again are counted in "
                            + "each report")
                } else if hasRetry, let last = try LastWords.digest(of: paths) {
                    all = last
                    statuses = [ExitStatus(read: last.counts.total, counts: last.counts)]
                }
                try output("\n" + ReportText.together(all, columns: columns))
            }
            try output(
                ReportText.steps(
                    endings, of: paths, total: hasTotal && !hasJournal ? all : nil, columns: columns
                ))
        } catch {
            Terminal.say(error.message)
            statuses.append(error.exitStatus)
        }
        return .mostSevere(of: statuses)
    }

    private static func output(_ text: String) throws(ReportFailure) {
        if let number = Terminal.output(text) { throw .output(number) }
    }
}
