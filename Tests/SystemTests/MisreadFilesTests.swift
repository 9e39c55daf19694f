import Foundation
import TestSupport
import Testing

/// Files that could be read as no lines, or as lines without a payload.
@Suite("Files that are easily misread", .sideBySide)
struct MisreadFilesTests {
    private static func run(_ folder: TemporaryFolder, _ words: [String]) throws -> ProgramResult {
        try Program.run(Hookbatch.binary, words, directory: folder.path)
    }

    @Test(
        "A CSV whose lines end in carriage returns alone is read, also beside another",
        arguments: ["send", "check"])
    func returnsAlone(command: String) throws {
        let folder = try TemporaryFolder("misread")
        try folder.write("appId,event_type\na,t\n", to: "one.csv")
        try folder.write("appId,event_type,payload\ra,t,{}\rb,t,{}\r", to: "two.csv")
        let result = try Self.run(folder, [command, "one.csv", "two.csv"])
        #expect(result.exitCode == 0, "\(result)")
        if command == "check" {
            #expect(result.output.contains("Would send 3 messages"), "\(result)")
        } else {
            let rows = try ReportRow.ndjson(folder.read("one.report.ndjson"))
            #expect(rows.map(\.line) == [2, 2, 3], "\(result)")
        }
    }

    @Test(
        "A log of text and JSON lines that is read as CSV is refused with --format ndjson, which works",
        arguments: ["service started\n", "2026-03-01, \"up\" and running\n", "a\tb\n\n"],
        ["log", "app.csv"])
    func mixedLog(first: String, name: String) throws {
        let folder = try TemporaryFolder("misread")
        try folder.write(first + Sending.oneLine + "bye\n", to: name)
        let advice = "; if the records are lines of JSON among others, use --format ndjson"
        let refused = try Self.run(folder, ["send", name, "--report", "out.ndjson"])
        #expect(refused.exitCode == 2 && refused.errorOutput.contains(advice), "\(refused)")
        let checked = try Self.run(folder, ["check", name])
        #expect(checked.exitCode == 2 && checked.output.contains(advice), "\(checked)")
        let followed = try Self.run(
            folder, ["send", name, "--report", "out.ndjson", "--format", "ndjson"])
        let rows = try ReportRow.ndjson(folder.read("out.ndjson"))
        #expect(rows.map(\.outcome) == ["invalid", "accepted", "invalid"], "\(followed)")
        // A table without such lines has no such advice.
        try folder.write(first + "{x},y\n", to: name)
        let table = try Self.run(folder, ["check", name])
        #expect(table.exitCode == 2 && !table.output.contains("--format ndjson"), "\(table)")
    }

    @Test(
        "A run in which no line has a payload although other members are ignored warns",
        arguments: [
            ("a.ndjson", #"{"appId":"a","event_type":"t","data":{}}"# + "\n{}\n", true),
            ("a.csv", "appId,event_type,data\na,t,{}\n", true),
            ("a.ndjson", #"{"appId":"a","event_type":"t"}"# + "\n", false),
            (
                "a.ndjson",
                #"{"appId":"a","event_type":"t","x":1}"# + "\n"
                    + #"{"appId":"a","event_type":"t","payload":{}}"# + "\n", false
            ),
        ])
    func noPayload(name: String, text: String, warns: Bool) throws {
        let folder = try TemporaryFolder("misread")
        try folder.write(text, to: name)
        let result = try Self.run(
            folder, ["send", name, "--report", "out.ndjson", "--quiet"])
        let warning =
            "no line has a payload, but other members or columns are ignored: data (1); if one is "
            + "the payload, name it with --map payload=data"
        #expect(
            result.errorOutput.contains("hookbatch: warning: \(warning)\n") == warns, "\(result)")
        let summary = try JSONSerialization.jsonObject(with: Data(folder.read("out.summary.json")))
        let members = try #require(summary as? [String: Any])
        #expect(members["warnings"] as? [String] == (warns ? [warning] : []))
        guard warns else { return }
        // The proposed flag is what was needed.
        let mapped = try Self.run(
            folder,
            ["send", name, "--report", "mapped.ndjson", "--map", "payload=data", "--to", "store:m"])
        #expect(!mapped.errorOutput.contains("warning"), "\(mapped)")
        let stored = try Self.run(folder, ["store", "messages", "--store", "m"])
        #expect(stored.output.contains(#""payload":{}"#), "\(stored)")
    }

    @Test("The names of ignored members and columns are in the notice, the summary and check")
    func ignoredNames() throws {
        let folder = try TemporaryFolder("misread")
        let hostile = "\\u001b[2J\u{202E}" + String(repeating: "x", count: 40)
        let line =
            #"{"appId":"a","event_type":"t","payload":{},"id":1,"\#(hostile)":2}"# + "\n"
        try folder.write(line + line, to: "a.ndjson")
        try folder.write("appId,event_type,id,note\na,t,1,x\n", to: "b.csv")
        let sent = try Self.run(folder, ["send", "a.ndjson", "b.csv", "--report", "out.ndjson"])
        #expect(sent.exitCode == 0, "\(sent)")
        #expect(sent.errorOutput.contains("; ignored members or columns: id (3), \\u{001B}[2J"))
        #expect(sent.errorOutput.contains("… (2), note (1)"), "\(sent)")
        let checked = try Self.run(folder, ["check", "a.ndjson", "b.csv"])
        #expect(checked.output.contains("  ignored members  6  id (3), "), "\(checked)")
        for text in [sent.errorOutput, checked.output] {
            #expect(!text.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{202E}" })
        }
        let summary = try JSONSerialization.jsonObject(with: Data(folder.read("out.summary.json")))
        let ignored = (summary as? [String: Any])?["ignored"] as? [[String: Any]]
        #expect(ignored?.map { $0["count"] as? Int } == [3, 2, 1])
        #expect(ignored?.first?["name"] as? String == "id")
    }

    @Test(
        "At a terminal, the warning about payloads comes before anything is sent", .needs("tmux"),
        arguments: [true, false])
    func warnsFirst(isCSV: Bool) throws {
        let name = isCSV ? "a.csv" : "a.ndjson"
        let text =
            isCSV
            ? "appId,event_type,data\na,t,{}\na,t,{}\n"
            : String(repeating: #"{"appId":"a","event_type":"t","data":{}}"# + "\n", count: 2)
        let server = try LoopbackServer { _ in .silence }
        let sending = try Sending()
        try sending.folder.write(text, to: name)
        let tmux = try Tmux(
            "exec '\(Hookbatch.binary)' send \(name) --to \(server.baseURL) --concurrency 1",
            in: sending.folder, columns: 300,
            environment: ["LANG": "C.UTF-8", "HOOKSTREAM_API_KEY": Sending.apiKey])
        #expect(server.waitForRequests(1))
        let (lines, isThere) = try tmux.wait {
            $0.first?.hasPrefix("hookbatch: warning: the first 2 lines have no payload") == true
        }
        #expect(isThere, "\(lines)")
        #expect(
            lines.first?.hasSuffix("stop with Ctrl-C and name it with --map payload=data") == true)
        try tmux.press("C-c")
        try tmux.press("C-c")
    }

    @Test(
        "An input without a line to send is reported with the reason",
        arguments: [
            (["header.csv"], "the input has only a header"),
            (["lines.csv", "--skip", "9"], "all 2 records were skipped by --skip"),
            (["lines.csv", "header.csv", "--skip", "2"], "all 2 records were skipped by --skip"),
            (
                ["lines.csv", "--only", "appId=c"],
                "all 2 records are left out by --only appId=c"
            ),
            (
                ["lines.csv", "--skip", "1", "--except", "event_type=t*"],
                "1 of the 2 records were skipped by --skip, and the last one is left out by "
                    + "--except 'event_type=t*'"
            ),
            (["header.csv", "other.csv"], "the inputs have only headers"),
            (["header.csv", "empty.csv"], "the inputs are empty or have only a header"),
            (["empty.csv"], "the input is empty"),
            (["blank.csv"], "the input has only blank lines"),
        ])
    func noLines(words: [String], reason: String) throws {
        let folder = try TemporaryFolder("misread")
        try folder.write("appId,event_type\n", to: "header.csv")
        try folder.write("event_type,appId", to: "other.csv")
        try folder.write("appId,event_type\na,t\nb,t\n", to: "lines.csv")
        try folder.write("", to: "empty.csv")
        try folder.write("\n\r\n", to: "blank.csv")
        let warning = "hookbatch: warning: no lines to send: \(reason)\n"
        for command in [["send", "--report", "out.ndjson", "--quiet"], ["check"]] {
            let result = try Self.run(folder, command + words)
            #expect(result.exitCode == 0, "\(result)")
            #expect(result.errorOutput == warning, "\(result)")
        }
        let plan = try Self.run(folder, ["check", "--output", "json"] + words)
        #expect(plan.errorOutput == warning, "\(plan)")
    }

    @Test("The --map in the refusal of a similar payload column sends its payloads")
    func similarName() throws {
        let folder = try TemporaryFolder("misread")
        try folder.write("appId,event_type,Payload\u{200B}\na,t,{}\n", to: "in.csv")
        let refused = try Self.run(folder, ["send", "in.csv"])
        #expect(refused.exitCode == 2, "\(refused)")
        let flag = try #require(refused.errorOutput.firstMatch(of: /use (--map payload=.*)\n/)?.1)
        let sent = try Program.run(
            "/bin/bash", ["-c", "\"$0\" send in.csv \(flag)", Hookbatch.binary],
            directory: folder.path)
        #expect(sent.exitCode == 0, "\(sent)")
        let messages = try Self.run(folder, ["store", "messages", "--format", "ndjson"])
        #expect(messages.output.contains(#""payload":{}"#), "\(messages)")
    }

    @Test(
        "A JSON array that is given as NDJSON is refused before anything is sent",
        arguments: ["send", "check"])
    func array(command: String) throws {
        let folder = try TemporaryFolder("misread")
        let line = #"{"appId":"a","event_type":"t","payload":{}}"#
        try folder.write(line + "\n", to: "one.ndjson")
        try folder.write("[\n\(line),\n\(line)\n]\n", to: "two.json")
        let result = try Self.run(
            folder, [command, "--format", "ndjson", "one.ndjson", "two.json"])
        #expect(result.exitCode == 2, "\(result)")
        let text = command == "send" ? result.errorOutput : result.output
        #expect(text.contains("the input is a JSON array, not one record per line"), "\(result)")
        #expect(text.contains("use --format json"), "\(result)")
        #expect(try folder.names().sorted() == ["one.ndjson", "two.json"])
    }

    @Test(
        "A tar archive is refused as one, also compressed, and its file can be sent",
        arguments: ["in.tar", "in.tar.gz", "in.ndjson"])
    func tar(name: String) throws {
        let folder = try TemporaryFolder("misread")
        try folder.write(Sending.oneLine, to: "line.ndjson")
        let flag = name.hasSuffix(".gz") ? "-czf" : "-cf"
        try Program.run("tar", [flag, name, "line.ndjson"], directory: folder.path)
        for command in ["send", "check"] {
            let result = try Self.run(folder, [command, name])
            #expect(result.exitCode == 2, "\(result)")
            let text = command == "send" ? result.errorOutput : result.output
            #expect(
                text.contains(
                    "the input is a tar archive: extract its files first (tar -xf FILE)"),
                "\(result)")
        }
        let stream = try Program.run(
            "/bin/sh", ["-c", #""$0" send --report out.ndjson - <\#(name)"#, Hookbatch.binary],
            directory: folder.path)
        #expect(stream.exitCode == 2 && stream.errorOutput.contains("tar archive"), "\(stream)")
        #expect(try folder.names().sorted() == [name, "line.ndjson"].sorted())
    }

    @Test("A header in the middle of joined CSV files is an invalid line and is not sent")
    func joined() throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        let part = "appId,event_type,payload\na,t,{}\n"
        try sending.folder.write(part + part, to: "in.csv")
        let sent = try sending.program(["in.csv"], to: server.baseURL).run()
        #expect(sent.exitCode == 1, "\(sent)")
        #expect(
            server.requests.map(\.path) == Array(repeating: "/v1/applications/a/messages", count: 2)
        )
        let rows = try ReportRow.ndjson(sending.folder.read(sending.report))
        #expect(rows.map(\.error) == [nil, "csv_repeated_header", nil])
        #expect(rows[1].detail == "the row repeats the header, at byte 32")
    }

    @Test("Lines without a payload are counted by check and in the summary, also when resumed")
    func withoutPayload() throws {
        let folder = try TemporaryFolder("misread")
        let lines = ["a,t,", "a,t,{}", "b,t,", "bad id,t,", "c,t,"].joined(separator: "\n")
        try folder.write("appId,event_type,payload\n\(lines)\n", to: "in.csv")
        let plan = try Self.run(folder, ["check", "in.csv"])
        #expect(plan.output.contains("  no payload  3\n"), "\(plan)")
        let json = try Self.run(folder, ["check", "--output", "json", "in.csv"])
        #expect(json.output.contains(#""without_payload": 3,"#), "\(json)")
        let stopped = try Self.run(folder, ["send", "--limit", "2", "in.csv"])
        #expect(stopped.exitCode == 3, "\(stopped)")
        #expect(try folder.text("in.summary.json").contains(#""without_payload": 1,"#))
        let sent = try Self.run(folder, ["send", "in.csv"])
        #expect(sent.exitCode == 1, "\(sent)")
        #expect(sent.errorOutput.contains(", 3 without a payload); report "), "\(sent)")
        #expect(try folder.text("in.summary.json").contains(#""without_payload": 3,"#))
    }

    @Test("The payloads of a CSV whose lines end in CR CR LF are sent")
    func doubledReturns() throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        let rows = ["appId,event_type,payload", #"a,t,"{""n"":1}""#, "a,t,{}", ""]
        try sending.folder.write(rows.joined(separator: "\r\r\n"), to: "in.csv")
        let sent = try sending.program(["in.csv"], to: server.baseURL).run()
        #expect(sent.exitCode == 0, "\(sent)")
        #expect(
            server.requests.map(\.bodyText).sorted() == [
                #"{"event_type":"t","payload":{"n":1}}"#, #"{"event_type":"t","payload":{}}"#,
            ])
        let report = try ReportRow.ndjson(sending.folder.read(sending.report))
        #expect(report.map(\.line) == [2, 3])
    }
}
