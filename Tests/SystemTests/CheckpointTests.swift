import Foundation
import TestSupport
import Testing

/// Runs with more outcomes than there are from one `checkpoint` row of the journal to the next.
@Suite("Resumes after a checkpoint", .sideBySide)
struct CheckpointTests {
    private static let count = 20_000
    /// Above the interval of checkpoints.
    private static let limit = "17000"

    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder("checkpoint")
        let lines = (1...Self.count).map {
            #"{"appId":"\#($0 % 100 == 7 ? "b" : "a")","event_type":"t","payload":{"n":\#($0)}}"#
                + "\n"
        }
        try folder.write(lines.joined(), to: "in.ndjson")
    }

    private func run(_ words: String...) throws -> ProgramResult {
        try Program.run(Hookbatch.binary, words, directory: folder.path)
    }

    /// Stops a run, resumes it, and returns the lines of its report.
    private func resume(_ words: [String], report: String) throws -> [UInt64] {
        func send(_ more: [String]) throws -> ProgramResult {
            try Program.run(
                Hookbatch.binary,
                ["send", "--to", "store:s.db", "--known-apps-only"] + words + more,
                directory: folder.path)
        }
        let stopped = try send(["--limit", Self.limit])
        #expect(stopped.exitCode == 3, "\(stopped)")
        #expect(try folder.text(report + ".journal").contains(#""kind":"checkpoint""#))
        let resumed = try send([])
        #expect(resumed.exitCode == 0, "\(resumed)")
        let rows = try ReportRow.ndjson(folder.read(report))
        #expect(rows.allSatisfy { $0.outcome == "accepted" })
        return rows.map { UInt64($0.line) }
    }

    private func stored() throws -> Int {
        try Serving.objects(run("store", "messages", "--store", "s.db").standardOutput).count
    }

    @Test("A run that skips records resumes, and sends each other record once")
    func skipped() throws {
        _ = try run("store", "add-app", "a", "b", "--store", "s.db")
        let lines = try resume(["in.ndjson", "--skip", "3"], report: "in.report.ndjson")
        #expect(lines == Array(4...UInt64(Self.count)))
        #expect(try stored() == Self.count - 3)
    }

    @Test("A retry of some lines resumes, and sends each of them once")
    func retried() throws {
        _ = try run("store", "add-app", "b", "--store", "s.db")
        let first = try run("send", "--to", "store:s.db", "--known-apps-only", "in.ndjson")
        #expect(first.exitCode == 1, "\(first)")
        _ = try run("store", "add-app", "a", "--store", "s.db")
        let lines = try resume(
            ["--retry-of", "in.report.ndjson", "--outcome", "rejected"],
            report: "in.try-2.report.ndjson")
        #expect(lines == (1...UInt64(Self.count)).filter { $0 % 100 != 7 })
        #expect(try stored() == Self.count)
    }

    @Test("A changed line is found after a checkpoint too")
    func changed() throws {
        _ = try run("store", "add-app", "a", "b", "--store", "s.db")
        let words = ["send", "--to", "store:s.db", "in.ndjson", "--skip", "3"]
        let stopped = try Program.run(
            Hookbatch.binary, words + ["--limit", Self.limit], directory: folder.path)
        #expect(stopped.exitCode == 3, "\(stopped)")
        let text = try folder.text("in.ndjson")
        try folder.write(
            text.replacing(#""n":15000}"#, with: #""n":15009}"#), to: "in.ndjson")
        let resumed = try Program.run(Hookbatch.binary, words, directory: folder.path)
        #expect(resumed.exitCode == 2, "\(resumed)")
        #expect(resumed.errorOutput.contains("line 15000 differs"), "\(resumed)")
    }
}
