import Delivery
import Ledger
import Sending
import Testing
import Time

@testable import hookbatch

@Suite("The next step of a run") struct NextStepTests {
    private static func steps(
        _ stop: StopReason?, _ kinds: [RunSummary.File.Kind], input: String = "a.ndjson",
        size: UInt64? = 9, to url: String = "https://localhost/v1", _ flags: [String] = [],
        accepted: UInt64 = 0, failed: UInt64 = 0, invalid: UInt64 = 0,
        variables: [String: [UInt8]] = [:], numberedInputs: String = "",
        otherResponses: UInt64 = 0, linesOfText: UInt64 = 0
    ) throws -> [RunSummary.NextStep] {
        let words = ["send", input, "--report", "a.report.ndjson"] + flags
        let environment = Environment(
            apiKey: flags.contains("--to") ? Array("key".utf8) : nil, variables: variables)
        var arguments = try arguments(words)
        try arguments.take(environment)
        let options = try SendOptions(arguments, words: words, environment: environment)
        var facts = RunFacts()
        facts.counts.accepted = accepted
        facts.counts.failed = failed
        facts.counts.invalid = invalid
        for line in 0..<otherResponses {
            facts.counts.rejected += 1
            facts.errors.add("http_404", .rejected, line: LineID(file: 1, line: line + 1))
        }
        for line in 0..<linesOfText {
            facts.counts.invalid += 1
            facts.errors.add("not_json", .invalid, line: LineID(file: 1, line: line + 1))
        }
        facts.read = facts.counts.total
        var summary = RunSummary(
            runID: "k3v9", stop: stop, startedAt: "", endedAt: Timestamp(nanoseconds: 0),
            elapsed: .zero, inputs: [.init(path: input, size: size)],
            destination: .api(url: url), facts: facts)
        summary.options[JournalHeader.numberedInputsOption] = numberedInputs
        summary.files = kinds.map { .init(kind: $0, path: "a.\($0).ndjson") }
        return RunSummary.NextStep.all(summary, options)
    }

    private static func step(
        _ stop: StopReason?, _ kinds: [RunSummary.File.Kind], input: String = "a.ndjson",
        size: UInt64? = 9, to url: String = "https://localhost/v1", _ flags: [String] = [],
        accepted: UInt64 = 0, variables: [String: [UInt8]] = [:]
    ) throws -> RunSummary.NextStep? {
        try steps(
            stop, kinds, input: input, size: size, to: url, flags, accepted: accepted,
            variables: variables
        ).first { $0.kind == .run }
    }

    @Test("The next step resumes a stopped run, or resends rejected lines, then unknown ones")
    func order() throws {
        #expect(
            try Self.step(.limit(5), [.journal], ["--rate", "5/s"])?.command
                == "hookbatch send a.ndjson --report a.report.ndjson --rate 5/s")
        let both = try Self.step(nil, [.report, .unknown, .rejected], ["--rate", "5/s"])
        #expect(both?.command == "hookbatch send --rate 5/s a.rejected.ndjson")
        #expect(
            both?.reason
                == "fix the lines in a.rejected.ndjson, keep its name and all its lines, then run")
        let many = try Self.step(nil, Array(repeating: .rejected, count: 500))
        #expect(
            many?.reason
                == "fix the lines in a.rejected.ndjson and a.rejected.ndjson and a.rejected.ndjson and "
                + "497 more files, keep their names and all their lines, then run")
        let words = many?.command.split(separator: " ") ?? []
        #expect(words.count { $0.hasSuffix(".rejected.ndjson") } == 500)
        let unknown = try Self.step(nil, [.report, .unknown])
        #expect(
            unknown?.command
                == "hookbatch send --arrived Idempotency-Key=KEY,KEY a.unknown.ndjson")
        let all = try Self.step(nil, [.report, .rejected, .rejected])
        #expect(
            all?.command == "hookbatch send --report a.rejected.report.ndjson a.rejected.ndjson "
                + "a.rejected.ndjson")
        #expect(try Self.step(nil, [.report, .summary]) == nil)
    }

    @Test("A run that did not find the API starts over at the URL with /v1, never at the same URL")
    func notTheAPI() throws {
        let guessed = try Self.step(.notTheAPI(status: 404), [.journal], to: "https://localhost/")
        let start = "hookbatch send --fresh --to https://localhost/v1 "
        #expect(guessed?.command.hasPrefix(start) == true)
        let unknown = try Self.step(.notTheAPI(status: 404), [.journal])
        #expect(unknown?.command.hasPrefix("hookbatch send --fresh --to URL ") == true)
        #expect(unknown?.reason.contains("in place of URL") == true)
    }

    @Test("If all lines that were not accepted are text, nothing is to fix or to send")
    func linesOfText() throws {
        let steps = try Self.steps(nil, [.report, .rejected], linesOfText: 3)
        #expect(steps.map(\.kind) == [.look])
        #expect(steps[0].command == "hookbatch report --outcome invalid a.report.ndjson")
        let some = try Self.steps(nil, [.report, .rejected], invalid: 1, linesOfText: 3)
        #expect(some.map(\.command) == ["hookbatch send a.rejected.ndjson"])
        #expect(
            some[0].reason.hasPrefix(
                "lines of text (not_json) need no fix, and stay; fix the lines"))
    }

    @Test("A run that stopped after other responses alone starts over at the URL with /v1")
    func limitAtWrongURL() throws {
        let steps = try Self.steps(
            .limit(3), [.journal], to: "https://localhost", otherResponses: 3)
        #expect(
            steps.map(\.command) == [
                "hookbatch send --fresh --to https://localhost/v1 a.ndjson --report a.report.ndjson"
            ])
        #expect(steps[0].reason.contains("nothing was accepted"))
    }

    @Test("A resume needs the same stream again, or the file of its unfinished records")
    func stream() throws {
        for size in [nil, 9] as [UInt64?] {
            let step = try Self.step(.limit(5), [.journal], input: "-", size: size)
            #expect(step?.reason.contains("giving the same input again") == true)
        }
        let rest = try Self.step(.limit(5), [.journal, .rest], input: "-", size: nil)
        #expect(rest?.reason.contains("send only a.rest.ndjson") == true)
    }

    @Test("A run that reached nothing also has the command for another URL")
    func unreachable() throws {
        let steps = try Self.steps(.unreachable(Unreachable(.dns)), [.journal])
        #expect(steps.map(\.kind) == [.run, .alternative])
        #expect(steps[0].command == "hookbatch send a.ndjson --report a.report.ndjson")
        #expect(steps[1].command.hasPrefix("hookbatch send --fresh --to URL "))
        #expect(steps[1].reason.hasPrefix("if the URL of --to is wrong"))
        let later = try Self.steps(.unreachable(Unreachable(.dns)), [.journal], accepted: 1)
        #expect(later.map(\.reason) == ["resume with"])
    }

    @Test("Rejected and unknown lines both have their commands, and unknown ones say how to search")
    func both() throws {
        let steps = try Self.steps(nil, [.report, .unknown, .rejected])
        #expect(
            steps.map(\.command) == [
                "hookbatch send a.rejected.ndjson",
                "hookbatch report --outcome unknown a.report.ndjson",
                "hookbatch send --arrived Idempotency-Key=KEY,KEY a.unknown.ndjson",
                "hookbatch send a.unknown.ndjson",
            ])
        #expect(steps.map(\.kind) == [.run, .look, .run, .alternative])
        for word in [
            "application, message and time",
            "(hb-k3v9-1-LINE; grep -o 'hb-[^\"]*' a.unknown.ndjson.origins lists them)",
        ] {
            #expect(steps[1].reason.contains(word))
        }
        #expect(steps[2].reason.contains("put their keys in place of KEY,KEY, or use --arrived "))
        #expect(steps[3].reason == "if none of them arrived, send them with")
        let numbered = try Self.steps(nil, [.report, .unknown], numberedInputs: "1")
        #expect(
            numbered[0].reason.contains(
                "(hb-k3v9-1-RECORD; RECORD is the record's number in its input, from 1; grep -o "
            ))
        let keyed = try Self.steps(
            nil, [.report, .unknown], ["--idempotency-key-from", "/payload/id"])
        #expect(keyed[0].reason.contains("(its value at /payload/id)"))
    }

    @Test("A stop at --max-errors has the command that shows the errors before the one to resume")
    func maxErrors() throws {
        let steps = try Self.steps(.maxErrors(.count(3)), [.journal])
        #expect(steps.map(\.kind) == [.look, .run])
        #expect(steps[0].command == "hookbatch report a.report.ndjson.journal")
    }

    @Test(
        "A wrong base URL is never proposed again",
        arguments: [
            ("https://h/", "https://h/v1"), ("https://h/api", "https://h/api/v1"),
            ("https://h/v1/applications/a/messages", "https://h/v1"),
            ("https://v1/", "https://v1/v1"),
            ("https://h/v1", "URL"), ("https://h/api/v1//", "URL"), ("https://h/v2", "URL"),
        ], [404, 204])
    func wrongURL(url: (wrong: String, right: String), status: Int) throws {
        let steps = try Self.steps(
            .notTheAPI(status: status), [.journal], to: url.wrong, ["--to", url.wrong])
        #expect(steps.count == 1)
        #expect(steps[0].command.hasPrefix("hookbatch send --fresh --to \(url.right) "))
        #expect(!steps[0].command.contains("\(url.wrong) "))
    }

    @Test(
        "A resend does not inherit from variables what is for the original input",
        arguments: [[], ["--skip", "1", "--records", "/b", "--report", "a.report.ndjson"]])
    func variablesOfInput(flags: [String]) throws {
        let variables = [
            "HOOKBATCH_SKIP": Array("2".utf8), "HOOKBATCH_RECORDS": Array("/a".utf8),
            "HOOKBATCH_REPORT": Array("b.ndjson".utf8),
        ]
        let resent =
            "hookbatch send --report a.rejected.report.ndjson --skip 0 --records none "
            + "a.rejected.ndjson"
        let step = try Self.step(
            nil, [.report, .rejected], input: "a.json", flags, variables: variables)
        #expect(step?.command == resent)
        #expect(
            step?.reason
                == "fix the lines in a.rejected.ndjson, keep its name and all its lines, then run")
        // The lines that the resend rejects are resent in the same way.
        let again = try Self.step(
            nil, [.report, .rejected], input: "b.json",
            ["--skip", "0", "--records", "none"], variables: variables)
        #expect(again?.command == resent)
        #expect(
            try Self.step(nil, [.report, .rejected], input: "a.json", flags)?.command
                == "hookbatch send a.rejected.ndjson")
    }

    @Test("Lines that only failed are sent again from the inputs, with the flags that read them")
    func retry() throws {
        func command(
            _ flags: [String] = [], size: UInt64? = 9, invalid: UInt64 = 0,
            variables: [String: [UInt8]] = [:]
        ) throws -> String {
            try #require(
                Self.steps(
                    nil, [.report, .rejected], size: size, flags, failed: 3, invalid: invalid,
                    variables: variables
                ).first
            ).command
        }
        #expect(try command() == "hookbatch send --retry-of a.report.ndjson")
        #expect(
            try command(["--set", "payload=1", "--payload", "any", "--limit", "9", "--quiet"])
                == "hookbatch send --payload any --set payload=1 --retry-of a.report.ndjson")
        let variables = ["HOOKBATCH_SKIP": Array("2".utf8)]
        #expect(
            try command(variables: variables) == "hookbatch send --retry-of a.report.ndjson")
        #expect(
            try command(["--skip", "1"], variables: variables)
                == "hookbatch send --skip 1 --retry-of a.report.ndjson")
        // Few retries would leave lines again.
        #expect(try command(["--retries", "0"]) == "hookbatch send --retry-of a.report.ndjson")
        #expect(
            try command(["--retries", "9"])
                == "hookbatch send --retries 9 --retry-of a.report.ndjson")
        // Lines to fix, and a stream.
        #expect(try command(invalid: 1) == "hookbatch send a.rejected.ndjson")
        #expect(try command(size: nil) == "hookbatch send a.rejected.ndjson")
    }

    @Test("The next step names the variables of the run and the credentials to fill in")
    func variables() throws {
        let step = try Self.step(
            .limit(5), [.journal], ["--proxy", "http://me:S3CRET@proxy:1"],
            variables: ["HOOKBATCH_RATE": Array("5/s".utf8)])
        #expect(
            step?.reason == "put the proxy's user and password in place of ***; resume with "
                + "(with HOOKBATCH_RATE as before)")
        #expect(step?.command.contains("S3CRET") == false)
    }
}
