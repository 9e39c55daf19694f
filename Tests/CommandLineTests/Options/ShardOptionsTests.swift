import Delivery
import Records
import Sending
import TestSupport
import Testing
import Time

@testable import hookbatch

private func options(
    _ words: [String], _ variables: [String: String] = [:],
    to destination: String = "store:x-{shard}.db"
) throws -> SendOptions {
    let words = ["send", "a.ndjson", "--to", destination] + words
    return try SendOptions(
        arguments(words), words: words,
        environment: Environment(
            apiKey: Array("key".utf8), batchVariables: variables))
}

private func refusal(_ words: [String], _ variables: [String: String] = [:]) -> String? {
    do throws(any Error) {
        _ = try options(words, variables)
        return nil
    } catch {
        return (error as? UsageError)?.message
    }
}

@Suite("--shard") struct ShardOptionsTests {
    @Test(
        "A text that is not a shard is rejected",
        arguments: [
            "", "3", "0/8", "9/8", "3/0", "3/10001", "+3/8", "3/8/1", "/8", "3/", "auto/", "auto/0",
            "Auto", "３/8", "3 / 8",
        ])
    func invalid(text: String) {
        #expect(ShardArgument(text: text) == nil)
        #expect(refusal(["--shard", text])?.contains("(example: --shard 3/8)") == true)
    }

    @Test(
        "The number comes from the batch system, whose first index is 0 or 1",
        arguments: [
            ("JOB_COMPLETION_INDEX", "0", "auto/8", [], 1, 8),
            ("JOB_COMPLETION_INDEX", "7", "auto/8", [], 8, 8),
            ("SLURM_ARRAY_TASK_ID", "0", "auto/8", ["--shard-base", "0"], 1, 8),
            ("SLURM_ARRAY_TASK_ID", "8", "auto/8", ["--shard-base", "1"], 8, 8),
            ("AWS_BATCH_JOB_ARRAY_INDEX", "2", "auto", [], 3, 4),
            ("CLOUD_RUN_TASK_INDEX", "2", "auto", [], 3, 4),
            ("BATCH_TASK_INDEX", "2", "auto/4", [], 3, 4),
            ("NOMAD_ALLOC_INDEX", "2", "auto/4", [], 3, 4),
            ("SGE_TASK_ID", "3", "auto/4", [], 3, 4),
            ("LSB_JOBINDEX", "3", "auto/4", [], 3, 4),
            ("PARALLEL_SEQ", "3", "auto/4", [], 3, 4),
            ("CI_NODE_INDEX", "3", "auto", [], 3, 4),
            ("BUILDKITE_PARALLEL_JOB", "3", "auto", ["--shard-base", "0"], 4, 4),
        ] as [(String, String, String, [String], Int, Int)])
    func automatic(
        variable: String, value: String, shard: String, flags: [String], number: Int, count: Int
    ) throws {
        let counts = [
            "AWS_BATCH_JOB_ARRAY_SIZE", "CLOUD_RUN_TASK_COUNT", "BATCH_TASK_COUNT", "CI_NODE_TOTAL",
            "BUILDKITE_PARALLEL_JOB_COUNT",
        ]
        let variables = Dictionary(uniqueKeysWithValues: counts.map { ($0, "4") })
            .merging([variable: value]) { _, value in value }
        let given = try options(["--shard", shard] + flags, variables)
        #expect(given.shard?.shard == Shard(number, of: count))
        let source = try #require(given.shard?.choice.source)
        #expect(source.hasPrefix("shard \(number) of \(count), from \(variable)=\(value) ("))
        #expect(
            given.commands.resume
                == "hookbatch send --shard \(number)/\(count) a.ndjson --to 'store:x-{shard}.db'")
    }

    @Test("The guide's table names each batch system with its variables and its first index")
    func guide() {
        let rows = Guide.machines.text.split(separator: "\n").filter { $0.hasPrefix("| ") }
        for system in BatchSystem.all {
            let base = system.base.map { "\($0)" } ?? "`--shard-base`"
            let count = system.count.map { "`\($0)`" } ?? "no"
            #expect(
                rows.contains("| \(system.name) | `\(system.index)` | \(base) | \(count) |"),
                "\(system)")
        }
    }

    @Test(
        "A number that is not certain is refused, with the reason",
        arguments: [
            (["--shard", "auto/8"], [:], "no variable of a batch system is set"),
            (["--shard", "auto/8"], ["SLURM_ARRAY_TASK_ID": "3"], "add --shard-base 0"),
            (
                ["--shard", "auto", "--shard-base", "1"],
                ["SLURM_ARRAY_TASK_ID": "3", "SLURM_ARRAY_TASK_COUNT": "1"], "use --shard auto/N"
            ),
            (["--shard", "auto"], ["JOB_COMPLETION_INDEX": "3"], "use --shard auto/N"),
            (["--shard", "auto"], ["CI_NODE_INDEX": "3"], "CI_NODE_TOTAL is not set"),
            (
                ["--shard", "auto"], ["CI_NODE_INDEX": "3", "CI_NODE_TOTAL": "x"],
                "CI_NODE_TOTAL is 'x'"
            ),
            (
                ["--shard", "auto/8"], ["CI_NODE_INDEX": "3", "CI_NODE_TOTAL": "4"],
                "CI_NODE_TOTAL is 4; use --shard auto"
            ),
            (["--shard", "auto/8"], ["JOB_COMPLETION_INDEX": "8"], "an index from 0 to 7"),
            (["--shard", "auto/8"], ["SGE_TASK_ID": "0"], "an index from 1 to 8"),
            (["--shard", "auto/8"], ["SGE_TASK_ID": "undefined"], "SGE_TASK_ID is 'undefined'"),
            (
                ["--shard", "auto/8", "--shard-base", "1"], ["JOB_COMPLETION_INDEX": "1"],
                "Kubernetes counts from 0"
            ),
            (
                ["--shard", "auto/8"], ["PARALLEL_SEQ": "1", "SLURM_ARRAY_TASK_ID": "1"],
                "several batch systems are set: SLURM_ARRAY_TASK_ID (Slurm), PARALLEL_SEQ"
            ),
            (["--shard", "1/8", "--shard-base", "1"], [:], "remove one"),
            (["--shard-base", "1"], [:], "needs --shard auto"),
            (["--shards-at-once", "2"], [:], "needs --shard"),
            (["--shard", "1/8", "--shards-at-once", "9"], [:], "above the number of shards, 8"),
        ] as [([String], [String: String], String)])
    func uncertain(words: [String], variables: [String: String], reason: String) throws {
        let message = try #require(refusal(words, variables))
        #expect(message.contains(reason), "\(message)")
    }

    @Test(
        "What has no meaning for a job of shards is refused, with the reason",
        arguments: [
            (["--fresh"], "choose another --report"),
            (["--time", "/t", "--since", "2h"], "start at different times"),
            (["--time", "/t", "--pace", "recorded"], "can't be divided"),
            (["--summary", "s.json"], "{shard}"), (["--metrics", "m.prom"], "{shard}"),
            (["--to", "store:x.db"], "'store:hook-{shard}.db'"),
        ])
    func meaningless(words: [String], reason: String) throws {
        let all = ["send", "a.ndjson", "--shard", "1/8"] + words
        let whole = words[0] == "--to" ? all : all + ["--to", "store:{shard}.db"]
        let message = #expect(throws: UsageError.self) {
            try SendOptions(arguments(whole), words: whole, environment: Environment())
        }?.message
        #expect(message?.contains(reason) == true, "\(message ?? "")")
        for input in ["-", "/dev/fd/5"] {
            let words = ["send", input, "--report", "r.ndjson", "--shard", "1/8"]
            let message = #expect(throws: UsageError.self) {
                try SendOptions(
                    arguments(words + ["--to", "store:{shard}.db"]), words: words,
                    environment: Environment())
            }?.message
            #expect(message?.contains("read only once") == true, "\(message ?? "")")
        }
    }

    @Test("Files, store, summary and metrics have the shard's name")
    func names() throws {
        let given = try options([
            "--shard", "2/8", "--summary", "{shard}.json", "--metrics", "nightly-{shard}.prom",
        ])
        #expect(given.report.path == "a.shard-02-of-08.report.ndjson")
        #expect(given.report.summary == "a.shard-02-of-08.summary.json")
        #expect(given.shard?.manifest == "a.shards.json")
        #expect(given.destination.name == "store:x-02-of-08.db")
        #expect(given.shard?.destination == "store:x-{shard}.db")
        #expect(given.watching.summary == "02-of-08.json")
        #expect(given.watching.metrics?.path == "nightly-02-of-08.prom")
        #expect(given.watching.metrics?.batch == "nightly")
        #expect(given.watching.metrics?.shard == "02-of-08")
        let named = try options(["--shard", "2/8", "--report", "out/all.csv"])
        #expect(named.report.path == "out/all.shard-02-of-08.csv")
        #expect(named.shard?.manifest == "out/all.shards.json")
    }

    @Test(
        "--rate is divided among the shards that run at once, and --app-rate is not",
        arguments: [
            (["--rate", "400/s"], "50/s"), (["--rate", "3/s"], "0.375/s"),
            (["--rate", "400/s", "--shards-at-once", "4"], "100/s"),
        ])
    func rate(words: [String], part: String) throws {
        let given = try options(["--shard", "2/8", "--app-rate", "10/s"] + words)
        let rate = try #require(given.pace.rate?.constant)
        #expect(rate.perSecond == Rate(text: part)?.perSecond)
        #expect(given.pace.appRate == Rate(text: "10/s"))
        #expect(try options(["--rate", "400/s"]).pace.rate?.constant == Rate(text: "400/s"))
    }

    @Test("The rates of a timetable and of a file are divided")
    func changingRate() throws {
        let table = try options([
            "--shard", "2/8", "--rate", "06:00 80/s, 12:00 0/s, 22:00 8/s",
        ])
        #expect(table.pace.rate?.timetable.parts.map(\.rate?.perSecond) == [10, nil, 1])
        let folder = try TemporaryFolder("rate")
        try folder.write("80/s\n", to: "rate")
        let file = try options(["--shard", "2/8", "--rate", "@" + folder.path("rate")])
        #expect(file.pace.rate?.timetable.parts.map(\.rate?.perSecond) == [10])
        var again = RateFile(folder.path("rate"), among: 4)
        guard case .success(let read)? = again.readIfChanged() else {
            Issue.record("the file can't be read")
            return
        }
        #expect(read.parts.map(\.rate?.perSecond) == [20])
    }

    @Test("The shard is part of the run identity, and not of the command for rejected lines")
    func identity() throws {
        #expect(try options(["--shard", "2/8"]).runIdentity["--shard"] == "2/8")
        #expect(try options([]).runIdentity["--shard"] == "")
        let given = try options(["--shard", "2/8", "--rate", "8/s", "--shards-at-once", "2"])
        #expect(
            given.commands.send(["a.rejected.ndjson"])
                == "hookbatch send --to 'store:x-{shard}.db' --rate 8/s a.rejected.ndjson")
        #expect(
            given.commands.startOver(to: "URL")
                == "hookbatch send --report again.report.ndjson --to URL --shard 2/8 a.ndjson "
                + "--rate 8/s --shards-at-once 2")
    }

    @Test("The flags that read the inputs are in the manifest, in a form that is read again")
    func flags() throws {
        let given = try options([
            "--shard", "2/8", "--map", "appId=/x y", "--set", "event_type=t", "--skip", "3",
            "--rate", "8/s", "--only", "appId=a,b",
        ])
        let flags = try #require(given.shard?.flags)
        let read = try InputOptions(arguments(["check", "a.ndjson"] + flags))
        #expect(read == given.input)
        #expect(!flags.contains { $0.contains("8/s") })
    }

    @Test(
        "A report of a job refuses what has no effect on it",
        arguments: [
            (["--shards", "j.shards.json", "a.report.ndjson"], "remove 'a.report.ndjson'"),
            (["--shards", "j.shards.json", "--html", "a.html"], "--html has no effect"),
            (["--shards", "j.shards.json", "--outcome", "failed"], "--outcome has no effect"),
            (["--shards", "j.shards.json", "--partial"], "--partial needs --merge"),
            (["--shards", "j.shards.json", "--force"], "--force needs --merge"),
            (["a.report.ndjson", "--partial"], "--partial needs --shards"),
        ])
    func report(words: [String], reason: String) throws {
        let message = #expect(throws: UsageError.self) {
            try ReportOptions(arguments(["report"] + words))
        }?.message
        #expect(message?.contains(reason) == true, "\(message ?? "")")
        let given = try ReportOptions(arguments(["report", "--shards", "j.shards.json"]))
        #expect(given.shards?.manifest == "j.shards.json")
    }

    @Test(
        "Numbers of shards are ranges as Slurm reads them",
        arguments: [
            ([], ""), ([3], "3"), ([1, 2], "1-2"), ([0, 2, 3, 4, 7], "0,2-4,7"),
        ])
    func ranges(numbers: [Int], text: String) { #expect(ShardSet.ranges(numbers) == text) }
}
