/// The table of commands.
enum Command: String, CaseIterable, Sendable {
    case send, outbox, check, report, serve, store, deliver, listen, help, version

    /// One line, for the list of commands.
    var summary: String {
        switch self {
        case .send: "Validate every line, send the valid ones, and write a report."
        case .outbox: "Send each complete file of a folder once, for cron and systemd."
        case .check: "Validate every line and show what a send would do; send nothing."
        case .report: "Summarize, filter, convert and merge reports; write an HTML page."
        case .serve: "Run a local API backed by a store."
        case .listen: "Receive webhooks on this machine, check their signatures, and print them."
        case .store: "Inspect and manage a local store."
        case .deliver: "Send a store's messages to the endpoints, as the API does."
        case .help: "Explain a command and its flags, or print a guide."
        case .version: "Print the versions of this program and of the libraries it finds."
        }
    }

    /// The syntax after the command's name.
    var operands: String {
        switch self {
        case .send, .check: "[FLAGS] FILE..."
        case .outbox: "[FLAGS] FOLDER"
        case .report: "[FLAGS] REPORT..."
        case .serve, .listen, .deliver: "[FLAGS]"
        case .store: "ACTION [FLAGS]"
        case .help: "[FLAGS] [COMMAND|TOPIC]"
        case .version: "[FLAGS]"
        }
    }

    /// A few sentences for the help.
    var description: String {
        switch self {
        case .send:
            """
            Reads NDJSON, JSON, CSV or TSV files of appId, event_type and payload, and sends a \
            message for each valid line. The report has one row per line. A FILE of - is standard \
            input. Run the same command again to resume a stopped run. Without --to nothing leaves \
            this machine: messages go into a local store.
            """
        case .outbox:
            """
            Sends the complete files of a folder in the order of their names, each in a process of \
            its own, and moves each with its report into done/ or failed/. A stopped file is in \
            sending/, and the next round resumes it. Hidden files and names that end in .part, \
            .partial, .filepart, .tmp or .crdownload are left alone. Content that was sent once is not \
            sent again under the same name. Each problem is reported once, not in each round. A round \
            does nothing while another one runs. All flags apply to each file, except --metrics.
            """
        case .check:
            """
            Reads the files as send does and shows the lines, the invalid lines and where they \
            are, the largest records, applications, event types, and the time that a send would \
            take at --rate or --app-rate. It uses no network and leaves no files. A FILE of - is \
            standard input.
            """
        case .report:
            """
            Reads reports in NDJSON or CSV, and journals of unfinished runs, and summarizes them: \
            outcomes, errors with their first lines, times, and the applications and event types \
            with the most failures. The exit code is that of the run. With --merge, --html, --rows \
            or a filter it processes all reports together, and exits with 0 on success.
            """
        case .serve:
            """
            Responds to POST /v1/applications/{appId}/messages as the API does, and stores the \
            messages. For a full rehearsal, send with --to http://127.0.0.1:4010/v1 and the same \
            key. Unknown applications are registered, unless --known-apps-only is given. Faults \
            can be injected. GET /healthz returns 200. Without a key in HOOKSTREAM_API_KEY or \
            --api-key-file, a new key is created and printed. The server runs until SIGTERM or \
            SIGINT.
            """
        case .listen:
            """
            A receiver of webhooks for tests. It prints one line for each POST: the time, whether the \
            signature holds, the response's status, the path, the webhook-id, the type, and the number \
            of the attempt if the same id arrived before. It responds with 200, or with --status, and \
            faults can be injected. Signatures are those of the Standard Webhooks specification \
            (HMAC-SHA256). It runs until SIGTERM or SIGINT.
            """
        case .store:
            """
            Shows and changes the contents of a local store. The output is a table on a terminal, \
            otherwise NDJSON.
            """
        case .deliver:
            """
            Sends the pending deliveries of a local store that are due to their endpoints, signed as \
            Standard Webhooks, and ends; --watch continues until a stop. A 2xx is a delivery, and 410 \
            disables the endpoint. Everything else is attempted again by --schedule, with the same \
            webhook-id. Redirects are not followed, and no proxy is used. A process that was killed \
            is resumed by the same command; what was in flight is sent again. 'hookbatch store' adds \
            endpoints and lists deliveries.
            """
        case .help:
            """
            Lists the commands and topics, explains a command, or prints the guide to a topic. It \
            also prints the manual page and completion scripts for shells.
            """
        case .version:
            """
            Prints the version and the commit of this program, the toolchain that built it, and the \
            versions of the libraries that it finds on this machine. A report of a bug needs them. \
            --version, without a command, prints the first line only.
            """
        }
    }

    /// Complete command lines with their meanings.
    var examples: [(line: String, meaning: String)] {
        switch self {
        case .send:
            [
                ("hookbatch send events.ndjson", "Rehearse: store the messages in ./hookbatch.db."),
                (
                    "hookbatch send --to https://hookstream.io/v1 --rate 200/s events.ndjson",
                    "Send to the API, with the key in HOOKSTREAM_API_KEY."
                ),
            ]
        case .outbox:
            [
                ("hookbatch outbox outbox", "Rehearse: store the messages in ./hookbatch.db."),
                (
                    "hookbatch outbox --to https://hookstream.io/v1 --metrics outbox.prom outbox",
                    "Send the folder's files to the API, with metrics of the round."
                ),
            ]
        case .check:
            [
                (
                    "hookbatch check --rate 200/s events.csv",
                    "Show what would be sent, and how long it would take."
                ),
                (
                    "hookbatch check --duplicates --output json events.ndjson",
                    "The same as JSON, with duplicate lines."
                ),
                (
                    "hookbatch check --map appId=/tenant/id --map event_type=/type log.ndjson.gz",
                    "The same for a log with other member names."
                ),
            ]
        case .report:
            [
                ("hookbatch report events.report.ndjson", "Summarize a report."),
                (
                    "hookbatch report events.report.ndjson.journal",
                    "Summarize a stopped run."
                ),
                (
                    "hookbatch report events.report.ndjson --html events.report.html",
                    "Write a page with charts."
                ),
                (
                    "hookbatch report events.report.ndjson --outcome failed,unknown",
                    "Lines needing attention."
                ),
                (
                    "hookbatch report events.report.ndjson --merge events.report.csv",
                    "Convert the report to CSV."
                ),
            ]
        case .serve:
            [
                ("hookbatch serve", "Listen on 127.0.0.1:4010 and store in ./hookbatch.db."),
                (
                    "hookbatch serve --latency 50ms±20ms --limit 200/s --fail 2% --drop 1%",
                    "With injected faults."
                ),
            ]
        case .listen:
            [
                ("hookbatch listen", "Print the webhooks that arrive on 127.0.0.1:4020."),
                (
                    "hookbatch listen --status 503 --latency 2s --output json",
                    "A receiver that is slow and fails, with output for programs."
                ),
            ]
        case .store: StoreAction.examples
        case .deliver:
            [
                ("hookbatch deliver", "Deliver what is due in ./hookbatch.db, as a job of cron."),
                (
                    "hookbatch deliver --watch --endpoint-rate 10/s --store rehearsal.db",
                    "Deliver until a stop, at most 10 requests per second to each endpoint."
                ),
            ]
        case .help, .version: []
        }
    }

    /// The actions that the first operand selects, with their syntax.
    var actions: [(call: String, summary: String)] {
        self == .store ? StoreAction.allCases.map { ($0.call, $0.summary) } : []
    }

    /// Whether the command has files or a folder as operands.
    var takesFiles: Bool {
        switch self {
        case .send, .outbox, .check, .report: true
        case .serve, .listen, .store, .deliver, .help, .version: false
        }
    }

    /// Whether the command accepts operands.
    var takesOperands: Bool { takesFiles || self == .store }
}
