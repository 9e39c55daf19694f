import Foundation
import TestSupport
import Testing

@Suite("A job of shards", .sideBySide) struct ShardRunTests {
    @Test(
        "Each record is sent and reported by exactly one shard, as one process reports it",
        arguments: [1, 2, 8, 40])
    func partition(count: Int) throws {
        var scene = try ShardScene([
            "in.ndjson": Array(ShardScene.lines(60).utf8),
            "more.ndjson.gz": try Gzip.pack(ShardScene.lines(30, seed: 4)),
            "rows.csv": Array(
                "appId,event_type,payload\na,t,\"one\nbreak\"\nb,t,\"{\"\"n\"\":1}\"\n,t,x\n".utf8),
            "values.json": Array(
                #"[{"appId":"a","event_type":"t"},{"appId":"b","event_type":"t"}, 7]"#.utf8),
        ])
        scene.flags = ["--skip", "2"]
        let one = try scene.sendUnsharded()
        #expect(one.exitCode == 1, "\(one)")
        let unsharded = try ReportRow.ndjson(scene.folder.read("one.report.ndjson"))
        let sent = scene.server.requestCount
        let results = try scene.sendAll(count)
        for result in results {
            #expect(result.exitCode == 0 || result.exitCode == 1, "\(result)")
        }
        #expect(scene.server.requestCount == 2 * sent)
        func key(_ row: ReportRow) -> String {
            "\(row.file) \(row.line) \(row.appID ?? "-") \(row.outcome) \(row.status ?? 0) "
                + "\(row.error ?? "-") \(row.detail ?? "-")"
        }
        let rows = try scene.rows(of: count)
        #expect(rows.map(key).sorted() == unsharded.map(key).sorted())
        // The number of applications is below 40: some shards are empty, and end well.
        if count == 40 {
            let empty = try (1...count).filter {
                try scene.folder.read(ShardScene.report($0, of: count)).isEmpty
            }
            #expect(!empty.isEmpty)
            for number in empty {
                #expect(results[number - 1].exitCode == 0, "\(results[number - 1])")
                #expect(!results[number - 1].errorOutput.contains("warning"))
            }
        }
    }

    @Test("An empty input and a shard without records leave empty reports and exit with 0")
    func empty() throws {
        let scene = try ShardScene(["in.ndjson": []])
        for result in try scene.sendAll(3) { #expect(result.exitCode == 0, "\(result)") }
        #expect(try scene.rows(of: 3).isEmpty)
        #expect(scene.server.requestCount == 0)
    }

    @Test("A shard that is killed resumes on another path with the same keys, and nothing is lost")
    func killed() throws {
        let folder = try TemporaryFolder("shards")
        let server = try LoopbackServer { .delay(.milliseconds(10), .created($0)) }
        let lines = (1...80).map { #"{"appId":"app_\#($0 % 9)","event_type":"t"}"# + "\n" }
        try folder.write(lines.joined(), to: "in.ndjson")
        try folder.write(lines.joined(), to: "other/in.ndjson")
        func program(_ shard: String, _ input: String = "in.ndjson", report: String = "j.ndjson")
            -> Program
        {
            Program(
                Hookbatch.binary,
                [
                    "send", "--to", server.baseURL, "--shard", shard, "--report", report,
                    "--concurrency", "2", input,
                ],
                environment: ["HOOKSTREAM_API_KEY": Sending.apiKey], directory: folder.path)
        }
        let running = try program("1/2").start()
        #expect(server.waitForRequests(8))
        running.kill(SIGKILL)
        _ = running.wait()
        // A second copy begins again from another path, with files of its own and the job's manifest.
        try FileManager.default.createDirectory(
            atPath: folder.path("copy"), withIntermediateDirectories: false)
        try FileManager.default.copyItem(
            atPath: folder.path("j.shards.json"), toPath: folder.path("copy/j.shards.json"))
        let copy = try program("1/2", "other/in.ndjson", report: "copy/j.ndjson").run()
        #expect(copy.exitCode == 0, "\(copy)")
        for shard in ["1/2", "2/2"] {
            let result = try program(shard).run()
            #expect(result.exitCode == 0, "\(result)")
        }
        // All processes sent the same keys for the same lines.
        #expect(server.acceptances.count == 80)
        let job = try #require(
            try folder.text("j.shards.json").firstMatch(of: /"job_id": "([0-9a-z]{16})"/)?.1)
        #expect(
            Set(server.acceptances.keys) == Set((1...80).map { "hb-\(job)-1-\($0)" }))
        let summaries = try ["01", "02"].map { try folder.text("j.shard-\($0)-of-02.summary.json") }
        for summary in summaries { #expect(summary.contains("\"run_id\": \"\(job)\"")) }
    }

    @Test("Eight shards that start at once are of one job")
    func race() throws {
        let scene = try ShardScene(["in.ndjson": Array(ShardScene.lines(40).utf8)])
        let running = try (0..<8).map { index in
            try scene.shard("auto/8", environment: ["JOB_COMPLETION_INDEX": "\(index)"]).start()
        }
        for (index, process) in running.enumerated() {
            let result = process.wait()
            #expect(result.exitCode == 0 || result.exitCode == 1, "\(result)")
            #expect(
                result.errorOutput.contains(
                    "shard \(index + 1) of 8, from JOB_COMPLETION_INDEX=\(index) (Kubernetes)"))
        }
        #expect(try scene.rows(of: 8).count == 40)
        let ids = try (1...8).map { number in
            try scene.folder.text("job.shard-\(ShardScene.name(number, of: 8)).summary.json")
                .firstMatch(of: /"run_id": "([0-9a-z]{16})"/)?.1
        }
        #expect(Set(ids).count == 1)
        #expect(try scene.folder.names().filter { $0.hasSuffix(".tmp") } == [])
    }

    /// A difference from a job of two shards, and the words that name it.
    struct Difference: Sendable, CustomTestStringConvertible {
        var shard = "2/2"
        var words: [String] = []
        var input = "in.ndjson"
        var environment: [String: String] = [:]
        var message: String
        var testDescription: String { message }
    }

    @Test(
        "A shard that differs from its job sends nothing, and the message names the difference",
        arguments: [
            Difference(shard: "2/3", message: "it has 2 shards, not 3"),
            Difference(words: ["--map", "appId=/x"], message: "its --map is not given"),
            Difference(words: ["--skip", "1"], message: "its --skip is not given"),
            Difference(
                words: ["--delivery", "at-most-once"],
                message: "its --delivery is at-least-once"),
            Difference(input: "changed/in.ndjson", message: "has other content"),
            Difference(
                input: "other.ndjson", message: "its input is 'in.ndjson', not 'other.ndjson'"),
            Difference(
                shard: "auto/2", words: ["--shard-base", "1"],
                environment: ["SLURM_ARRAY_TASK_ID": "2"],
                message: "its --shard-base is 0, not 1"),
        ])
    func difference(_ difference: Difference) throws {
        let text = ShardScene.lines(20)
        let scene = try ShardScene([
            "in.ndjson": Array(text.utf8), "other.ndjson": Array(text.utf8),
            "changed/in.ndjson": Array(text.replacing("\"n\":1}", with: "\"n\":7}").utf8),
        ])
        let first = try scene.shard(
            "auto/2", ["--shard-base", "0"], environment: ["SLURM_ARRAY_TASK_ID": "0"],
            inputs: ["in.ndjson"]
        ).run()
        #expect(first.exitCode == 1, "\(first)")
        let sent = scene.server.requestCount
        let second = try scene.shard(
            difference.shard, difference.words, environment: difference.environment,
            inputs: [difference.input]
        ).run()
        #expect(second.exitCode == 2, "\(second)")
        #expect(second.errorOutput.contains("'job.shards.json' is the manifest of another job"))
        #expect(second.errorOutput.contains(difference.message), "\(second)")
        #expect(scene.server.requestCount == sent)
        // The same job, where the shard is typed.
        let typed = try scene.shard("2/2", inputs: ["in.ndjson"]).run()
        #expect(typed.exitCode == 1, "\(typed)")
    }

    @Test("A job of another destination, a damaged manifest and a missing one are refused")
    func manifest() throws {
        let scene = try ShardScene(["in.ndjson": Array(ShardScene.lines(20).utf8)])
        #expect(try scene.shard("1/2").run().exitCode == 1)
        let other = try scene.program([
            "send", "--to", "https://hookstream.io/v1", "--report", "job.report.ndjson", "--shard",
            "2/2", "in.ndjson",
        ]).run()
        #expect(other.exitCode == 2, "\(other)")
        #expect(other.errorOutput.contains("its --to is '\(scene.server.baseURL)'"), "\(other)")
        let manifest = try scene.folder.read("job.shards.json")
        for (text, words) in [
            ("{\n", "is damaged"), ("{}\n", "is damaged"),
            (#"{"version":2}"#, "has version 2"),
            (
                String(decoding: manifest, as: UTF8.self).replacing("job_id", with: "id"),
                "is damaged"
            ),
        ] {
            try scene.folder.write(text, to: "job.shards.json")
            let result = try scene.shard("2/2").run()
            #expect(result.exitCode == 2, "\(result)")
            #expect(result.errorOutput.contains(words), "\(result)")
        }
        // A run stopped at a limit has a journal, which another job may not resume.
        try FileManager.default.removeItem(atPath: scene.folder.path("job.shards.json"))
        let stopped = try scene.shard("2/2", ["--limit", "1"]).run()
        #expect(stopped.exitCode == 3, "\(stopped)")
        let begun = try scene.folder.read("job.shards.json")
        try scene.folder.write(manifest, to: "job.shards.json")
        let mixed = try scene.shard("2/2").run()
        #expect(mixed.exitCode == 2, "\(mixed)")
        #expect(mixed.errorOutput.contains("belongs to the job"), "\(mixed)")
        try FileManager.default.removeItem(atPath: scene.folder.path("job.shards.json"))
        let missing = try scene.shard("2/2").run()
        #expect(missing.exitCode == 2, "\(missing)")
        #expect(missing.errorOutput.contains("'job.shards.json' is missing"), "\(missing)")
        try scene.folder.write(begun, to: "job.shards.json")
        #expect(try scene.shard("2/2").run().exitCode == 1)
    }

    @Test("A shard with a journal resumes with the same path of its input only")
    func otherPath() throws {
        let text = Array(ShardScene.lines(20).utf8)
        let scene = try ShardScene(["in.ndjson": text, "other/in.ndjson": text])
        let inputs = ["in.ndjson"]
        #expect(try scene.shard("1/1", ["--limit", "3"], inputs: inputs).run().exitCode == 3)
        let other = try scene.shard("1/1", inputs: ["other/in.ndjson"]).run()
        #expect(other.exitCode == 2, "\(other)")
        #expect(
            other.errorOutput.contains("('in.ndjson', not 'other/in.ndjson'); use the paths of"),
            "\(other)")
        #expect(!other.errorOutput.contains("--fresh"), "\(other)")
        #expect(try scene.shard("1/1", inputs: inputs).run().exitCode == 1)
        // Only the report is left, and it is of this job.
        let done = try scene.shard("1/1", inputs: ["other/in.ndjson"]).run()
        #expect(done.exitCode == 2, "\(done)")
        #expect(done.errorOutput.contains("choose another --report for a new job"), "\(done)")
    }

    @Test("A pipe is refused, since every shard reads all inputs")
    func stream() throws {
        let scene = try ShardScene([:])
        #expect(mkfifo(scene.folder.path("pipe"), 0o600) == 0)
        let writer = open(scene.folder.path("pipe"), O_RDWR)
        defer { close(writer) }
        let line = Array(Sending.oneLine.utf8)
        #expect(write(writer, line, line.count) == line.count)
        let result = try scene.shard("1/2", inputs: ["pipe"]).run()
        #expect(result.exitCode == 2, "\(result)")
        #expect(result.errorOutput.contains("not a regular file"), "\(result)")
        #expect(try scene.folder.names() == ["pipe"])
    }

    @Test("--finished-exit 0 replaces the exit code of a finished run, and of no other one")
    func finishedExit() throws {
        let scene = try ShardScene(["in.ndjson": Array(ShardScene.lines(40).utf8)])
        let stopped = try scene.shard("1/2", ["--finished-exit", "0", "--limit", "1"]).run()
        #expect(stopped.exitCode == 3, "\(stopped)")
        for _ in 1...2 {
            let finished = try scene.shard("1/2", ["--finished-exit", "0"]).run()
            #expect(finished.exitCode == 0, "\(finished)")
        }
        let summary = try scene.folder.text("job.shard-01-of-02.summary.json")
        #expect(summary.contains("\"exit_code\": 1,"), "\(summary)")
        #expect(try scene.shard("1/2").run().exitCode == 1)
        let refused = try scene.shard("3/3", ["--finished-exit", "0"]).run()
        #expect(refused.exitCode == 2, "\(refused)")
    }

    @Test("A store of each shard has its messages, and the metrics have its label")
    func store() throws {
        let scene = try ShardScene(["in.ndjson": Array(ShardScene.lines(40).utf8)])
        for number in 1...2 {
            let result = try scene.program([
                "send", "--to", "store:hook-{shard}.db", "--shard", "\(number)/2", "--metrics",
                "in-{shard}.prom", "in.ndjson",
            ]).run()
            #expect(result.exitCode == 1, "\(result)")
            #expect(scene.folder.contains("hook-0\(number)-of-02.db"))
            let metrics = try scene.folder.text("in-0\(number)-of-02.prom")
            #expect(metrics.contains("{batch=\"in\",shard=\"0\(number)-of-02\"}"), "\(metrics)")
        }
    }

    @Test("check shows the records of each shard as the shards then send them")
    func plan() throws {
        let lines =
            ShardScene.lines(50)
            + String(repeating: #"{"appId":"large","event_type":"t"}"# + "\n", count: 450)
        let scene = try ShardScene(["in.ndjson": Array(lines.utf8)])
        let plan = try scene.program([
            "check", "--shards", "4", "--rate", "100/s", "--app-rate", "10/s", "in.ndjson",
        ]).run()
        #expect(plan.exitCode == 1, "\(plan)")
        #expect(plan.output.contains("warning: large alone has 450 records"), "\(plan.output)")
        try scene.sendAll(4)
        let json = try scene.program([
            "check", "--shards", "4", "--output", "json", "--app-rate", "10/s", "in.ndjson",
        ]).run()
        for number in 1...4 {
            let rows = try ReportRow.ndjson(
                scene.folder.read(ShardScene.report(number, of: 4)))
            #expect(
                plan.output.split(separator: "\n").contains {
                    $0.hasPrefix("  \(ShardScene.name(number, of: 4))  ")
                        && $0.split(separator: " ")[1] == "\(rows.count)"
                }, "\(number): \(rows.count) in\n\(plan.output)")
            let pattern = "\"shard\": \(number),\n        \"records\": \(rows.count),"
            #expect(json.output.contains(pattern), "\(json.output)")
        }
        // 449 intervals of the largest application.
        #expect(json.output.contains("\"seconds\": 44.9"), "\(json.output)")
    }
}
