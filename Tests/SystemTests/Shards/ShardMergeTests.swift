import Foundation
import TestSupport
import Testing

@Suite("The merge of a job's shards", .sideBySide) struct ShardMergeTests {
    /// Merges the shards of a scene into `all.report.ndjson`.
    private func merge(_ scene: ShardScene, _ flags: [String] = []) throws -> ProgramResult {
        try scene.program(
            ["report", "--shards", "job.shards.json", "--merge", "all.report.ndjson"] + flags
        ).run()
    }

    /// A report without ids, times and attempts.
    private func rows(_ scene: ShardScene, _ name: String) throws -> [ReportRow] {
        try ReportRow.ndjson(scene.folder.read(name)).map { row in
            var row = row
            row.messageID = nil
            row.startedAt = nil
            row.latencyMilliseconds = nil
            row.attempts = 0
            return row
        }
    }

    /// A summary without ids, times, pace, and the names that differ.
    private func summary(_ scene: ShardScene, _ name: String, _ id: String) throws -> String {
        var text = try scene.folder.text(name)
        for member in [
            "run_id", "started_at", "ended_at", "elapsed_ms", "lines_per_second",
        ] {
            text = text.replacing(try Regex("\"\(member)\": [^\n]*"), with: "\"\(member)\": 0")
        }
        // So are the processes, the host and the command.
        for (start, end) in [("processes", "destination"), ("command", "options")] {
            if let start = text.range(of: "\"\(start)\": "),
                let end = text.range(of: "  \"\(end)\": ")
            {
                text.removeSubrange(start.lowerBound..<end.lowerBound)
            }
        }
        // The pace is an object of one process, and null in a merge.
        if let start = text.range(of: "\"pace\": "), let end = text.range(of: "  \"files\": ") {
            text.removeSubrange(start.lowerBound..<end.lowerBound)
        }
        return text.replacing("\(id).", with: "NAME.").replacing(
            try Regex("hb-[0-9a-z]{16}"), with: "hb-ID")
    }

    /// A file without ids, which the origins of lines have, and the checksums over them.
    private func text(_ scene: ShardScene, _ name: String) throws -> String {
        let text = try scene.folder.text(name)
        guard name.hasSuffix(".origins") else { return text }
        return text.replacing(try Regex("run_id\":\"[0-9a-z]{16}"), with: "run_id\":\"ID")
            .replacing(try Regex("hb-[0-9a-z]{16}"), with: "hb-ID")
            .replacing(try Regex("\"crc\":\"[0-9a-f]{8}"), with: "")
    }

    /// The files that differ in name only.
    private func checkSame(_ scene: ShardScene) throws {
        #expect(try rows(scene, "all.report.ndjson") == rows(scene, "one.report.ndjson"))
        let names = try scene.folder.names().filter { $0.hasPrefix("one.") }
        #expect(names.count > 2 || names == ["one.report.ndjson", "one.summary.json"])
        for name in names where !name.contains("report") && !name.contains("summary") {
            let merged = "all" + name.dropFirst(3)
            #expect(scene.folder.contains(merged), "\(merged)")
            #expect(try text(scene, merged) == text(scene, name), "\(name)")
        }
        #expect(
            try scene.folder.names().filter { $0.hasPrefix("all.") }
                == names.map { "all" + $0.dropFirst(3) })
        let (all, one) = (
            try summary(scene, "all.summary.json", "all"),
            try summary(scene, "one.summary.json", "one")
        )
        #expect(all == one)
    }

    @Test(
        "The merged files are those of one process, except for ids, times and attempts",
        arguments: [1, 2, 8, 40])
    func same(count: Int) throws {
        var scene = try ShardScene([
            "in.ndjson": Array(ShardScene.lines(60).utf8),
            "more.ndjson.gz": try Gzip.pack(ShardScene.lines(30, seed: 4)),
            "rows.csv": Array(
                ("appId,event_type,payload\na,t,\"one\nbreak\"\nb,t,\"{\"\"n\"\":1}\"\n,t,x\n"
                    + "gone,t,\"two\nbreaks\n\"\nc,refused,y\nd,t,\"unclosed\ne,t,z\n").utf8),
            "values.json": Array(
                #"[{"appId":"a","event_type":"t"},{"appId":"gone","event_type":"t"}, 7]"#.utf8),
        ])
        scene.flags = ["--skip", "2", "--max-record-bytes", "1KiB"]
        let one = try scene.sendUnsharded()
        try scene.sendAll(count)
        let merged = try merge(scene)
        #expect(merged.exitCode == one.exitCode, "\(merged)")
        try checkSame(scene)
    }

    @Test("Selected and mapped records of CSV with quoted line breaks merge as one process sends")
    func selected() throws {
        let rows = (1...80).map { number in
            "2026-03-\(number % 20 + 10)T10:00:00Z,t\(number % 9),"
                + "\(number % 7 == 0 ? "order.paid" : number % 11 == 0 ? "" : "user.created"),"
                + "\"line one\nline \(number)\",\(number % 13 == 0 ? "x" : "\(number)")\n"
        }
        var scene = try ShardScene([
            "rows.csv": Array(("ts,tenant,kind,text,n\n" + rows.joined()).utf8)
        ])
        scene.flags = [
            "--map", "appId=tenant", "--map", "event_type=kind", "--map", "payload/text=text",
            "--map", "payload/n=n:number", "--time", "ts", "--since", "2026-03-15T00:00:00Z",
            "--except", "event_type=order.*",
        ]
        let one = try scene.sendUnsharded()
        #expect(one.exitCode == 1, "\(one)")
        try scene.sendAll(5)
        let merged = try merge(scene)
        #expect(merged.exitCode == 1, "\(merged)")
        try checkSame(scene)
    }

    @Test("An empty input, and one application with 90 % of the lines, merge as one process sends")
    func uneven() throws {
        let large = (1...100).map {
            #"{"appId":"\#($0 % 10 == 0 ? "app_" + String($0) : "large")","event_type":"t"}"# + "\n"
        }
        for text in ["", large.joined()] {
            let scene = try ShardScene(["in.ndjson": Array(text.utf8)])
            let one = try scene.sendUnsharded()
            try scene.sendAll(4)
            let merged = try merge(scene)
            #expect(merged.exitCode == 0 && one.exitCode == 0, "\(merged)")
            try checkSame(scene)
        }
    }

    @Test("A thousand shards of a few lines are merged")
    func thousand() throws {
        let scene = try ShardScene(["in.ndjson": Array(ShardScene.lines(5).utf8)])
        _ = try scene.sendUnsharded()
        let plan = try scene.program([
            "check", "--shards", "1000", "--output", "json", "in.ndjson",
        ]).run()
        let records = plan.output.matches(of: /"shard": [0-9]+,\s+"records": ([0-9]+),/)
            .compactMap { Int($0.1) }
        try #require(records.count == 1000)
        #expect(records.reduce(0, +) == 5)
        // Empty shards do not need a process each: they have the files of the first one.
        let empty = try #require(records.firstIndex(of: 0)) + 1
        let first = "job.shard-\(ShardScene.name(empty, of: 1000))"
        for number in [empty] + (1...1000).filter({ records[$0 - 1] > 0 }) {
            let result = try scene.shard("\(number)/1000").run()
            #expect(result.exitCode == 0 || result.exitCode == 1, "\(result)")
        }
        let summary = try scene.folder.text("\(first).summary.json")
        let report = try scene.folder.read("\(first).report.ndjson")
        #expect(report.isEmpty)
        for number in (1...1000) where records[number - 1] == 0 && number != empty {
            let name = "job.shard-\(ShardScene.name(number, of: 1000))"
            try scene.folder.write(report, to: "\(name).report.ndjson")
            try scene.folder.write(
                summary.replacing("\"\(empty)/1000\"", with: "\"\(number)/1000\""),
                to: "\(name).summary.json")
        }
        let result = try merge(scene)
        #expect(result.exitCode == 1, "\(result)")
        try checkSame(scene)
    }

    @Test(
        "Missing and unfinished shards are named with what to run again, and --partial marks them")
    func missing() throws {
        let scene = try ShardScene(["in.ndjson": Array(ShardScene.lines(200).utf8)])
        for index in [0, 1, 3, 6, 7] {
            let result = try scene.shard(
                "auto/8", ["--shard-base", "0"], environment: ["SLURM_ARRAY_TASK_ID": "\(index)"]
            ).run()
            #expect(result.exitCode == 0 || result.exitCode == 1, "\(result)")
        }
        // It has more records than this.
        let stopped = try scene.shard("3/8", ["--limit", "1"]).run()
        #expect(stopped.exitCode == 3, "\(stopped)")
        let words = "shards 3,5-6 of 8 are missing or not finished; run again: --array=2,4-5"
        let refused = try merge(scene)
        #expect(refused.exitCode == 3, "\(refused)")
        #expect(refused.errorOutput.contains(words), "\(refused)")
        #expect(!scene.folder.contains("all.report.ndjson"))
        let shown = try scene.program(["report", "--shards", "job.shards.json"]).run()
        #expect(shown.exitCode == 3, "\(shown)")
        #expect(shown.errorOutput.contains(words), "\(shown)")
        #expect(
            shown.output.contains("8 shards: 5 finished, 1 stopped, 2 missing"), "\(shown.output)")
        let partial = try merge(scene, ["--partial"])
        #expect(partial.exitCode == 3, "\(partial)")
        let summary = try scene.folder.text("all.summary.json")
        #expect(summary.contains("\"finished\": false"), "\(summary)")
        #expect(summary.contains("the report lacks the shards 3,5-6 of 8"), "\(summary)")
        let some = try rows(scene, "all.report.ndjson")
        for number in [3, 5, 6] { _ = try scene.shard("\(number)/8").run() }
        _ = try scene.sendUnsharded()
        let exists = try merge(scene)
        #expect(exists.exitCode == 2, "\(exists)")
        #expect(exists.errorOutput.contains("already exists; use --force"), "\(exists)")
        let whole = try merge(scene, ["--force"])
        #expect(whole.exitCode == 1, "\(whole)")
        try checkSame(scene)
        let all = try rows(scene, "all.report.ndjson")
        #expect(some.count < all.count)
        // Rows in the same order, without those of the missing shards.
        #expect(all.filter { some.contains($0) } == some)
        let done = try scene.program(["report", "--shards", "job.shards.json"]).run()
        #expect(done.exitCode == 1, "\(done)")
        #expect(done.output.contains("8 shards: 8 finished"), "\(done.output)")
    }

    /// Changes a finished job of two shards, so that it can't be merged.
    enum Damage: String, CaseIterable, Sendable {
        case doubled = "is of shard 1/2"
        case otherCount = "is of shard 2/3"
        case changedInput = "has other content than when the job began"
        case otherPath = "has rows with the input path 'other/in.ndjson'"
        case otherJob = "is of the job"
        case unsharded = "is of a run without shards"
        case noSummary = "is not the summary of the finished shard"
        case missingRow = "has no row for 'in.ndjson', line"
        case doubledRow = "is not the row of the shard's next record"
        case extraRow = ", line 21, is not the row"
    }

    @Test("A shard that is not of the job is refused by name", arguments: Damage.allCases)
    func damage(_ damage: Damage) throws {
        let lines = (1...40).map {
            // Applications of both shards.
            #"{"appId":"\#($0 % 2 == 0 ? "app_1" : "app_2")","event_type":"t"}"# + "\n"
        }
        let scene = try ShardScene(["in.ndjson": Array(lines.joined().utf8)])
        try scene.folder.write(lines.joined(), to: "other/in.ndjson")
        #expect(try scene.shard("1/2").run().exitCode == 0)
        let input = damage == .otherPath ? "other/in.ndjson" : "in.ndjson"
        #expect(try scene.shard("2/2", inputs: [input]).run().exitCode == 0)
        let (first, second) = ("job.shard-01-of-02", "job.shard-02-of-02")
        func copy(_ source: String, in folder: String = "") throws {
            for ending in [".report.ndjson", ".summary.json"] {
                try scene.folder.write(
                    scene.folder.read(folder + source + ending), to: second + ending)
            }
        }
        let rows = try scene.folder.text(second + ".report.ndjson").split(separator: "\n")
        #expect(rows.count == 20)
        func write(_ rows: [Substring]) throws {
            try scene.folder.write(
                rows.joined(separator: "\n") + "\n", to: second + ".report.ndjson")
        }
        switch damage {
        case .doubled: try copy(first)
        case .otherCount:
            _ = try scene.shard("2/3", report: "x.report.ndjson").run()
            try copy("x.shard-02-of-03")
        case .otherJob:
            _ = try scene.shard("2/2", report: "x.report.ndjson").run()
            try copy("x.shard-02-of-02")
        case .unsharded:
            _ = try scene.sendUnsharded()
            try copy("one")
        case .changedInput:
            try scene.folder.write(
                lines.joined().replacing("app_1", with: "app_3"), to: "in.ndjson")
        case .otherPath: break
        case .noSummary:
            try FileManager.default.removeItem(atPath: scene.folder.path(second + ".summary.json"))
        case .missingRow: try write(Array(rows.dropLast()))
        case .doubledRow: try write(Array(rows[..<3]) + Array(rows[2...]))
        case .extraRow: try write(rows + [rows[19]])
        }
        let result = try merge(scene)
        #expect(result.exitCode == 2, "\(result)")
        #expect(result.errorOutput.contains(damage.rawValue), "\(result)")
        if damage != .changedInput {
            #expect(result.errorOutput.contains("job.shard-02-of-02"), "\(result)")
        }
        #expect(try scene.folder.names().filter { $0.hasPrefix("all.") } == [])
    }

    @Test("A CSV report of a job is merged as one process writes it")
    func csv() throws {
        let scene = try ShardScene(["in.ndjson": Array(ShardScene.lines(40).utf8)])
        for number in 1...2 {
            _ = try scene.shard("\(number)/2", report: "job.report.csv").run()
        }
        _ = try scene.sendUnsharded()
        let result = try merge(scene)
        #expect(result.exitCode == 1, "\(result)")
        try checkSame(scene)
    }
}
