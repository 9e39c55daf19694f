import Foundation
import TestSupport
import Testing

@Suite("The samples of jobs in shards", .sideBySide) struct ShardSampleTests {
    private static func sample(_ name: String) throws -> String {
        try String(contentsOfFile: "\(Hookbatch.root)/samples/\(name)", encoding: .utf8)
    }

    private static func lines(_ count: Int) -> String {
        (1...count).map { #"{"appId":"app_\#($0 % 19)","event_type":"t"}"# + "\n" }.joined()
            + "not JSON\n"
    }

    /// Runs one index as Kubernetes does, and counts how often it began.
    private struct Index {
        var number: Int
        var starts = 0
        var isDone = false
    }

    @Test("The Indexed Job's arguments and exit rules finish each shard after SIGTERM and SIGKILL")
    func indexedJob() throws {
        let yaml = try Self.sample("kubernetes-job.yaml")
        let scene = try TemporaryFolder("shards")
        let server = try LoopbackServer { .delay(.milliseconds(15), .created($0)) }
        try scene.write(Self.lines(400), to: "events.ndjson")
        let key = try scene.write(Sending.apiKey, to: "key")
        #expect(chmod(key, 0o600) == 0)
        let completions = try #require(
            yaml.firstMatch(of: /completions: ([0-9]+)/).flatMap { Int($0.1) })
        let failing = try #require(yaml.firstMatch(of: /values: \[([0-9, ]+)\]/)?.1)
            .split(separator: ",").compactMap { Int32($0.trimmingCharacters(in: .whitespaces)) }
        let words = yaml.split(separator: "\n").drop { !$0.contains("args:") }.dropFirst()
            .prefix { $0.hasPrefix("            - ") }
            .map { String($0.dropFirst(14)) }
            .map { word in
                if word.hasPrefix("--to=") { return "--to=" + server.baseURL }
                if word.hasPrefix("--api-key-file=") { return "--api-key-file=" + key }
                return word
            }
        #expect(words.first == "send" && words.contains("--shard=auto/\(completions)"))
        var generator = SeededGenerator.fromEnvironment()
        var indexes = (0..<completions).map { Index(number: $0) }
        func program(_ number: Int) -> Program {
            Program(
                Hookbatch.binary, words + ["--concurrency=2"],
                environment: ["JOB_COMPLETION_INDEX": "\(number)"], directory: scene.path)
        }
        // Kubernetes may start a second Pod of an index whose node it can't reach.
        let frozen = try program(1).start()
        #expect(server.waitForRequests(1))
        frozen.kill(SIGSTOP)
        let copy = try program(1).run()
        #expect(copy.exitCode == 75, "\(copy)")
        frozen.kill(SIGCONT)
        frozen.kill(SIGTERM)
        #expect([0, 143].contains(frozen.wait().exitCode))
        for round in 0..<6 {
            let running = try indexes.filter { !$0.isDone }.map { index in
                indexes[index.number].starts += 1
                return (index.number, try program(index.number).start())
            }
            for (number, process) in running.shuffled(using: &generator) {
                if round < 3 {
                    _ = server.waitForRequests(
                        server.requestCount + Int.random(in: 1...6, using: &generator),
                        timeout: .milliseconds(500))
                    process.kill([SIGTERM, SIGKILL].randomElement(using: &generator) ?? SIGTERM)
                }
                let result = process.wait()
                guard let code = result.exitCode else {
                    // A SIGTERM before the program has begun ends it too.
                    #expect([SIGKILL, SIGTERM].contains(result.signal), "\(result)")
                    continue
                }
                #expect(!failing.contains(code), "\(result)")
                #expect([0, 3, 74, 75, 143].contains(code), "\(result)")
                indexes[number].isDone = code == 0
            }
        }
        #expect(indexes.allSatisfy { $0.isDone })
        #expect(indexes.contains { $0.starts > 1 })
        let merged = try Program.run(
            Hookbatch.binary,
            ["report", "--shards", "events.shards.json", "--merge", "events.report.ndjson"],
            directory: scene.path)
        // The merge has the code of the whole job.
        #expect(merged.exitCode == 1, "\(merged)")
        let rows = try ReportRow.ndjson(scene.read("events.report.ndjson"))
        #expect(rows.map(\.line) == Array(1...401))
        #expect(rows.count { $0.outcome == "accepted" } == 400)
        #expect(server.acceptances.count == 400)
    }

    @Test("parallel.sh sends all shards, and merges them", .needs("parallel"))
    func parallel() throws {
        let folder = try TemporaryFolder("shards")
        let server = try LoopbackServer()
        try folder.write(Self.lines(60), to: "in.ndjson")
        let key = try folder.write(Sending.apiKey, to: "key")
        #expect(chmod(key, 0o600) == 0)
        try FileManager.default.createDirectory(
            atPath: folder.path("bin"), withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("bin/hookbatch"), withDestinationPath: Hookbatch.binary)
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        for _ in 1...2 {
            let result = try Program.run(
                "sh", ["\(Hookbatch.root)/samples/parallel.sh", "4", "2", "in.ndjson"],
                environment: [
                    "PATH": folder.path("bin") + ":" + path, "HOME": folder.path,
                    "HOOKSTREAM_URL": server.baseURL, "HOOKSTREAM_KEY_FILE": key,
                ], directory: folder.path)
            #expect(result.exitCode == 1, "\(result)")
            let rows = try ReportRow.ndjson(folder.read("job.report.ndjson"))
            #expect(rows.map(\.line) == Array(1...61))
        }
        // The second time the shards are done already.
        #expect(server.requestCount == 60)
    }

    @Test("The array of slurm.sbatch has the indexes of its shards")
    func slurm() throws {
        let script = try Self.sample("slurm.sbatch")
        let array = try #require(script.firstMatch(of: /--array=([0-9]+)-([0-9]+)%([0-9]+)/))
        let (first, last) = (try #require(Int(array.1)), try #require(Int(array.2)))
        #expect(script.contains("--shard auto/\(last - first + 1) --shard-base \(first) "))
        #expect(script.contains("--shards-at-once \(array.3) "))
        #expect(script.contains("exec hookbatch send "))
        let check = try Program.run("sh", ["-n", "\(Hookbatch.root)/samples/slurm.sbatch"])
        #expect(check.exitCode == 0, "\(check)")
    }
}
