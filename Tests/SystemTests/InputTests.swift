import Foundation
import TestSupport
import Testing

@Suite("Inputs and their formats", .sideBySide)
struct InputTests {
    private static let good = #"{"appId":"a","event_type":"t"}"# + "\n"

    private static func send(_ folder: TemporaryFolder, _ words: [String]) throws -> ProgramResult {
        try Program.run(Hookbatch.binary, ["send"] + words, directory: folder.path)
    }

    @Test("Several inputs in several formats share one report, in the order given")
    func severalInputs() throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.good + "{}\n", to: "one.ndjson")
        try folder.write("payload;appId;event_type\n{};a;t\n;;\n", to: "two.csv")
        let sent = try Self.send(
            folder, ["one.ndjson", "two.csv", "--delimiter", ";", "--report", "all.ndjson"])
        #expect(sent.exitCode == 1, "\(sent.errorOutput)")
        let rows = try ReportRow.ndjson(folder.read("all.ndjson"))
        #expect(
            rows.map { "\($0.file):\($0.line) \($0.outcome)" } == [
                "one.ndjson:1 accepted", "one.ndjson:2 invalid",
                "two.csv:2 accepted", "two.csv:3 invalid",
            ])
        #expect(try folder.read("all.1-one.rejected.ndjson") == Array("{}\n".utf8))
        #expect(
            try folder.read("all.2-two.rejected.csv")
                == Array("payload;appId;event_type\n;;\n".utf8))
    }

    @Test("A rejected file can be fixed and sent again as it is")
    func mendAndSend() throws {
        let folder = try TemporaryFolder()
        try folder.write("appId,event_type\nbad id,t\nb,t\n", to: "in.csv")
        #expect(try Self.send(folder, ["in.csv"]).exitCode == 1)
        let rejected = String(decoding: try folder.read("in.rejected.csv"), as: UTF8.self)
        #expect(rejected == "appId,event_type\nbad id,t\n")
        try folder.write(rejected.replacingOccurrences(of: "bad id", with: "c"), to: "fixed.csv")
        #expect(try Self.send(folder, ["fixed.csv"]).exitCode == 0)
        #expect(try ReportRow.ndjson(folder.read("fixed.report.ndjson")).map(\.appID) == ["c"])
    }

    @Test("Standard input is read from a pipe and from a file")
    func standardInput() throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.good + Self.good, to: "in.ndjson")
        for command in [
            "cat in.ndjson | '\(Hookbatch.binary)' send -",
            "'\(Hookbatch.binary)' send - <in.ndjson",
        ] {
            let sent = try Program.run(
                "/bin/sh", ["-c", command + " --fresh --report out.ndjson"], directory: folder.path)
            #expect(sent.exitCode == 0, "\(sent.errorOutput)")
            let rows = try ReportRow.ndjson(folder.read("out.ndjson"))
            #expect(rows.map { "\($0.file):\($0.line)" } == ["-:1", "-:2"])
        }
    }

    @Test("A line is sent as soon as it arrives, while the stream stays open")
    func growingStream() throws {
        let server = try LoopbackServer()
        let folder = try TemporaryFolder()
        let running = try Program(
            Hookbatch.binary, ["send", "-", "--to", server.baseURL, "--report", "out.ndjson"],
            environment: ["HOOKSTREAM_API_KEY": "k"], directory: folder.path, input: .open
        ).start()
        for count in 1...3 {
            running.write(Self.good.utf8)
            #expect(server.waitForAcceptances(count))
        }
        running.closeInput()
        #expect(running.wait().exitCode == 0)
        #expect(try ReportRow.ndjson(folder.read("out.ndjson")).count == 3)
    }

    @Test("An input with a wrong encoding or header is refused before anything is sent")
    func unreadable() throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.good, to: "one.ndjson")
        try folder.write(Array("a\0b\0c\0".utf8), to: "two.csv")
        let sent = try Self.send(folder, ["one.ndjson", "two.csv"])
        #expect(sent.exitCode == 2)
        #expect(sent.errorOutput.contains("'two.csv': the input is UTF-16LE, not UTF-8"))
        #expect(try folder.files().sorted() == ["one.ndjson", "two.csv"])

        let stream = try Program(
            Hookbatch.binary, ["send", "-", "--format", "csv", "--report", "out.ndjson"],
            directory: folder.path, input: .text("appId!event_type\na!t\n")
        ).run()
        #expect(stream.exitCode == 2)
        #expect(stream.errorOutput.contains("the CSV header has no column"))
        #expect(!folder.contains("out.ndjson.journal"))
    }

    @Test("A line above the size limit has an invalid row and is in no rejected file")
    func tooLarge() throws {
        let folder = try TemporaryFolder()
        let long =
            #"{"appId":"a","event_type":"t","payload":"\#(String(repeating: "x", count: 5000))"}"#
        try folder.write(Self.good + long + "\n" + Self.good, to: "in.ndjson")
        let sent = try Self.send(folder, ["in.ndjson", "--max-record-bytes", "4KiB"])
        #expect(sent.exitCode == 1)
        let rows = try ReportRow.ndjson(folder.read("in.report.ndjson"))
        #expect(rows.map(\.outcome) == ["accepted", "invalid", "accepted"])
        #expect(rows[1].error == "record_too_large")
        #expect(!folder.contains("in.rejected.ndjson"))
    }

    @Test("A report in CSV has the same rows as one in NDJSON")
    func csvReport() throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.good + "[]\n", to: "in.ndjson")
        #expect(try Self.send(folder, ["in.ndjson", "--report", "out.csv"]).exitCode == 1)
        let rows = try ReportRow.csv(folder.read("out.csv"))
        #expect(rows.map(\.outcome) == ["accepted", "invalid"])
        #expect(rows[1].error == "not_an_object")
    }

    @Test("An API key without --to is refused, and no destination is guessed")
    func keyWithoutDestination() throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.good, to: "in.ndjson")
        let sent = try Program.run(
            Hookbatch.binary, ["send", "in.ndjson"], environment: ["HOOKSTREAM_API_KEY": "k"],
            directory: folder.path)
        #expect(sent.exitCode == 2)
        #expect(sent.errorOutput.contains("--to https://hookstream.io/v1"))
        #expect(sent.errorOutput.contains("--to store:hookbatch.db"))
        #expect(try folder.files() == ["in.ndjson"])
    }
}
