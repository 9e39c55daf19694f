import TestSupport
import Testing

@testable import hookbatch

/// The text and the exit status of a check of files with these contents.
private func check(_ files: [String: String], _ line: String) throws -> (String, ExitStatus) {
    let folder = try TemporaryFolder("check")
    for (name, content) in files { try folder.write(content, to: name) }
    let words = line.split(separator: " ").map(String.init).map { word in
        files.keys.contains(word) ? folder.path(word) : word
    }
    let plan = try CheckCommand.run(CheckOptions(arguments(["check"] + words)))
    let text = PlanText(plan: plan).text.replacing(folder.path + "/", with: "")
    return (text, plan.exitStatus)
}

@Suite("hookbatch check") struct CheckCommandTests {
    @Test("valid files are counted by application and event type, and the time is given")
    func valid() throws {
        let (text, status) = try check(
            [
                "a.ndjson": """
                {"appId":"shop","event_type":"user.created","payload":{}}
                {"appId":"shop","event_type":"\\u0075ser.created","x":1}

                {"appId":"bank","event_type":"paid","payload":null}

                """,
                "b.csv": "appId,event_type\nshop,paid\n",
            ], "a.ndjson b.csv --rate 2/s")
        #expect(
            text == """
                a.ndjson: 3 records, 167 bytes
                b.csv: 1 record, 27 bytes

                Lines:
                  valid             4
                  invalid           0
                  blank lines       1
                  ignored members   1
                  largest record   57  bytes, at a.ndjson:1

                Applications: 2
                  shop  3
                  bank  1

                Event types: 2
                  user.created  2
                  paid          2

                A send would send 4 messages, in 1.5 s at --rate.

                """)
        #expect(status == .success)
    }

    @Test("invalid lines are listed by error with their first places")
    func invalid() throws {
        let good = #"{"appId":"a","event_type":"b"}"# + "\n"
        let (text, status) = try check(
            ["a.ndjson": good + String(repeating: "{}\n", count: 7) + "[]\n"], "a.ndjson")
        #expect(
            text.contains(
                """
                Invalid:
                  missing_app_id: 7
                    a.ndjson:2: appId is missing, at byte 31
                    a.ndjson:3: appId is missing, at byte 34
                    a.ndjson:4: appId is missing, at byte 37
                    a.ndjson:5: appId is missing, at byte 40
                    a.ndjson:6: appId is missing, at byte 43
                    and 2 more
                  not_an_object: 1
                    a.ndjson:9: 
                """), "\(text)")
        #expect(text.hasSuffix("A send would send 1 message and report 8 invalid lines.\n"))
        #expect(status == .someNotAccepted)
    }

    @Test("an input that can't be what it should be is told, and the others are checked")
    func refused() throws {
        let (text, status) = try check(
            ["a.csv": "x,y\n1,2\n", "b.csv": "appId,event_type\na,b\n"], "a.csv b.csv")
        #expect(text.contains("a.csv: the CSV header has no column 'appId', 'event_type'"))
        #expect(text.contains("valid           1"))
        #expect(text.hasSuffix("A send would refuse to start: 1 input can't be read.\n"))
        #expect(status == .usage)
    }

    @Test("an empty input has no lines and is no error")
    func empty() throws {
        let (text, status) = try check(["a": "", "b": " \n\n"], "a b")
        #expect(text.hasPrefix("a: 0 records, 0 bytes\nb: 0 records, 3 bytes\n"))
        #expect(text.hasSuffix("A send would send 0 messages.\n"))
        #expect(status == .success)
    }

    @Test(
        "the format goes by the name, else by the first byte, unless it is given",
        arguments: [
            ("a.ndjson", ""), ("a.txt", ""), ("a.csv", "--format ndjson"),
        ])
    func ndjson(name: String, flags: String) throws {
        let content = "\u{FEFF}" + #"{"appId":"a","event_type":"b"}"#
        let (text, status) = try check([name: content], "\(name) \(flags)")
        #expect(status == .success, "\(text)")
    }

    @Test(
        "CSV is read with the delimiter of its name or of the flag",
        arguments: [
            ("a.tsv", "a\tb\n", "--no-header"), ("a.csv", "a;b\n", "--no-header --delimiter ;"),
            ("a", "a,b\n", "--no-header"), ("a.txt", "a|b\n", "--no-header --delimiter |"),
            ("a.txt", "a\tb\n", "--no-header --format tsv"),
            ("a.ndjson", "a,b\n", "--no-header --format csv"),
        ])
    func csv(name: String, content: String, flags: String) throws {
        let (text, status) = try check([name: content], "\(name) \(flags)")
        #expect(text.contains("A send would send 1 message."), "\(text)")
        #expect(status == .success, "\(text)")
    }

    @Test("names from an input can't act on the terminal")
    func escaped() throws {
        let (text, _) = try check(
            ["a.ndjson": #"{"appId":"a","event_type":"\u202Eb"}"#], "a.ndjson")
        #expect(text.contains(#"\u{202E}b  1"#))
    }

    @Test("beyond the listed ones, all others are counted in one row")
    func others() throws {
        let lines = (0..<30).map { #"{"appId":"a\#($0)","event_type":"b"}"# }
        let (text, _) = try check(
            ["a.ndjson": lines.joined(separator: "\n")], "a.ndjson")
        #expect(text.contains("Applications: 30\n"))
        #expect(text.contains("  (all others)  10\n"))
    }
}
