/// The commands, as a table: what each is for and how it is called.
enum Command: String, CaseIterable, Sendable {
    case send, check, report, help, version

    /// One line, for the list of commands.
    var summary: String {
        switch self {
        case .send: "Validate every line, send the valid ones, report on all."
        case .check: "Validate every line and show what a send would do; send nothing."
        case .report: "Show what reports hold, or what a stopped run has done so far."
        case .help: "Explain a command and its flags."
        case .version: "Print the version."
        }
    }

    /// What follows the command's name.
    var operands: String {
        switch self {
        case .send, .check: "[FLAGS] FILE..."
        case .report: "REPORT..."
        case .help: "[COMMAND]"
        case .version: ""
        }
    }

    /// A few sentences on what it does.
    var description: String {
        switch self {
        case .send:
            """
            Reads NDJSON or CSV files of appId, event_type and payload, and sends a message for \
            each valid line. Each line gets one row in the report. A FILE of - is standard input. \
            Run the same command again to go on with a run that stopped. Without --to nothing \
            leaves this machine: messages go into a local store.
            """
        case .check:
            """
            Reads the files as send would and shows what it found: lines, invalid lines and \
            where they stand, applications, event types, and the time that a send would take at \
            --rate. It uses no network and writes no files. A FILE of - is standard input.
            """
        case .report:
            """
            Reads reports in NDJSON, and journals of runs that are not finished, and shows what \
            became of the lines: outcomes, errors and where they are first.
            """
        case .help: "Lists the commands, or explains one."
        case .version: "Prints the name and the version of this program."
        }
    }

    /// Complete command lines that work as they stand, with what they do.
    var examples: [(line: String, meaning: String)] {
        switch self {
        case .send:
            [
                ("hookbatch send events.ndjson", "Rehearse into ./hookbatch.db."),
                (
                    "hookbatch send --to https://hookstream.io/v1 --rate 200/s events.ndjson",
                    "Send for real, with the key in HOOKSTREAM_API_KEY."
                ),
            ]
        case .check:
            [("hookbatch check --rate 200/s events.csv", "What would be sent, and how long.")]
        case .report:
            [
                ("hookbatch report events.report.ndjson", "What became of the lines."),
                (
                    "hookbatch report events.report.ndjson.journal",
                    "What is known of a run that stopped."
                ),
            ]
        case .help, .version: []
        }
    }

    /// Whether it reads input files.
    var takesFiles: Bool { self == .send || self == .check || self == .report }
}
