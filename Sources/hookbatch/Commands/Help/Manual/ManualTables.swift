/// What the manual page tells beside commands, flags and exit codes.
enum ManualTables {
    /// The input whose files are named.
    static let input = "events.ndjson"

    /// The files of a run, as they are called beside a report of the usual name.
    static var files: [(name: String, meaning: String)] {
        let report = ReportPath(besideInputNamed: input)
        let inputs = [InputPath.file(input)]
        return [
            (report.path, "The report. It appears when the run is finished, whole."),
            (
                report.journal,
                "What is done so far. While it exists, there is something to resume: keep it."
            ),
            (
                report.summary,
                "The counts, the cause of a stop and the exit code; at the end and at every stop."
            ),
            (
                report.rejected(input: 0, of: inputs, extension: "ndjson"),
                "The lines that certainly did not arrive, as they were: mend and send them."
            ),
            (
                report.unknown(input: 0, of: inputs, extension: "ndjson"),
                "The lines that may have arrived, apart: sending them may repeat them."
            ),
            (
                report.rest,
                "Standard input only: what was read and not finished at a stop."
            ),
            (
                Flags.store.declaration.defaultText ?? "",
                "The local store, a SQLite database, unless another is named."
            ),
        ]
    }

    /// The variables of the environment that are read.
    static var variables: [(name: String, meaning: String)] {
        let rate = Flags.rate.declaration
        let limit = Flags.requestLimit.declaration
        return [
            (
                "HOOKSTREAM_API_KEY",
                "The API key, unless \(Flags.apiKeyFile.declaration.spelling) names its file."
            ),
            (
                Environment.prefix + "NAME",
                "Sets the flag of that name for the commands that take it: "
                    + "\(rate.variable(for: .send))=\(rate.example) is \(rate.spelling) "
                    + "\(rate.example). A flag wins over its variable. A switch takes 1, true, yes "
                    + "and on, or 0, false, no and off; a flag that may be given several times, one "
                    + "value a line. An empty variable is as good as none. "
                    + "Where commands mean different things by one flag, the second command's "
                    + "variable has its name in it: \(limit.variable(for: .serve)). "
                    + "\(Flags.showOptions.declaration.spelling) shows what holds. "
                    + "It and \(Flags.fresh.declaration.spelling), "
                    + "\(Flags.limit.declaration.spelling) of send and "
                    + "\(Flags.force.declaration.spelling) of report are for one run: they are "
                    + "typed, and their variables refused."
            ),
            ("NO_COLOR", "If it is not empty, nothing is coloured, not even on a terminal."),
            ("TERM", "If it is dumb, the same, and progress is shown in lines."),
            (
                "LC_ALL, LC_CTYPE, LANG",
                "The first that is set decides whether the bar is drawn in more than ASCII."
            ),
            (
                "TMPDIR",
                "Where check \(Flags.duplicates.declaration.spelling) keeps what memory has no room "
                    + "for; /tmp without it."
            ),
        ]
    }
}
