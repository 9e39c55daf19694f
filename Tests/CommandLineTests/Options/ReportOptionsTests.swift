import Delivery
import Ledger
import Testing

@testable import hookbatch

@Suite("The options of report") struct ReportOptionsTests {
    private func options(_ words: String...) throws -> ReportOptions {
        guard case .run(let arguments) = try Invocation(words: ["report"] + words) else {
            throw UsageError("not a run")
        }
        return try ReportOptions(arguments)
    }

    @Test("Without a flag report prints summaries")
    func plain() throws {
        let options = try options("a.ndjson", "b.csv")
        #expect(options.paths == ["a.ndjson", "b.csv"])
        #expect(!options.makesSomething && options.filter.isEmpty && options.rows == nil)
    }

    @Test("A filter without an output file prints rows as NDJSON")
    func filter() throws {
        #expect(try options("a", "--outcome", "failed,unknown").rows == .ndjson)
        #expect(try options("a", "--app", "x").rows == .ndjson)
        #expect(try options("a", "--error", "timeout", "--rows", "csv").rows == .csv)
        let written = try options("a", "--outcome", "failed", "--merge", "b.csv")
        #expect(written.rows == nil && written.outputs == ["b.csv"])
        #expect(try options("a", "--html", "b.html").outputs == ["b.html"])
        #expect(
            try options("a", "--outcome", "unknown,failed", "--app", "x").filter.words
                == ["outcome failed or unknown", "application x"])
    }

    @Test(
        "Invalid options of report are rejected",
        arguments: [
            ["a", "--outcome", "fail"], ["a", "--outcome", ""], ["a", "--error", "x,,y"],
            ["a", "--merge", "out"], ["a", "--html", "out.htm"], ["a", "--html", ".html"],
            ["a", "--rows", "table"], ["a", "--force"], [], ["--merge", "x.csv"],
        ])
    func refused(words: [String]) {
        #expect(throws: UsageError.self) {
            guard case .run(let arguments) = try Invocation(words: ["report"] + words) else {
                return
            }
            _ = try ReportOptions(arguments)
        }
    }
}
