import Foundation
import TestSupport
import Testing

@Suite("Streams that are stopped and resumed", .sideBySide)
struct StreamTests {
    private let folder: TemporaryFolder
    private static let lines = (1...12).map {
        #"{"appId":"a","event_type":"t","payload":{"n":\#($0)}}"# + "\n"
    }

    init() throws { folder = try TemporaryFolder("stream") }

    private func send(_ lines: some Sequence<String>, _ flags: String...) throws -> ProgramResult {
        try Program.run(
            Hookbatch.binary, ["send", "--report", "s.ndjson", "-"] + flags,
            directory: folder.path, input: .text(lines.joined()))
    }

    @Test(
        "All lines of a stream that were not finished at --limit are saved", arguments: [1, 5, 11])
    func limit(count: Int) throws {
        #expect(try send(Self.lines, "--limit", "\(count)").exitCode == 3)
        let rest = String(decoding: try folder.read("s.rest"), as: UTF8.self)
        #expect(rest == Self.lines.dropFirst(count).joined())
    }

    @Test("A stream that is still open when --limit is reached is not finished")
    func limitBeforeMore() throws {
        try folder.write(Self.lines[..<3].joined(), to: "begin")
        // The pipe stays open until the program has ended.
        let script =
            #"mkfifo p; "$0" send --report s.ndjson --limit 3 - < p & exec 3> p; "#
            + "cat begin >&3; wait $!"
        let result = try Program.run(
            "/bin/sh", ["-c", script, Hookbatch.binary], directory: folder.path)
        #expect(result.exitCode == 3, "\(result)")
        #expect(!folder.contains("s.ndjson"))
        #expect(try send(Self.lines).exitCode == 0)
        let rows = try ReportRow.ndjson(folder.read("s.ndjson"))
        #expect(rows.map(\.line) == Array(1...12))
    }

    @Test("A resumed stream that ends before the finished lines is refused", arguments: [0, 1, 4])
    func shorter(count: Int) throws {
        #expect(try send(Self.lines, "--limit", "5").exitCode == 3)
        let result = try send(Self.lines.prefix(count))
        #expect(result.exitCode == 2)
        #expect(result.errorOutput.contains("it ends before line \(count + 1)"))
        #expect(!folder.contains("s.ndjson"))
        #expect(try send(Self.lines).exitCode == 0)
        #expect(try ReportRow.ndjson(folder.read("s.ndjson")).count == 12)
    }
}
