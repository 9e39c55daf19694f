import Foundation
import TestSupport
import Testing

/// Lines of one application, so that an edited line could be each of several.
@Suite("Undelivered lines of which some were sent, and that are alike", .sideBySide)
struct SentPartlyTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder("partly") }

    private static func bad(_ number: Int) -> String {
        "{\"appId\":\"a\",\"event_type\":\"\",\"payload\":{\"n\":\(number)}}\n"
    }

    private static func good(_ number: Int) -> String {
        "{\"appId\":\"a\",\"event_type\":\"t\",\"payload\":{\"n\":\(number)}}\n"
    }

    @discardableResult
    private func send(
        _ exitCode: Int32, _ words: [String], sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> String {
        let result = try Program.run(
            Hookbatch.binary, ["send", "--to", "store:s.db"] + words, directory: folder.path)
        #expect(result.exitCode == exitCode, "\(result)", sourceLocation: sourceLocation)
        return result.errorOutput
    }

    /// The numbers of the stored messages.
    private func stored() throws -> [Int] {
        let messages = try Program.run(
            Hookbatch.binary, ["store", "messages", "--store", "s.db", "--format", "ndjson"],
            directory: folder.path)
        return messages.output.matches(of: /"n":(\d+)/).compactMap { Int($0.1) }.sorted()
    }

    @Test(
        "Lines that can't be told from sent ones are not sent, and with the removed ones they are")
    func removed() throws {
        try folder.write((1...3).map(Self.bad).joined(), to: "e.ndjson")
        try send(1, ["e.ndjson"])
        try folder.write(Self.good(1) + Self.bad(2) + Self.bad(3), to: "e.rejected.ndjson")
        try send(1, ["e.rejected.ndjson"])
        // The third line is given up.
        try folder.write(Self.good(1) + Self.good(2), to: "e.rejected.ndjson")
        let refused = try send(2, ["e.rejected.ndjson"])
        #expect(refused.contains("can't be told from lines that"), "\(refused)")
        #expect(refused.contains("send 'e.rejected.rejected.ndjson' instead"), "\(refused)")
        #expect(try stored() == [1])
        try folder.write((1...3).map(Self.good).joined(), to: "e.rejected.ndjson")
        let rest = try send(0, ["e.rejected.ndjson"])
        #expect(rest.contains("1 of 3 lines is left out"), "\(rest)")
        #expect(try stored() == [1, 2, 3])
    }

    @Test("A run of some of the lines does not stand for all of them")
    func part() throws {
        try folder.write((1...3).map(Self.bad).joined(), to: "e.ndjson")
        try send(1, ["e.ndjson"])
        try folder.write(Self.bad(2), to: "part.ndjson")
        let retry = ["--retry-of", "e.report.ndjson"]
        try send(1, ["part.ndjson"] + retry)
        try folder.write(Self.bad(1) + Self.bad(2) + Self.good(3), to: "other.ndjson")
        try send(1, ["other.ndjson"] + retry)
        let rows = try ReportRow.ndjson(folder.read("e.try-3.report.ndjson"))
        #expect(rows.map(\.line) == [1, 2, 3] && rows.map(\.outcome)[2] == "accepted")
        try folder.write((1...3).map(Self.good).joined(), to: "e.rejected.ndjson")
        try send(0, ["e.rejected.ndjson"])
        #expect(try stored() == [1, 2, 3])
    }

    @Test("Whole copies and parts of them are joined with the first report in each round")
    func copies() throws {
        try folder.write((1...4).map(Self.bad).joined(), to: "e.ndjson")
        try send(1, ["e.ndjson"])
        let retry = ["--retry-of", "e.report.ndjson"]
        func lines(_ fixed: ClosedRange<Int>) -> String {
            (1...4).map { fixed.contains($0) ? Self.good($0) : Self.bad($0) }.joined()
        }
        try folder.write(lines(1...1), to: "e.rejected.ndjson")
        try send(1, ["e.rejected.ndjson"])
        try folder.write(lines(1...2), to: "e.rejected.ndjson")
        try send(1, ["e.rejected.ndjson"])
        try folder.write(lines(1...3), to: "copy.ndjson")
        let copy = try send(1, ["copy.ndjson"] + retry)
        #expect(copy.contains("2 of 4 lines are left out"), "\(copy)")
        // Only the last one.
        try folder.write(Self.good(4), to: "last.ndjson")
        #expect(try !send(0, ["last.ndjson"] + retry).contains("warning"))
        #expect(try stored() == [1, 2, 3, 4])
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        let total = try Program.run(
            Hookbatch.binary, ["report"] + names.filter { $0.hasSuffix(".report.ndjson") },
            directory: folder.path)
        #expect(total.output.contains("Total: 4 lines, all accepted"), "\(total)")
    }

    @Test("Lines that are unknown in the other run keep the exit code")
    func unknown() throws {
        let server = try LoopbackServer { _ in .answer(500) }
        try folder.write((1...2).map(Self.good).joined(), to: "e.ndjson")
        func send(_ words: [String]) throws -> ProgramResult {
            try Program.run(
                Hookbatch.binary, ["send", "--to", server.baseURL, "--retries", "0"] + words,
                environment: ["HOOKSTREAM_API_KEY": Sending.apiKey], directory: folder.path)
        }
        #expect(try send(["e.ndjson"]).exitCode == 4)
        #expect(try send(["e.unknown.ndjson"]).exitCode == 4)
        let count = server.requestCount
        let again = try send(["--retry-of", "e.report.ndjson", "--outcome", "unknown"])
        #expect(again.exitCode == 4 && server.requestCount == count, "\(again)")
        #expect(again.errorOutput.contains("2 of them may not have arrived"), "\(again)")
    }

    @Test("A run whose other run was replaced, or has no summary, is not resumed in silence")
    func replaced() throws {
        try folder.write((1...6).map(Self.bad).joined(), to: "e.ndjson")
        try send(1, ["e.ndjson"])
        try folder.write(
            Self.good(1) + Self.good(2) + (3...6).map(Self.bad).joined(), to: "e.rejected.ndjson")
        try send(1, ["e.rejected.ndjson"])
        try folder.write((1...6).map(Self.good).joined(), to: "e.rejected.ndjson")
        let words = ["e.rejected.ndjson", "--report", "c.ndjson"]
        try send(3, words + ["--limit", "1"])
        try send(
            0,
            [
                "e.rejected.ndjson", "--fresh", "--report", "e.rejected.report.ndjson", "--only",
                "/payload/n=1",
            ])
        let refused = try send(2, words)
        #expect(refused.contains("restore the report and its summary"), "\(refused)")
        try FileManager.default.removeItem(atPath: folder.path("e.rejected.summary.json"))
        let warned = try send(
            0, ["e.rejected.ndjson", "--report", "d.report.ndjson", "--skip", "6"])
        #expect(warned.contains("summary of 'e.rejected.report.ndjson' is missing"), "\(warned)")
    }
}
