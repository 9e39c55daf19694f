import Sending
import TestSupport
import Testing

@testable import hookbatch

private func options(_ line: String, key: String? = nil) throws -> SendOptions {
    let words = ["send"] + line.split(separator: " ").map(String.init)
    return try SendOptions(
        arguments(words), words: words, environment: Environment(apiKey: key.map { Array($0.utf8) })
    )
}

@Suite("The options of send") struct SendOptionsTests {
    @Test(
        "Options that contradict each other are rejected with a solution",
        arguments: [
            (
                "",
                "no input file specified (example: hookbatch send events.ndjson; '-' is standard input)"
            ),
            (
                "-",
                "standard input needs --report (example: --report events.report.ndjson)"
            ),
            (
                "- - --report r.csv",
                "input '-' is given twice; every line would be sent twice"
            ),
            ("a.csv a.csv", "input 'a.csv' is given twice; every line would be sent twice"),
            ("a.csv .//a.csv", "input './/a.csv' is given twice; every line would be sent twice"),
            (
                "a.ndjson --report a.ndjson",
                "--report: the run's files would overwrite the input 'a.ndjson'; "
                    + "choose another name (example: --report again.report.ndjson)"
            ),
            (
                "./x.rejected.csv --report x.report.ndjson",
                "--report: the run's files would overwrite the input './x.rejected.csv'; "
                    + "choose another name (example: --report again.report.ndjson)"
            ),
            (
                "a --client-key k",
                "--client-key needs --client-cert; add it"
            ),
            ("a --burst 5", "--burst has no effect without --rate or --app-rate; add one"),
            ("a --ramp 5s", "--ramp needs --rate; add it (example: --rate 200/s)"),
            (
                "a --concurrency 4 --app-concurrency 5",
                "--app-concurrency 5 is above --concurrency 4; lower one or raise the other"
            ),
            (
                "a --format ndjson --no-header",
                "--no-header applies to CSV, but --format is ndjson; remove one"
            ),
            (
                "a --format ndjson --csv-payload auto",
                "--csv-payload applies to CSV, but --format is ndjson; remove one"
            ),
            (
                "a --format json --quote none",
                "--quote applies to CSV, but --format is json; remove one"
            ),
            (
                "a --records /a --csv-escape backslash",
                "--csv-escape applies to CSV, but --records to JSON; remove one"
            ),
            (
                "a --csv-escape backslash --delimiter \\",
                "a backslash can't be both --delimiter and --csv-escape; remove one"
            ),
            (
                "a --format tsv --delimiter ;",
                "--delimiter contradicts --format tsv; use --format csv with a delimiter"
            ),
            (
                "a --to https://h/v1",
                "no API key: set the variable HOOKSTREAM_API_KEY or use --api-key-file "
                    + "(example: --api-key-file /run/secrets/hookstream)"
            ),
            (
                "a --api-key-file k",
                "--api-key-file is given, but --to is not: use --to https://hookstream.io/v1 to "
                    + "send to the API, or --to store:hookbatch.db to store locally"
            ),
        ])
    func refused(line: String, message: String) {
        #expect(throws: UsageError(message)) { try options(line) }
    }

    @Test(
        "With a key in the environment, the destination must be given and secure",
        arguments: [
            (
                "a",
                "HOOKSTREAM_API_KEY is set, but --to is not: use --to https://hookstream.io/v1 to "
                    + "send to the API, or --to store:hookbatch.db to store locally"
            ),
            (
                "a --to http://example.com/v1",
                "--to: 'http://example.com/v1' would send the key and the messages unencrypted; "
                    + "use https://, or add --allow-plain-http"
            ),
            (
                "a --to https://h/v1 --known-apps-only",
                "--known-apps-only is for stores; the API always rejects unknown applications"
            ),
            (
                "a --to https://h/v1?x=1",
                "--to: The URL must not have a query ('?'). (example: --to https://hookstream.io/v1)"
            ),
        ])
    func refusedWithKey(line: String, message: String) {
        #expect(throws: UsageError(message)) { try options(line, key: "k") }
    }

    @Test("The API needs https, http on this machine, or http with a warning")
    func plainHTTP() throws {
        for url in [
            "https://h/v1", "http://127.0.0.1:80/v1", "http://localhost/v1", "http://[::1]/",
        ] {
            let options = try options("a --to \(url)", key: "k")
            #expect(options.warnings.isEmpty)
            guard case .api(let api) = options.destination else {
                Issue.record("\(url) is no API")
                continue
            }
            #expect(api.url == url)
        }
        let options = try options("a --to http://example.com/v1 --allow-plain-http", key: "k")
        #expect(
            options.warnings == [
                "--allow-plain-http: the key and the messages are sent unencrypted to "
                    + "example.com"
            ])
    }

    @Test("A store needs no key and ignores one")
    func store() throws {
        for line in ["a --to store:x.db", "a --to store:x.db --api-key-file /nonexistent"] {
            guard case .store("x.db", false) = try options(line, key: "k").destination else {
                Issue.record("no store: \(line)")
                return
            }
        }
    }

    @Test(
        "The report is named after the first input, in the current directory",
        arguments: [
            ("events.ndjson", "events.report.ndjson"), ("/data/events.csv", "events.report.ndjson"),
            ("a/b/events.ndjson.gz", "events.report.ndjson"), ("events", "events.report.ndjson"),
            ("events.rejected.ndjson", "events.rejected.report.ndjson"),
            (".csv", ".csv.report.ndjson"), ("a.json.csv", "a.json.report.ndjson"),
        ])
    func reportName(input: String, report: String) throws {
        #expect(try options("\(input) other.csv").report.path == report)
    }

    @Test("The other files of a run have the folder and the name of the report")
    func fileNames() throws {
        let one = [InputPath.file("x.csv")]
        let named = try #require(ReportPath(text: "out/day1.report.csv"))
        #expect(named.format == .csv)
        #expect(named.journal == "out/day1.report.csv.journal")
        #expect(named.summary == "out/day1.summary.json")
        #expect(named.rejected(input: 0, of: one, extension: "csv") == "out/day1.rejected.csv")
        #expect(named.unknown(input: 0, of: one, extension: "csv") == "out/day1.unknown.csv")
        #expect(named.rest == "out/day1.rest")
        for (report, next) in [
            ("a.report.ndjson", "a.try-2.report.ndjson"),
            ("d/a.try-9.report.csv", "d/a.try-2.report.csv"),
            ("r.ndjson", "r.try-2.report.ndjson"), (".try-3.ndjson", ".try-3.try-2.report.ndjson"),
            ("d/.try-3.ndjson", "d/.try-3.try-2.report.ndjson"),
            ("a.try-.ndjson", "a.try-.try-2.report.ndjson"),
        ] {
            #expect(ReportPath(text: report)?.ofTry(2).path == next)
        }
        #expect(ReportPath(text: "out.d/r.ndjson")?.summary == "out.d/r.summary.json")
        #expect(ReportPath(text: ".report.ndjson")?.summary == ".report.summary.json")
        let two = [InputPath.file("a/x.csv"), .file("b/x.csv"), .standardInput]
        #expect(named.rejected(input: 1, of: two, extension: "csv") == "out/day1.2-x.rejected.csv")
        #expect(named.rejected(input: 2, of: two, extension: "csv") == "out/day1.3--.rejected.csv")
        for bad in ["", ".csv", "a/.ndjson", "r.txt", "r", "-"] {
            #expect(ReportPath(text: bad) == nil, "\(bad)")
        }
    }

    @Test("The command to repeat is quoted for a shell and contains no password")
    func commandLine() throws {
        let words = ["send", "it's a file.csv", "--proxy", "http://u:pw@proxy:1", "--limit=5"]
        let options = try SendOptions(
            arguments(words), words: words, environment: Environment())
        #expect(
            options.commands.resume
                == #"hookbatch send 'it'\''s a file.csv' --proxy 'http://***@proxy:1'"#)
        #expect(
            options.commands.send(["x.rejected.csv"])
                == "hookbatch send --proxy 'http://***@proxy:1' x.rejected.csv")
    }

    @Test("The hidden credentials of a proposed command are refused")
    func hiddenCredentials() throws {
        let words = ["send", "a", "--proxy", "http://***@proxy:1"]
        #expect(throws: UsageError("--proxy: put the user and the password in place of ***")) {
            try SendOptions(arguments(words), words: words, environment: Environment())
        }
    }

    @Test("The command that starts over at another URL replaces --to in each of its forms")
    func startOver() throws {
        for to in [["--to", "http://localhost/"], ["--to=http://localhost/"]] {
            let words = ["send"] + to + ["a", "--limit", "2", "--fresh", "--", "b"]
            let environment = Environment(apiKey: Array("k".utf8))
            let options = try SendOptions(
                arguments(words), words: words, environment: environment)
            #expect(
                options.commands.startOver(to: "http://localhost/v1")
                    == "hookbatch send --fresh --to http://localhost/v1 a -- b")
        }
    }

    @Test("File names and values that begin with dashes stay what they are in a proposed command")
    func dashes() throws {
        let words = ["send", "a", "--map=payload=--x", "--set=appId=a"]
        let options = try SendOptions(arguments(words), words: words, environment: Environment())
        #expect(
            options.commands.send(["-a.ndjson", "b"])
                == "hookbatch send --map payload=--x --set appId=a "
                + "--report a.rejected.report.ndjson -- -a.ndjson b")
    }

    @Test("The command that resumes a run does not start it over")
    func resume() throws {
        let words = ["send", "--fresh", "a", "--to", "store:x", "--", "--fresh"]
        let options = try SendOptions(arguments(words), words: words, environment: Environment())
        #expect(options.commands.resume == "hookbatch send a --to store:x -- --fresh")
        #expect(options.commands.send(["r"]) == "hookbatch send --to store:x r")
    }

    @Test("The files of a run never have the name of an input, in any spelling")
    func overwriting() throws {
        let report = try #require(ReportPath(text: "./out/x.report.ndjson"))
        let taken = [
            "out/x.report.ndjson", "out//x.report.ndjson.journal", "./out/x.summary.json",
            "out/x.rejected.ndjson", "out/x.unknown.csv", "out/x.rest",
        ]
        for name in taken {
            #expect(report.wouldOverwrite(.file(name), of: [.file(name)]), "\(name)")
        }
        for name in ["out/x.ndjson", "x.rejected.ndjson", "out/x.rejected.d/a", "/out/x.rest"] {
            #expect(!report.wouldOverwrite(.file(name), of: [.file(name)]), "\(name)")
        }
        #expect(!report.wouldOverwrite(.standardInput, of: [.standardInput]))
    }

    @Test("The key is sent in the header field of --auth", arguments: AuthenticationScheme.allCases)
    func scheme(scheme: AuthenticationScheme) throws {
        let options = try options("a --to https://h/v1 --auth \(scheme.rawValue)", key: "k")
        guard case .api(let api) = options.destination else {
            Issue.record("no API")
            return
        }
        let field = [
            "bearer": "Authorization: Bearer", "x-api-key": "X-API-Key", "cookie": "Cookie",
        ]
        #expect("\(api.authentication)".hasPrefix(field[scheme.rawValue] ?? "?"))
        #expect(api.key.bytes == [0x6B])
    }

    @Test("An empty key variable is ignored")
    func emptyVariable() throws {
        #expect(throws: Never.self) { try options("a", key: "") }
    }
}
