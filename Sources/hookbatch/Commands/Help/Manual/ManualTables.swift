import Sending

/// The files and variables in the manual page.
enum ManualTables {
    /// The example input.
    static let input = "events.ndjson"

    /// The files of a run with the default report name.
    static var files: [(name: String, meaning: String)] {
        let report = ReportPath(besideInputNamed: input)
        let inputs = [InputPath.file(input)]
        return [
            (report.path, "The report. It is written atomically when the run finishes."),
            (
                report.journal,
                "The progress so far. While it exists, there is a run to resume: keep it."
            ),
            (
                report.summary,
                "The counts, the cause of a stop and the exit code; written at the end and at every "
                    + "stop."
            ),
            (
                report.rejected(input: 0, of: inputs, extension: "ndjson"),
                "The original lines that certainly did not arrive: fix and send them."
            ),
            (
                report.unknown(input: 0, of: inputs, extension: "ndjson"),
                "The original lines that may have arrived: sending them may repeat them."
            ),
            (
                report.rest,
                "Standard input only: the records that were read and not finished at a stop."
            ),
            (
                Flags.serve.store.declaration.defaultText ?? "",
                "The default local store, a SQLite database."
            ),
        ]
    }

    /// The environment variables.
    static var variables: [(name: String, meaning: String)] {
        let rate = Flags.pace.rate.declaration
        let limit = Flags.serve.requestLimit.declaration
        return [
            (
                "HOOKSTREAM_API_KEY",
                "The API key, unless \(Flags.destination.apiKeyFile.declaration.spelling) is given."
            ),
            (
                Environment.prefix + "NAME",
                "Sets the flag of that name: "
                    + "\(rate.variable(for: .send))=\(rate.example) is \(rate.spelling) "
                    + "\(rate.example). A flag overrides its variable. A switch accepts 1, true, yes "
                    + "and on, or 0, false, no and off. A flag that can be repeated takes one value "
                    + "per line. An empty variable is ignored. "
                    + "If two commands have different flags of the same name, the second command's "
                    + "variable includes the command: \(limit.variable(for: .serve)). "
                    + "\(Flags.help.showOptions.declaration.spelling) prints the effective values. "
                    + "It and \(Flags.files.fresh.declaration.spelling), "
                    + "\(Flags.stops.limit.declaration.spelling) of send and "
                    + "\(Flags.report.force.declaration.spelling) of report are for the command line only: "
                    + "their variables are rejected."
            ),
            ("NO_COLOR", "If it is not empty, colours are off."),
            ("TERM", "If it is dumb, colours are off, and progress is printed as plain lines."),
            (
                "LC_ALL, LC_CTYPE, LANG",
                "The first that is set decides whether the bar may use characters beyond ASCII."
            ),
            (
                "TMPDIR",
                "The folder for temporary files of check "
                    + "\(Flags.check.duplicates.declaration.spelling); default: /tmp."
            ),
        ]
    }
}
