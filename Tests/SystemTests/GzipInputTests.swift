import Foundation
import TestSupport
import Testing

@Suite("Inputs compressed with gzip")
struct GzipInputTests {
    private let folder: TemporaryFolder
    private static let good = #"{"appId":"a","event_type":"t"}"#
    private static let compressed = CompressedInput(
        ending: ".gz", command: "gzip -c", pack: { try Gzip.pack($0) })
    /// Lines to send; every third one is invalid.
    private static let lines = (1...9000).map { number in
        number % 3 == 0
            ? #"{"appId":"a","event_type":"","payload":{"n":\#(number)}}"#
            : #"{"appId":"a","event_type":"t","payload":{"n":\#(number)}}"#
    }
    private static let text = lines.joined(separator: "\n") + "\n"

    init() throws { folder = try TemporaryFolder("gzip") }

    private func run(_ words: String..., input: Program.Input = .nothing) throws -> ProgramResult {
        try Program.run(Hookbatch.binary, words, directory: folder.path, input: input)
    }

    @Test("A gzip input is checked and sent by its content, and rejected lines are uncompressed")
    func sent() throws {
        try folder.write(try Gzip.pack(Self.text), to: "in.ndjson.gz")
        let checked = try run("check", "in.ndjson.gz")
        #expect(checked.exitCode == 1)
        #expect(checked.output.hasPrefix("in.ndjson.gz: 9,000 records, "))
        #expect(checked.output.contains(" uncompressed\n"))
        let sent = try run("send", "in.ndjson.gz")
        #expect(sent.exitCode == 1, "\(sent)")
        let rows = try ReportRow.ndjson(folder.read("in.report.ndjson"))
        #expect(rows.count == 9000)
        #expect(rows.allSatisfy { ($0.outcome == "accepted") == ($0.line % 3 != 0) })
        let rejected = Self.lines.enumerated().filter { $0.offset % 3 == 2 }.map(\.element)
        #expect(
            try folder.text("in.rejected.ndjson") == rejected.joined(separator: "\n") + "\n")
        let again = try run("send", "in.ndjson.gz")
        #expect(again.exitCode == 1 && again.errorOutput.contains("already done"))
    }

    @Test("The extension before .gz sets CSV or TSV, and rejected files have the header")
    func formats() throws {
        try folder.write(try Gzip.pack("appId,event_type\na,t\nb c,t\n"), to: "one.csv.gz")
        try folder.write(try Gzip.pack("appId\tevent_type\na\tt\nb c\tt\n"), to: "two.tsv.gz")
        try folder.write("appId\tevent_type\tpayload\na\tt\tx, y\n", to: "three.tsv")
        #expect(try run("send", "one.csv.gz").exitCode == 1)
        #expect(try folder.text("one.rejected.csv") == "appId,event_type\nb c,t\n")
        #expect(try run("send", "two.tsv.gz").exitCode == 1)
        #expect(try folder.text("two.rejected.tsv") == "appId\tevent_type\nb c\tt\n")
        #expect(try run("send", "two.rejected.tsv").exitCode == 1)
        #expect(try run("send", "three.tsv").exitCode == 0)
        let messages = try run("store", "messages", "--format", "ndjson").output
        #expect(messages.contains(#""x, y""#))
    }

    @Test("Gzip data is detected by its first bytes, under any name and on standard input")
    func anyName() throws {
        let packed = try Gzip.pack("appId,event_type\na,t\n")
        try folder.write(packed, to: "events")
        #expect(try run("send", "events").exitCode == 0)
        let piped = try run("send", "-", "--report", "piped.ndjson", input: .bytes(packed))
        #expect(piped.exitCode == 0, "\(piped)")
        #expect(try ReportRow.ndjson(folder.read("piped.ndjson")).map(\.outcome) == ["accepted"])
        let ndjson = try run(
            "send", "-", "--format", "ndjson", "--report", "forced.ndjson",
            input: .bytes(try Gzip.pack(Self.good)))
        #expect(ndjson.exitCode == 0, "\(ndjson)")
    }

    @Test("A gzip input is resumed after a stop, without a line lost or sent twice")
    func resumed() throws {
        try Self.compressed.checkResume()
    }

    @Test("A truncated gzip input stops the run, which resumes with the whole file")
    func truncated() throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        // Bytes that hardly compress, so that a part of the file is a part of the lines.
        var generator = SeededGenerator.fromEnvironment()
        let text = (1...3000).map { number in
            let noise = "\(generator.next())\(generator.next())"
            return #"{"appId":"a","event_type":"t","payload":{"\#(number)":"\#(noise)"}}"# + "\n"
        }.joined()
        let whole = try Gzip.pack(text)
        try sending.folder.write(whole.prefix(whole.count / 2), to: "in.ndjson.gz")
        let program = sending.program(["in.ndjson.gz"], to: server.baseURL)

        let cut = try program.run()
        #expect(cut.exitCode == 74, "\(cut)")
        #expect(cut.errorOutput.contains("unexpected end of the gzip data"), "\(cut)")
        #expect(sending.folder.contains(sending.report + ".journal"))
        let before = server.requestCount
        #expect(before > 500 && before < 2500)
        #expect(try program.run().exitCode == 74)
        #expect(server.requestCount == before)

        try sending.folder.write(whole, to: "in.ndjson.gz")
        let sent = try program.run()
        #expect(sent.exitCode == 0, "\(sent)")
        #expect(server.requestCount == 3000)
        let rows = try ReportRow.ndjson(sending.folder.read(sending.report))
        #expect(rows.map(\.line) == Array(1...3000))
        #expect(rows.allSatisfy { $0.attempts == 1 })
    }

    @Test("Other bytes after the gzip data stop the run, and the readable part can be saved")
    func trailing() throws {
        let good = try Gzip.pack(Self.good + "\n")
        try folder.write(good + Array("rubbish".utf8), to: "in.ndjson.gz")
        let stopped = try run("send", "in.ndjson.gz")
        #expect(stopped.exitCode == 74)
        let advice = try #require(
            stopped.errorOutput.firstMatch(of: /save the readable part \((.*?)\) and/)?.1)
        try Program.run("sh", ["-c", String(advice)], directory: folder.path)
        #expect(try folder.text("salvaged.ndjson") == Self.good + "\n")
        #expect(try folder.read("in.ndjson.gz").count == good.count + 7)
        try folder.write(good, to: "in.ndjson.gz")
        let finished = try run("send", "in.ndjson.gz")
        #expect(finished.exitCode == 0, "\(finished)")
        #expect(finished.errorOutput.contains("resuming run "))
        #expect(try ReportRow.ndjson(folder.read("in.report.ndjson")).count == 1)
    }

    @Test("A gzip input that is replaced during the run keeps its own rejected lines")
    func rotated() throws {
        let server = try LoopbackServer { .delay(.milliseconds(100), .created($0)) }
        let sending = try Sending()
        let text = "{}\n" + String(repeating: Sending.oneLine, count: 20) + "[2]\n"
        try sending.folder.write(try Gzip.pack(text), to: "in.ndjson.gz")
        let running = try sending.program(
            ["in.ndjson.gz"], to: server.baseURL, ["--concurrency", "4"]
        ).start()
        #expect(server.waitForRequests(5))
        try FileManager.default.removeItem(atPath: sending.folder.path("in.ndjson.gz"))
        try sending.folder.write(try Gzip.pack("[3]\n"), to: "in.ndjson.gz")
        let result = running.wait()
        #expect(result.exitCode == 1, "\(result)")
        #expect(try sending.folder.text("out.rejected.ndjson") == "{}\n[2]\n")
    }

    @Test("A gzip input whose finished lines changed is refused, and one compressed again is not")
    func changed() throws {
        let lines = (1...20).map { #"{"appId":"a\#($0)","event_type":"t"}"# + "\n" }
        try folder.write(try Gzip.pack(lines.joined()), to: "in.ndjson.gz")
        #expect(try run("send", "in.ndjson.gz", "--limit", "5").exitCode == 3)
        let other = [lines[0], lines[2], lines[1]] + lines[3...]
        try folder.write(try Gzip.pack(other.joined()), to: "in.ndjson.gz")
        let refused = try run("send", "in.ndjson.gz")
        #expect(refused.exitCode == 2)
        #expect(refused.errorOutput.contains("line 2 differs"))
        // Compressed in another way, it is the same input.
        let halves = try Gzip.pack(lines[..<10].joined()) + Gzip.pack(lines[10...].joined())
        try folder.write(halves, to: "in.ndjson.gz")
        #expect(try run("send", "in.ndjson.gz").exitCode == 0)
    }

    @Test("A gzip stream is sent as it arrives, and its unfinished lines are uncompressed")
    func lateStream() throws {
        try Self.compressed.checkStream(in: folder, pieces: [1, 11])
    }

    @Test("A gzip input that expands a thousandfold is read to its end", .ownThread)
    func bomb() throws {
        try Self.compressed.checkBomb(in: folder, maxPacked: 400_000)
    }
}
