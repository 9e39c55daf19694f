import Foundation
import TestSupport
import Testing

@testable import hookbatch

/// Returns the plan of a check of files with these contents, and their folder.
private func plan(_ files: [String: String], _ line: String) throws -> (CheckPlan, String) {
    let folder = try TemporaryFolder("check")
    for (name, content) in files { try folder.write(content, to: name) }
    let words = line.split(separator: " ").map(String.init).map { word in
        files.keys.contains(word) ? folder.path(word) : word
    }
    let plan = try CheckCommand.run(CheckOptions(arguments(["check"] + words)))
    return (plan, folder.path + "/")
}

/// Returns the text and the exit status of a check.
private func check(
    _ files: [String: String], _ line: String, width: Int? = nil
) throws -> (String, ExitStatus) {
    let (plan, folder) = try plan(files, line)
    let text = PlanText(plan: plan, width: width).text.replacing(folder, with: "")
    return (text, plan.exitStatus)
}

@Suite("hookbatch check") struct CheckCommandTests {
    @Test("Check counts valid lines by application and event type, and estimates the time")
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
                  valid            4
                  invalid          0
                  no payload       2
                  blank lines      1
                  ignored members  1  x (1)

                First message, from a.ndjson:1:
                  POST /applications/shop/messages
                  {"event_type":"user.created","payload":{}}

                Largest records:
                  57 bytes  a.ndjson:1
                  55 bytes  a.ndjson:2
                  51 bytes  a.ndjson:4
                   9 bytes  b.csv:2

                Applications: 2
                        records       size
                  shop        3  121 bytes
                  bank        1   51 bytes

                Event types: 2
                                records       size
                  user.created        2  112 bytes
                  paid                2   60 bytes

                Would send 4 messages, in 1.5 s at --rate.

                """)
        #expect(status == .success)
    }

    @Test("Check lists invalid lines by error with their first positions")
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
        #expect(text.hasSuffix("Would send 1 message and report 8 invalid lines.\n"))
        #expect(status == .someNotAccepted)
    }

    @Test("Check reports an unreadable input, and checks the others")
    func refused() throws {
        let (text, status) = try check(
            ["a.csv": "x,y\n1,2\n", "b.csv": "appId,event_type,payload\na,b,c\n"], "a.csv b.csv")
        #expect(text.contains("a.csv: the CSV header has no columns 'appId', 'event_type'"))
        #expect(text.contains("valid    1"))
        #expect(text.hasSuffix("Cannot send: 1 unreadable input.\n"))
        #expect(status == .usage)
    }

    @Test("The first message is that of the first valid line that is not skipped, as it is sent")
    func firstMessage() throws {
        let rows = "tenant,type,a,n\n,t,1,2\nx,t,1,2\nb,\"t \"\"u\"\"\",\u{202E}é,2\n"
        let flags =
            "--skip 2 --map appId=tenant --map event_type=type --map payload=* "
            + "--map payload/n=n:number --set payload/k=[1]"
        let (text, _) = try check(["a.csv": rows], "a.csv \(flags)")
        #expect(
            text.contains(
                """
                First message, from a.csv:4:
                  POST /applications/b/messages
                  {"event_type":"t \\"u\\"","payload":{"a":"\\u{202E}é","n":2,"k":[1]}}

                Largest
                """), "\(text)")
        let (without, _) = try check(["a.csv": "appId,event_type\na,t\n"], "a.csv")
        #expect(without.contains("messages\n  {\"event_type\":\"t\"}\n"), "\(without)")
        let (none, _) = try check(["a.csv": "appId,event_type\n,t\n"], "a.csv")
        #expect(!none.contains("First message"))
    }

    @Test("A long payload of the first message is cut between characters")
    func longFirstMessage() throws {
        let payload = String(repeating: "é", count: 1000)
        let (plan, _) = try plan(["a.csv": "appId,event_type,payload\na,t,\(payload)\n"], "a.csv")
        let text = PlanText(plan: plan).text
        let shown = "\"" + String(repeating: "é", count: 149)
        #expect(
            text.contains(
                """
                  {"event_type":"t","payload":\(shown)…
                  (the first 299 of 2,002 bytes of the payload)

                """), "\(text)")
        #expect(plan.firstMessage?.payload?.start == shown)
        #expect(plan.firstMessage?.payload?.count == 2002)
    }

    @Test("An empty input has no lines and no errors")
    func empty() throws {
        let (text, status) = try check(
            ["a": "", "b": " \n\n"], "a b --duplicates --rate 1/s --app-rate 1/s")
        #expect(
            text == """
                a: 0 records, 0 bytes
                b: 0 records, 3 bytes

                Lines:
                  valid        0
                  invalid      0
                  blank lines  2

                Duplicates: none

                Would send 0 messages, in 0.0 s at --rate.

                """)
        #expect(status == .success)
    }

    @Test(
        "The estimated time is that of the limiting rate",
        arguments: [
            ("--rate 1/s", "in 9.0 s at --rate."),
            ("--app-rate 1/s", "in 6.0 s at --app-rate: a has 7 of them."),
            ("--rate 1/s --app-rate 1/s", "in 9.0 s at --rate."),
            ("--rate 2/s --app-rate 1/s", "in 6.0 s at --app-rate: a has 7 of them."),
        ])
    func time(rates: String, expected: String) throws {
        let lines = String(repeating: "a,t\n", count: 7) + String(repeating: "b,t\n", count: 3)
        let (text, _) = try check(["a.csv": lines], "a.csv --no-header \(rates)")
        #expect(text.hasSuffix("Would send 10 messages, \(expected)\n"), "\(text)")
    }

    @Test(
        "The format comes from the flag, else the name, else the first byte",
        arguments: [
            ("a.ndjson", ""), ("a.txt", ""), ("a.csv", "--format ndjson"),
        ])
    func ndjson(name: String, flags: String) throws {
        let content = "\u{FEFF}" + #"{"appId":"a","event_type":"b"}"#
        let (text, status) = try check([name: content], "\(name) \(flags)")
        #expect(status == .success, "\(text)")
    }

    @Test(
        "The CSV delimiter comes from the file name or the flag",
        arguments: [
            ("a.tsv", "a\tb\n", "--no-header"), ("a.csv", "a;b\n", "--no-header --delimiter ;"),
            ("a", "a,b\n", "--no-header"), ("a.txt", "a|b\n", "--no-header --delimiter |"),
            ("a.txt", "a\tb\n", "--no-header --format tsv"),
            ("a.ndjson", "a,b\n", "--no-header --format csv"),
        ])
    func csv(name: String, content: String, flags: String) throws {
        let (text, status) = try check([name: content], "\(name) \(flags)")
        #expect(text.contains("Would send 1 message."), "\(text)")
        #expect(status == .success, "\(text)")
    }

    @Test("Names from an input can't control the terminal", arguments: ["text", "json"])
    func escaped(output: String) throws {
        let line = #"{"appId":"a","event_type":"\u202Eb\u0085"}"# + "\n"
        let (plan, _) = try plan(
            ["a.ndjson": #"{"appId":"a","event_type":"\u202Eb"}"# + "\n" + line], "a.ndjson")
        let text =
            output == "text"
            ? PlanText(plan: plan).text
            : String(decoding: PlanJSON(plan: plan).bytes, as: UTF8.self)
        #expect(text.contains(output == "text" ? #"\u{202E}b"# : #""\u202eb""#), "\(text)")
        #expect(!text.unicodeScalars.contains { $0 != "\n" && Escaping.isActive($0) })
    }

    @Test("Unlisted applications are counted in one row")
    func others() throws {
        let lines = (0..<30).map { #"{"appId":"a\#($0)","event_type":"b"}"# }
        let (text, _) = try check(
            ["a.ndjson": lines.joined(separator: "\n")], "a.ndjson")
        #expect(text.contains("Applications: 30\n"))
        #expect(text.contains("  (all others)       10  320 bytes\n"), "\(text)")
    }

    @Test("With too many applications, the frequent ones are still listed")
    func manyApplications() throws {
        var lines = (0..<10_050).map { "a\($0),t\n" }
        for _ in 0..<20 { lines.append("often,t\n") }
        let (plan, _) = try plan(["a.csv": lines.joined()], "a.csv --no-header --app-rate 1/s")
        let text = PlanText(plan: plan).text
        #expect(
            text.contains(
                """
                Applications: more than 10,000; a count may be up to 1 too low, and no unlisted one exceeds 2
                                records       size
                  often              20  140 bytes
                  (all others)   10,050   67.6 KiB
                """), "\(text)")
        #expect(text.hasSuffix(", in at least 19 s at --app-rate: often has 20 of them.\n"))
    }
}

@Suite("The tables of a plan") struct PlanTableTests {
    private static let names = ["a", String(repeating: "long.", count: 20), "größer 数量"]

    @Test(
        "The tables of a plan fit the terminal, with truncated names", arguments: [30, 40, 80, 200])
    func width(width: Int) throws {
        let lines = Self.names.map { "app,\($0)\n" }.joined()
        let (text, _) = try check(["a.csv": lines], "a.csv --no-header", width: width)
        let table = try #require(text.components(separatedBy: "Event types: 3\n").last)
            .components(separatedBy: "\n\n")[0].split(separator: "\n")
        #expect(table.count == 4)
        let widths = Set(table.map { TextWidth.of(String($0)) })
        #expect(widths.count == 1, "\(text)")
        #expect(widths.allSatisfy { $0 <= width })
        #expect(text.contains("…") == (width < 120))
    }

    @Test("The tables of a plan are complete without a terminal")
    func whole() throws {
        let lines = Self.names.map { "app,\($0)\n" }.joined()
        let (text, _) = try check(["a.csv": lines], "a.csv --no-header")
        for name in Self.names { #expect(text.contains("\n  \(name) ")) }
    }

    @Test("The tables of a plan keep the beginning of each name on a narrow terminal")
    func narrow() throws {
        let (text, _) = try check(["a.csv": "application,type\n"], "a.csv --no-header", width: 1)
        #expect(text.contains("  applica…  "))
    }
}
