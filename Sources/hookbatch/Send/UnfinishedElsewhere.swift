import Ledger
import Platform
import Sending

/// An unfinished run of the same input with another report: its files are in the input's folder, where
/// the command ran before, or its `--report` was forgotten. Another run would send its lines again.
enum UnfinishedElsewhere {
    /// Returns the message that refuses a new run; nil if there is no such run, or `--report` names
    /// the place of this one.
    static func refusal(_ options: SendOptions) -> String? {
        guard let input = inputOfUsualReport(options), Directory.parent(of: input) != "." else {
            return nil
        }
        let folder = Directory.parent(of: input)
        let journal = "\(folder)/\(options.report.journal)"
        guard let header = try? Journal.header(of: journal),
            let first = header.inputs.first?.path,
            FileStatus.areSame(first.hasPrefix("/") ? first : "\(folder)/\(first)", input)
        else { return nil }
        return
            "\(Escaping.quoted(journal)) is the journal of an unfinished run of this input; resume it "
            + "there with the same command, where the input is \(Escaping.quoted(first)), or choose "
            + "another --report to send everything again; change to its folder with:\n  cd "
            + Escaping.escaped(ShellWords.quote(folder))
    }

    /// Returns the message that refuses a new run with the usual report, if the same run was begun with
    /// another report in its folder; nil if there is no such run.
    static func refusal(ofNamed plan: RunPlan, _ options: SendOptions) -> String? {
        guard !options.isFresh, options.retryOf == nil, options.origins == nil,
            options.shard == nil, inputOfUsualReport(options) != nil
        else { return nil }
        let folder = Directory.parent(of: options.report.path)
        let names = ((try? Directory.names(in: folder)) ?? [])
            .compactMap { String(validating: $0, as: UTF8.self) }
            .filter { $0.hasSuffix(RunFiles.journalExtension) }
        for name in names.sorted().prefix(maxJournals) {
            let journal = folder == "." ? name : "\(folder)/\(name)"
            guard journal != options.report.journal,
                let header = try? Journal.header(of: journal), isSame(header, plan, options)
            else { continue }
            let step = RunSummary.NextStep.resuming(header)
            return
                "\(Escaping.quoted(journal)) is the journal of an unfinished run of this input with the "
                + "same flags and another --report; this run would send its lines again; "
                + (step.map { "\(Escaping.escaped($0.reason)):\n  \(NextStepText.command($0))\n" }
                    ?? "resume it with --report \(ShellWords.quote(RunFiles.report(of: journal))); ")
                + "or add --fresh to send everything"
        }
        return nil
    }

    /// The first input if the report has its usual name; nil for another report.
    private static func inputOfUsualReport(_ options: SendOptions) -> String? {
        guard case .file(let input)? = options.input.paths.first,
            options.report == ReportPath(besideInputNamed: input)
        else { return nil }
        return input
    }

    /// Maximum journals of a folder to read.
    private static let maxJournals = 500

    private static func isSame(
        _ header: JournalHeader, _ plan: RunPlan, _ options: SendOptions
    ) -> Bool {
        guard header.destination == plan.destination,
            header.inputs.count == options.input.paths.count,
            plan.flagThatDiffers(from: header.options) == nil
        else { return false }
        let directory = header.options[JournalHeader.directoryOption] ?? "."
        return zip(header.inputs, options.input.paths).allSatisfy { input, path in
            guard !input.isStream, case .file(let path) = path else { return false }
            let earlier = input.path.hasPrefix("/") ? input.path : "\(directory)/\(input.path)"
            return FileStatus.areSame(earlier, path)
        }
    }
}
