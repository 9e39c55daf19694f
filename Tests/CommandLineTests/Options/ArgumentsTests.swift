import Delivery

import Testing

@testable import hookbatch

/// The invocation of a command line, split at spaces.
func invocation(_ line: String) throws(UsageError) -> Invocation {
    try Invocation(words: line.split(separator: " ").map(String.init))
}

/// The arguments of a command line that runs a command.
func arguments(_ words: [String]) throws -> Arguments {
    guard case .run(let arguments) = try Invocation(words: words) else {
        throw UsageError("not a command that runs")
    }
    return arguments
}

@Suite("The command line") struct ArgumentsTests {
    @Test("A value follows its flag after a space or an equals sign")
    func values() throws {
        for line in ["send --rate 5/s a", "send --rate=5/s a", "send a --rate 5/s"] {
            let arguments = try arguments(line.split(separator: " ").map(String.init))
            #expect(try arguments.value(Flags.pace.rate) == RateArgument(text: "5/s"))
            #expect(arguments.operands == ["a"])
        }
        let empty = try arguments(["send", "--report=", "a=b"])
        #expect(empty.values["report"] == "")
        #expect(empty.operands == ["a=b"])
    }

    @Test("Two dashes end the flags, and one dash is standard input")
    func dashes() throws {
        let arguments = try arguments(["send", "-", "--fresh", "--", "--rate", "-h"])
        #expect(arguments.operands == ["-", "--rate", "-h"])
        #expect(arguments.isOn(Flags.files.fresh))
        #expect(!arguments.isGiven(Flags.pace.rate))
    }

    @Test("A flag that is given twice must have the same value")
    func twice() throws {
        #expect(throws: Never.self) {
            try invocation("send --rate 5/s --rate=5/s --fresh --fresh a")
        }
        #expect(
            throws: UsageError("--rate is given twice with different values; keep one")
        ) { try invocation("send --rate 5/s --rate 6/s a") }
    }

    @Test(
        "Help and version are recognized in all common forms",
        arguments: [
            ("help", .help(nil)), ("--help", .help(nil)), ("-h", .help(nil)),
            ("help send", .help(.send)), ("send --help", .help(.send)),
            ("send --rate 5/s -h", .help(.send)), ("help help", .help(.help)),
            ("version", .versions(isJSON: false)), ("version --json", .versions(isJSON: true)),
            ("--version", .versionLine), ("send --version", .versionLine),
            ("help report", .help(.report)), ("help reports", .guide(.reports)),
            ("help --man", .manual), ("help --completions zsh", .completions(.zsh)),
        ] as [(String, Invocation)])
    func help(line: String, expected: Invocation) throws {
        #expect(try invocation(line) == expected)
    }

    @Test(
        "The error of a wrong command line has the problem and the solution",
        arguments: [
            ("sned a", "unknown command 'sned'; did you mean 'send'?"),
            (
                "frobnicate",
                "unknown command 'frobnicate'; 'hookbatch help' lists the commands and topics"
            ),
            (
                "events.ndjson",
                "unknown command 'events.ndjson'; did you mean 'hookbatch send events.ndjson'?"
            ),
            (
                "--rate 5/s send a",
                "unknown command '--rate'; put the command first: "
                    + "hookbatch COMMAND [FLAGS] FILE..."
            ),
            ("send --reprot x a", "unknown flag '--reprot'; did you mean '--report'?"),
            ("send --concurency=5 a", "unknown flag '--concurency'; did you mean '--concurrency'?"),
            (
                "send --zzzzzzzz a",
                "unknown flag '--zzzzzzzz'; 'hookbatch help send' lists the flags"
            ),
            ("send --RATE 5/s a", "unknown flag '--RATE'; did you mean '--rate'?"),
            ("SEND a", "unknown command 'SEND'; did you mean 'send'?"),
            ("send --help=yes a", "--help does not accept a value"),
            (
                "send --dry-run a",
                "unknown flag '--dry-run'; use 'hookbatch check': it shows what would be sent"
            ),
            (
                "send --token=S3CRET a",
                "unknown flag '--token'; use the variable HOOKSTREAM_API_KEY or --api-key-file: other "
                    + "users can see a command line"
            ),
            ("send --man", "send has no --man option; 'hookbatch help send' lists its flags"),
            ("help --man send", "help --man: unexpected argument 'send'"),
            (
                "help --man --completions zsh",
                "use either --man or --completions"
            ),
            (
                "help --completions ksh",
                "--completions: 'ksh' is not one of bash, zsh, fish (example: --completions bash)"
            ),
            ("send -r a", "unknown flag '-r'; 'hookbatch help send' lists the flags"),
            ("check --to x a", "check has no --to option; 'hookbatch help check' lists its flags"),
            ("send a --rate", "--rate needs a value (example: --rate 200/s)"),
            ("send --rate --fresh a", "--rate needs a value (example: --rate 200/s)"),
            ("send --delimiter", "--delimiter needs a value (example: --delimiter ';')"),
            ("send --fresh=yes a", "--fresh does not accept a value"),
            ("version now", "version: unexpected argument 'now'"),
            ("help send check", "help: unexpected argument 'check'"),
            ("help sedn", "unknown command 'sedn'; did you mean 'send'?"),
            ("help paces", "unknown command 'paces'; did you mean 'pace'?"),
            ("pace", "unknown command 'pace'; 'hookbatch help' lists the commands and topics"),
        ])
    func wrong(line: String, message: String) {
        #expect(throws: UsageError(message)) { try invocation(line) }
    }

    @Test(
        "The error of an invalid value has the flag, the value and an example",
        arguments: [
            ("--rate", "5x", "--rate: '5x' is not a rate (example: --rate 200/s)"),
            (
                "--format", "xml",
                "--format: 'xml' is not one of auto, ndjson, json, csv, tsv (example: --format ndjson)"
            ),
            (
                "--concurrency", "0",
                "--concurrency: '0' is not a number from 1 to 1,000 or 'auto' "
                    + "(example: --concurrency 64)"
            ),
            (
                "--concurrency", "1001",
                "--concurrency: '1001' is not a number from 1 to 1,000 or 'auto' "
                    + "(example: --concurrency 64)"
            ),
            ("--limit", "0", "--limit: '0' is not a number of at least 1 (example: --limit 10)"),
            (
                "--timeout", "2h",
                "--timeout: '2h' is not a duration from 1ms to 1h (example: --timeout 30s)"
            ),
            (
                "--max-duration", "30",
                "--max-duration: invalid duration '30' (use 30s)"
            ),
            (
                "--max-duration", "0",
                "--max-duration: '0' is not a duration of at least 1ms (example: --max-duration 1h)"
            ),
            ("--rate", "20", "--rate: invalid rate '20' (use 20/s)"),
            ("--rate", "0", "--rate: '0' is not a rate (example: --rate 200/s)"),
            (
                "--max-record-bytes", "10",
                "--max-record-bytes: '10' is not a size from 1 KiB to 1 GiB "
                    + "(example: --max-record-bytes 8MiB)"
            ),
            (
                "--max-errors", "0%",
                "--max-errors: '0%' is not a number or a percentage (example: --max-errors 5%)"
            ),
            (
                "--retry-on", "200",
                "--retry-on: '200' is not a list of status codes from 300 to 599 "
                    + "(example: --retry-on 429,503,5xx)"
            ),
            (
                "--delimiter", "ab",
                "--delimiter: 'ab' is not one ASCII character, 'tab' or 'auto' (example: --delimiter ';')"
            ),
            (
                "--report", "out.txt",
                "--report: 'out.txt' is not a path that ends in .ndjson or .csv "
                    + "(example: --report out/events.report.ndjson)"
            ),
            (
                "--to", "hookstream.io",
                "--to: 'hookstream.io' is not a base URL or store:PATH "
                    + "(example: --to https://hookstream.io/v1)"
            ),
            (
                "--rate", "\u{1B}[2J",
                "--rate: '\\u{001B}[2J' is not a rate (example: --rate 200/s)"
            ),
        ])
    func badValue(flag: String, value: String, message: String) throws {
        let arguments = try arguments(["send", flag, value, "events.ndjson"])
        #expect(throws: UsageError(message)) {
            try SendOptions(arguments, words: [], environment: Environment())
        }
    }

    @Test(
        "A usage error never prints a secret",
        arguments: [
            ["--api-key=S3CRET"], ["--api-key", "S3CRET"], ["--api-key-file", "/S3CRET"],
            ["--api-key-file", "S3CRET\u{0}"], ["--proxy", "http://u:S3CRET@h p"],
            ["--to", "ftp://u:S3CRET@h/"], ["--to", "https://u:S3CRET@h/"],
            ["--to", "https://h/?key=S3CRET"], ["--rate", "https://u:S3CRET@h/"],
            ["--proxy", "S3CRET", "--proxy", "S3CRET2"],
        ])
    func secrets(flags: [String]) {
        let words =
            ["send", "events.ndjson"]
            + (flags[0] == "--api-key-file" ? ["--to", "https://h/v1"] : []) + flags
        let error = #expect(throws: UsageError.self) {
            try SendOptions(arguments(words), words: words, environment: Environment())
        }
        #expect(error?.message.contains("S3CRET") == false)
    }

    @Test("No flag of this program has a hint for other programs' flags")
    func expected() {
        for flag in Flags.all {
            for command in flag.commands {
                #expect(ExpectedFlags.hint(for: flag.spelling, of: command) == nil)
            }
        }
    }

    @Test("A hint for another program's flag names only flags of the command")
    func expectedOfCommand() {
        for spelling in [
            "--token", "--url", "--jobs", "--insecure", "--config", "--encoding", "--separator",
        ] {
            #expect(ExpectedFlags.hint(for: spelling, of: .send) != nil, "\(spelling)")
            #expect(ExpectedFlags.hint(for: spelling, of: .report) == nil, "\(spelling)")
        }
        #expect(ExpectedFlags.hint(for: "--token", of: .serve) != nil)
        #expect(ExpectedFlags.hint(for: "--dry-run", of: .check) != nil)
    }

    @Test("The nearest name is the one with the fewest typing errors")
    func nearest() {
        #expect(NearestName.distance(from: "report", to: "reprot") == 1)
        #expect(NearestName.distance(from: "", to: "abc") == 3)
        #expect(NearestName.distance(from: "kitten", to: "sitting") == 3)
        #expect(NearestName.find("rAET", among: ["RATE", "retries"]) == "RATE")
        #expect(NearestName.find("xy", among: ["ab", "cd"]) == nil)
        #expect(NearestName.find(String(repeating: "a", count: 100_000), among: ["a"]) == nil)
        for flag in Flags.all {
            #expect(
                NearestName.find(flag.spelling, among: Flags.all.map(\.spelling)) == flag.spelling)
        }
    }
}
