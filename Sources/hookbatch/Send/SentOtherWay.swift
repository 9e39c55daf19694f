import Delivery
import Ledger
import Platform
import Records
import Sending

/// A run that has sent lines of an earlier run again in the other of two ways: by `--retry-of`, or
/// from a file of undelivered lines. A new run would send them once more.
enum SentOtherWay {
    /// Returns the message that refuses a new run; nil without such a run, and with `--fresh`, which
    /// sends lines again on purpose.
    static func refusal(_ options: SendOptions) -> String? {
        guard !options.isFresh, let own = options.retryOf?.identity ?? options.origins?.identity,
            let other = reports(options).first(where: {
                $0 != options.report && hasSent(Lines(own), of: own[RetriedRun.runOption], $0)
            })
        else { return nil }
        let path = Escaping.quoted(other.path)
        return
            "these lines were sent again already, by the run of \(path); \(RetriedRun.option) and "
            + "a file of undelivered lines are two ways for the same lines; --fresh would send them "
            + "once more; to see what is left, run:\n  "
            + Escaping.escaped(options.commands.report(other.path))
    }

    /// The reports that such a run has if their names are the usual ones.
    private static func reports(_ options: SendOptions) -> [ReportPath] {
        if let retry = options.retryOf, let first = ReportPath(text: retry.plan.report) {
            let inputs = retry.inputs
            return [retry.ownReport]
                + inputs.indices.flatMap { index in
                    // Their reports have the same name for all extensions.
                    [
                        first.rejected(input: index, of: inputs, extension: "ndjson"),
                        first.unknown(input: index, of: inputs, extension: "ndjson"),
                    ].map { ReportPath(besideInputNamed: $0) }
                }
        }
        return options.origins?.retries ?? []
    }

    /// Whether a run that is begun or finished has sent some of the lines of the run `id`.
    private static func hasSent(_ lines: Lines, of id: String?, _ report: ReportPath) -> Bool {
        var options: [String: String] = [:]
        if let summary = try? JSONFields(readFrom: report.summary) {
            for flag in [
                RetriedRun.runOption, RetriedRun.linesOption,
                Flags.retryOf.outcomes.declaration.spelling,
            ] { options[flag] = summary.string("options", flag) }
        } else if let journal = try? Journal.inspect(report.journal, bootID: BootID.current()) {
            options = journal.header?.options ?? [:]
        }
        return id != nil && options[RetriedRun.runOption] == id && lines.overlap(Lines(options))
    }

    /// The lines that a run sends again, by its options.
    private struct Lines {
        private let areOfFiles: Bool
        private let areUnknown: Bool
        private let areOthers: Bool

        init(_ options: [String: String]) {
            let files = options[RetriedRun.linesOption] ?? ""
            areOfFiles = !files.isEmpty
            let kinds =
                areOfFiles ? files : options[Flags.retryOf.outcomes.declaration.spelling] ?? ""
            areUnknown = kinds.holds(Outcome.unknown.rawValue)
            areOthers = kinds.split(separator: ",").contains {
                !$0.hasSuffix(Outcome.unknown.rawValue)
            }
        }

        /// Two files are not compared: each may have some of the lines.
        func overlap(_ other: Lines) -> Bool {
            areOfFiles != other.areOfFiles
                && (areUnknown && other.areUnknown || areOthers && other.areOthers)
        }
    }
}
