/// The commands, as a table: what each is for and how it is called.
enum Command: String, CaseIterable, Sendable {
    case send, check, report, serve, store, help, version

    /// One line, for the list of commands.
    var summary: String {
        switch self {
        case .send: "Validate every line, send the valid ones, report on all."
        case .check: "Validate every line and show what a send would do; send nothing."
        case .report: "Show what reports hold, as text or a page; merge and convert them."
        case .serve: "Answer as the API does, on this machine, from a store."
        case .store: "Look into a local store, and manage it."
        case .help: "Explain a command and its flags, or print a guide."
        case .version: "Print the version."
        }
    }

    /// What follows the command's name.
    var operands: String {
        switch self {
        case .send, .check: "[FLAGS] FILE..."
        case .report: "[FLAGS] REPORT..."
        case .serve: "[FLAGS]"
        case .store: "ACTION [FLAGS]"
        case .help: "[FLAGS] [COMMAND|TOPIC]"
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
            where they stand, the largest records, applications, event types, and the time that a \
            send would take at --rate or --app-rate. It uses no network and leaves no files. A \
            FILE of - is standard input.
            """
        case .report:
            """
            Reads reports in NDJSON or CSV, and journals of runs that are not finished, and shows \
            what became of the lines: outcomes, errors and where they are first, times, and which \
            applications and event types failed most. It exits as the run did. With --merge, \
            --html, --rows or a filter it makes that of all reports together, and exits with 0 \
            when it is made.
            """
        case .serve:
            """
            Answers POST /v1/applications/{appId}/messages as the API does and stores the \
            messages, so that a run can be rehearsed in full: send with --to \
            http://127.0.0.1:4010/v1 and the same key. Applications are registered on first \
            sight, unless --known-apps-only. Faults can be injected. GET /healthz answers 200. \
            Without a key in HOOKSTREAM_API_KEY or --api-key-file one is made and shown. It runs \
            until SIGTERM or SIGINT.
            """
        case .store:
            """
            Shows and changes what is in a local store. On a terminal the result is a table, \
            elsewhere NDJSON.
            """
        case .help:
            """
            Lists the commands and topics, explains a command, or prints the guide to a topic. It \
            prints the manual page and the scripts for the completions of shells too.
            """
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
            [
                ("hookbatch check --rate 200/s events.csv", "What would be sent, and how long."),
                (
                    "hookbatch check --duplicates --output json events.ndjson",
                    "The same for a program, with the lines that repeat an earlier one."
                ),
                (
                    "hookbatch check --map appId=/tenant/id --map event_type=/type log.ndjson.gz",
                    "The same for a log that was made for something else."
                ),
            ]
        case .report:
            [
                ("hookbatch report events.report.ndjson", "What became of the lines."),
                (
                    "hookbatch report events.report.ndjson.journal",
                    "What is known of a run that stopped."
                ),
                (
                    "hookbatch report events.report.ndjson --html events.report.html",
                    "The same as a page with charts."
                ),
                (
                    "hookbatch report events.report.ndjson --outcome failed,unknown",
                    "The rows of lines to look after."
                ),
                (
                    "hookbatch report events.report.ndjson --merge events.report.csv",
                    "The report as CSV."
                ),
            ]
        case .serve:
            [
                ("hookbatch serve", "Listen on 127.0.0.1:4010, and store into ./hookbatch.db."),
                (
                    "hookbatch serve --latency 50ms±20ms --limit 200/s --fail 2% --drop 1%",
                    "The same on a bad day."
                ),
            ]
        case .store: StoreAction.examples
        case .help, .version: []
        }
    }

    /// What the command does by its first operand: the name, its operands, and what it is for.
    var actions: [(call: String, summary: String)] {
        self == .store ? StoreAction.allCases.map { ($0.call, $0.summary) } : []
    }

    /// Whether it reads input files.
    var takesFiles: Bool { self == .send || self == .check || self == .report }

    /// Whether words that are no flags follow it.
    var takesOperands: Bool { takesFiles || self == .store }
}
