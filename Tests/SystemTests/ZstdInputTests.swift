import Foundation
import TestSupport
import Testing

@Suite("Inputs compressed with zstd", .needs("zstd"))
struct ZstdInputTests {
    private let folder: TemporaryFolder
    private static let good = #"{"appId":"a","event_type":"t"}"#
    private static let compressed = CompressedInput(
        ending: ".zst", command: "zstd -q -c", pack: { try Zstd.pack($0) })

    init() throws { folder = try TemporaryFolder("zstd") }

    private func run(_ words: String..., input: Program.Input = .nothing) throws -> ProgramResult {
        try Program.run(Hookbatch.binary, words, directory: folder.path, input: input)
    }

    @Test("A zstd input is checked and sent, and rejected lines are uncompressed")
    func sent() throws {
        let lines = (1...900).map { number in
            #"{"appId":"a","event_type":"\#(number % 3 == 0 ? "" : "t")","payload":{"n":\#(number)}}"#
        }
        // Several frames, as appending to the file makes them.
        let halves = [lines[..<400], lines[400...]].map { $0.joined(separator: "\n") + "\n" }
        let packed = try Zstd.pack(halves[0]) + Zstd.skippable + Zstd.pack("")
        try folder.write(packed + Zstd.pack(halves[1]), to: "in.ndjson.zst")
        let checked = try run("check", "in.ndjson.zst")
        #expect(checked.exitCode == 1, "\(checked)")
        #expect(checked.output.hasPrefix("in.ndjson.zst: 900 records, "))
        #expect(checked.output.contains(" uncompressed\n"))
        let json = try run("check", "--output", "json", "in.ndjson.zst").output
        #expect(json.contains(#""gzip": false"#) && json.contains(#""compression": "zstd""#))
        let sent = try run("send", "in.ndjson.zst")
        #expect(sent.exitCode == 1, "\(sent)")
        let rows = try ReportRow.ndjson(folder.read("in.report.ndjson"))
        #expect(rows.count == 900)
        #expect(rows.allSatisfy { ($0.outcome == "accepted") == ($0.line % 3 != 0) })
        let rejected = lines.enumerated().filter { $0.offset % 3 == 2 }.map(\.element)
        #expect(
            try folder.text("in.rejected.ndjson") == rejected.joined(separator: "\n") + "\n")
        let again = try run("send", "in.ndjson.zst")
        #expect(again.exitCode == 1 && again.errorOutput.contains("already done"))
    }

    @Test("zstd data is detected by its first bytes, under any name and on standard input")
    func anyName() throws {
        let packed = try Zstd.pack("appId,event_type\na,t\n")
        try folder.write(packed, to: "events")
        #expect(try run("send", "events").exitCode == 0)
        try folder.write(Zstd.pack("appId\tevent_type\na\tt\nb c\tt\n"), to: "two.tsv.zst")
        #expect(try run("send", "two.tsv.zst").exitCode == 1)
        #expect(try folder.text("two.rejected.tsv") == "appId\tevent_type\nb c\tt\n")
        let piped = try run("send", "-", "--report", "piped.ndjson", input: .bytes(packed))
        #expect(piped.exitCode == 0, "\(piped)")
        #expect(try ReportRow.ndjson(folder.read("piped.ndjson")).map(\.outcome) == ["accepted"])
        let empty = try run("check", "-", input: .bytes(try Zstd.pack("")))
        #expect(empty.errorOutput.contains("no lines to send: the input is empty"), "\(empty)")
    }

    @Test("A zstd input is resumed after a stop, without a line lost or sent twice")
    func resumed() throws {
        // Compressed in another way, it is the same input.
        try Self.compressed.checkResume { try Zstd.pack($0.utf8, ["-19"]) }
    }

    @Test("A zstd stream is sent as it arrives, and its unfinished lines are uncompressed")
    func stream() throws {
        try Self.compressed.checkStream(in: folder, pieces: [1])
    }

    @Test("A truncated zstd input stops the run, which resumes with the whole file")
    func truncated() throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        var generator = SeededGenerator.fromEnvironment()
        let text = (1...9000).map { number in
            let noise = "\(generator.next())\(generator.next())"
            return #"{"appId":"a","event_type":"t","payload":{"\#(number)":"\#(noise)"}}"# + "\n"
        }.joined()
        let whole = try Zstd.pack(text)
        try sending.folder.write(whole.prefix(whole.count / 2), to: "in.ndjson.zst")
        let program = sending.program(["in.ndjson.zst"], to: server.baseURL)
        let cut = try program.run()
        #expect(cut.exitCode == 74, "\(cut)")
        #expect(cut.errorOutput.contains("unexpected end of the zstd data"), "\(cut)")
        #expect(cut.errorOutput.contains("(unzstd -c in.ndjson.zst >salvaged.ndjson)"), "\(cut)")
        let before = server.requestCount
        #expect(before > 500 && before < 8500)
        try sending.folder.write(whole, to: "in.ndjson.zst")
        let sent = try program.run()
        #expect(sent.exitCode == 0, "\(sent)")
        #expect(server.requestCount == 9000)
    }

    @Test("Damaged zstd data, other data after it and a large window each have their message")
    func damaged() throws {
        let packed = try Zstd.pack(Self.good + "\n")
        var damaged = packed
        damaged[damaged.count - 1] ^= 1
        let cases = [
            (damaged, "damaged zstd data (Restored data doesn't match checksum)"),
            (packed + Array("rubbish".utf8), "unexpected data after the zstd data"),
            (Zstd.frame(windowLog: 31), "the zstd data needs a window above 128 MiB"),
        ]
        for (bytes, words) in cases {
            try folder.write(bytes, to: "in.ndjson.zst")
            for input in ["in.ndjson.zst", "-"] {
                let checked = try run("check", input, input: .bytes(bytes))
                #expect(checked.exitCode == 74, "\(checked)")
                #expect(checked.errorOutput.contains(words), "\(checked)")
            }
        }
        #expect(try run("send", "in.ndjson.zst").exitCode == 74)
        // The window is known before the run has files.
        #expect(try folder.names() == ["in.ndjson.zst"])
    }

    @Test("A zstd input that expands ten thousandfold is read to its end", .ownThread)
    func bomb() throws {
        try Self.compressed.checkBomb(in: folder, maxPacked: 40_000)
    }

    @Test(
        "Without libzstd a zstd input is refused with the package's name", .needsMounts("unshare"))
    func noLibrary() throws {
        try folder.write(try Zstd.pack(Self.good), to: "in.ndjson.zst")
        try folder.write("", to: "empty")
        // An empty file over the library, which only this process sees.
        let script = """
            library=$(ldconfig -p | awk '/libzstd.so.1 /{print $NF; exit}')
            mount --bind empty "$(readlink -f "$library")"
            exec "$0" check "$@"
            """
        func check(_ words: String...) throws -> ProgramResult {
            try Program.run(
                "unshare", ["-m", "sh", "-c", script, Hookbatch.binary] + words,
                directory: folder.path)
        }
        let refused = try check("in.ndjson.zst")
        #expect(refused.exitCode == 2, "\(refused)")
        #expect(refused.errorOutput.contains("install it (libzstd1 on Debian and Ubuntu)"))
        #expect(refused.errorOutput.contains("unzstd -c in.ndjson.zst | hookbatch send"))
        // Other inputs do not need it.
        try folder.write(Self.good, to: "in.ndjson")
        #expect(try check("in.ndjson").exitCode == 0)
    }
}
