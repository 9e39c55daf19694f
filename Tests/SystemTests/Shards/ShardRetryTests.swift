import TestSupport
import Testing

@Suite("Undelivered lines of shards", .sideBySide)
struct ShardRetryTests {
    private static let input = (1...60).map {
        #"{"appId":"app_\#($0 % 7)","event_type":"t","payload":{"n":\#($0)}}"# + "\n"
    }.joined()

    private let scene: ShardScene
    /// Whether the server accepts all lines.
    private let accepts = Monitor(false)

    init() throws {
        let accepts = accepts
        scene = try ShardScene(["in.ndjson": Array(Self.input.utf8)]) { request in
            request.bodyText.firstMatch(of: /"n":[0-9]*5}/) == nil || accepts.read { $0 }
                ? .created(request) : .answer(425)
        }
    }

    @Test(
        "A shard with undelivered lines proposes the merge, which has the command for all of them")
    func proposed() throws {
        for shard in ["1/2", "2/2"] {
            let result = try scene.shard(shard, ["--retries", "0"]).run()
            #expect(result.exitCode == 1, "\(result)")
            #expect(
                result.errorOutput.contains(
                    "when all shards are finished, merge them and see what to do with:\n"),
                "\(result)")
            #expect(
                result.errorOutput.hasSuffix(
                    "hookbatch report --shards job.shards.json --merge job.report.ndjson\n"),
                "\(result)")
        }
        let merged = try scene.program([
            "report", "--shards", "job.shards.json", "--merge", "job.report.ndjson",
        ]).run()
        #expect(merged.exitCode == 1, "\(merged)")
        #expect((merged.output + merged.errorOutput).contains("--retry-of job.report.ndjson"))
    }

    @Test("Reports of shards and of their retries have each line once, with its last word")
    func lastWords() throws {
        let shards = ["1/2", "2/2"]
        for shard in shards { _ = try scene.shard(shard, ["--retries", "0"]).run() }
        accepts.update { $0 = true }
        let reports = ["job.shard-01-of-02.report.ndjson", "job.shard-02-of-02.report.ndjson"]
        for report in reports {
            let retried = try scene.program(
                ["send", "--to", scene.server.baseURL, "--retry-of", report]
            ).run()
            #expect(retried.exitCode == 0, "\(retried)")
        }
        let retries = [
            "job.shard-01-of-02.try-2.report.ndjson", "job.shard-02-of-02.try-2.report.ndjson",
        ]
        let all = try scene.program(["report"] + reports + retries).run()
        #expect(
            all.output.contains("\nTotal: 60 lines, all accepted; 6 at the second try\n"), "\(all)")
        // Without a retry there are only two parts of one run.
        let parts = try scene.program(["report"] + reports).run()
        #expect(parts.exitCode == 1 && !parts.output.contains("second try"), "\(parts)")
    }
}
