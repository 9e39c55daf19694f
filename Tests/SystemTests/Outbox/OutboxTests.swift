import Foundation
import TestSupport
import Testing

@Suite("The command outbox", .ownThread)
struct OutboxTests {
    private static let mixed =
        OutboxScene.line(1) + "{\n" + OutboxScene.line(2)

    @Test("A round sends each complete file once, and moves it with its run's files")
    func round() throws {
        let scene = try OutboxScene()
        try scene.put("p.csv", "appId,event_type,payload\na,t,\"{\"\"n\"\":10}\"\n")
        try scene.put("p.ndjson", OutboxScene.lines(11...13))
        try scene.put("bad.ndjson", Self.mixed)
        for name in ["x.ndjson.part", "y.tmp", "z.filepart", ".hidden.ndjson"] {
            try scene.folder.write(OutboxScene.line(99), to: "outbox/" + name)
        }
        let first = try scene.round()
        #expect(first.exitCode == 1, "\(first)")
        #expect(first.messages.count == 1, "\(first)")
        #expect(first.errorOutput.contains("1 of 3 lines not accepted (1 invalid"), "\(first)")
        #expect(!first.errorOutput.contains("--fresh"))
        #expect(
            try scene.files() == [
                ".hidden.ndjson",
                "done/p.csv/p.csv", "done/p.csv/p.csv.report.ndjson",
                "done/p.csv/p.csv.summary.json",
                "done/p.ndjson/p.ndjson", "done/p.ndjson/p.ndjson.report.ndjson",
                "done/p.ndjson/p.ndjson.summary.json",
                "failed/bad.ndjson/bad.ndjson", "failed/bad.ndjson/bad.ndjson.rejected.ndjson",
                "failed/bad.ndjson/bad.ndjson.rejected.ndjson.origins",
                "failed/bad.ndjson/bad.ndjson.report.ndjson",
                "failed/bad.ndjson/bad.ndjson.summary.json",
                "x.ndjson.part", "y.tmp", "z.filepart",
            ])
        #expect(scene.acceptedNumbers() == [1, 2, 10, 11, 12, 13])
        #expect(try scene.metric("hookbatch_run_exit_code") == 1)
        #expect(try scene.metric("hookbatch_last_success_timestamp_seconds") == nil)
        #expect(try scene.metric("hookbatch_run_lines", "outcome=\"accepted\"") == 6)
        #expect(try scene.metric("hookbatch_outbox_files", "result=\"done\"") == 2)
        #expect(try scene.metric("hookbatch_outbox_files", "result=\"failed\"") == 1)
        #expect(try scene.metric("hookbatch_outbox_failed_folders") == 1)

        let second = try scene.round()
        #expect(second.exitCode == 0 && second.errorOutput == "", "\(second)")
        #expect(scene.server.requestCount == 6)
        #expect(try scene.metric("hookbatch_last_success_timestamp_seconds") != nil)
        #expect(try scene.metric("hookbatch_outbox_failed_folders") == 1)
    }

    @Test("A file that changed within the time of --settle is left for a later round")
    func settle() throws {
        let scene = try OutboxScene()
        try scene.put("a.ndjson", OutboxScene.line(1))
        let program = scene.program(settle: "1h")
        let early = try program.run()
        #expect(early.exitCode == 0 && early.errorOutput == "", "\(early)")
        #expect(scene.server.requestCount == 0)
        #expect(try scene.metric("hookbatch_outbox_backlog_files") == 1)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -7200)],
            ofItemAtPath: scene.folder.path("outbox/a.ndjson"))
        #expect(try program.run().exitCode == 0)
        #expect(scene.acceptedNumbers() == [1])
    }

    @Test("A wrong key ends each round at its first file, and is told once until it is resolved")
    func wrongKey() throws {
        let scene = try OutboxScene()
        try scene.put("a.ndjson", OutboxScene.line(1))
        try scene.put("b.ndjson", OutboxScene.line(2))
        for number in 1...3 {
            let result = try scene.round(key: "wrong")
            #expect(result.exitCode == 3, "\(result)")
            #expect(result.messages.count == (number == 1 ? 1 : 0), "round \(number): \(result)")
            #expect(!result.errorOutput.contains("--fresh"))
            #expect(
                number > 1
                    || result.errorOutput.contains(
                        "the API key in the variable HOOKSTREAM_API_KEY"),
                "\(result)")
            #expect(try scene.files().contains("b.ndjson"))
            #expect(try scene.metric("hookbatch_outbox_backlog_files") == (number == 3 ? 3 : 2))
            // A file that comes meanwhile changes nothing.
            if number == 2 { try scene.put("0.ndjson", OutboxScene.line(0)) }
        }
        scene.server.goDown()
        let down = try scene.round()
        #expect(down.exitCode == 3 && down.messages.count == 1, "another cause: \(down)")
        scene.server.comeBack()
        let mended = try scene.round()
        #expect(mended.exitCode == 0 && mended.errorOutput == "", "\(mended)")
        #expect(scene.acceptedNumbers() == [0, 1, 2])
        try scene.put("c.ndjson", OutboxScene.line(3))
        #expect(try scene.round(key: "wrong").messages.count == 1)
    }

    @Test("Content that was sent is not sent again under its name, without its report too")
    func sentBefore() throws {
        let scene = try OutboxScene()
        for text in [OutboxScene.line(1), OutboxScene.line(2), OutboxScene.line(1)] {
            try scene.put("p.ndjson", text)
            let result = try scene.round()
            #expect(result.exitCode == 0, "\(result)")
            let isRepeated = scene.acceptedNumbers() == [1, 2] && text == OutboxScene.line(1)
            #expect(result.messages.count == (isRepeated ? 1 : 0), "\(result)")
            if text == OutboxScene.line(2) {
                let done = try FileManager.default.contentsOfDirectory(
                    atPath: scene.folder.path("outbox/done"))
                #expect(done.count == 2 && done.contains("p.ndjson"), "\(done)")
                try FileManager.default.removeItem(atPath: scene.folder.path("outbox/done"))
            }
        }
        #expect(scene.server.requestCount == 2)
        #expect(try scene.metric("hookbatch_outbox_files", "result=\"already_sent\"") == 1)
        // Another name is another file.
        try scene.put("q.ndjson", OutboxScene.line(1))
        #expect(try scene.round().errorOutput == "")
        #expect(scene.server.requestCount == 3)
    }

    @Test("A file that send refuses is told once, and the others are sent")
    func refused() throws {
        let scene = try OutboxScene()
        try scene.put("a.csv", "x,y\n1,2\n")
        try scene.put("b.ndjson", OutboxScene.line(1))
        let first = try scene.round()
        #expect(first.exitCode == 2 && first.messages.count == 1, "\(first)")
        let second = try scene.round()
        #expect(second.exitCode == 2 && second.errorOutput == "", "\(second)")
        #expect(try scene.metric("hookbatch_outbox_files", "result=\"refused\"") == 1)
        try FileManager.default.removeItem(atPath: scene.folder.path("outbox/sending/a.csv"))
        #expect(try scene.round().exitCode == 0)
        // It is a new problem when it comes back.
        try scene.put("a.csv", "x,y\n1,2\n")
        #expect(try scene.round().messages.count == 1)
        #expect(scene.acceptedNumbers() == [1])
    }

    @Test("A file whose run was begun with a wrong URL starts over with the command of its message")
    func wrongURL() throws {
        let scene = try OutboxScene()
        try scene.put("it's a.ndjson", OutboxScene.lines(1...3))
        scene.server.goDown()
        let wrong = try scene.round(["--retries", "0"])
        #expect(wrong.exitCode == 3, "\(wrong)")
        scene.server.comeBack()
        var program = scene.program()
        // The same server under another URL.
        program.arguments = program.arguments.map {
            $0 == scene.server.baseURL ? $0.replacing("127.0.0.1", with: "localhost") : $0
        }
        let refused = try program.run()
        #expect(refused.exitCode == 2 && refused.messages.count == 1, "\(refused)")
        #expect(!refused.errorOutput.contains("--fresh"))
        let command = String(try #require(refused.errorOutput.split(separator: "\n").last))
        #expect(command.hasPrefix("  mv -n "), "\(refused)")
        // A newer file of the same name is in the way: both stay.
        try scene.put("it's a.ndjson", OutboxScene.lines(4...5))
        #expect(try Program.run("sh", ["-c", command]).exitCode == 1)
        #expect(
            try scene.folder.text("outbox/sending/it's a.ndjson/it's a.ndjson")
                == OutboxScene.lines(1...3))
        try FileManager.default.removeItem(atPath: scene.folder.path("outbox/it's a.ndjson"))
        let moved = try Program.run("sh", ["-c", command])
        #expect(moved.exitCode == 0, "\(moved)")
        let sent = try program.run()
        #expect(sent.exitCode == 0 && sent.errorOutput == "", "\(sent)")
        #expect(scene.acceptedNumbers() == [1, 2, 3])
    }

    @Test("Files of the folder that the flags name are not sent")
    func named() throws {
        let scene = try OutboxScene()
        try scene.put("a.ndjson", OutboxScene.line(1))
        try scene.put("key", OutboxScene.key)
        try scene.put("rate", "100/s")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o600], ofItemAtPath: scene.folder.path("outbox/key"))
        for name in ["a.ndjson", "b.ndjson"] {
            if name == "b.ndjson" { try scene.put(name, OutboxScene.line(2)) }
            let result = try Program.run(
                Hookbatch.binary,
                [
                    "outbox", ".", "--settle", "0s", "--rate", "@rate", "--metrics", "m.prom",
                    "--to",
                    scene.server.baseURL, "--api-key-file", "./key",
                ], directory: scene.directory + "/outbox")
            #expect(result.exitCode == 0 && result.errorOutput == "", "\(result)")
        }
        for name in ["key", "rate"] {
            try FileManager.default.removeItem(atPath: scene.directory + "/outbox/" + name)
        }
        for name in ["c.ndjson", "d.ndjson"] {
            try scene.put(name, OutboxScene.line(3))
            let result = try Program.run(
                Hookbatch.binary,
                [
                    "outbox", ".", "--settle", "0s", "--metrics", "m.prom", "--to",
                    "store:hookbatch.db",
                ], directory: scene.directory + "/outbox")
            #expect(result.exitCode == 0 && result.errorOutput == "", "\(result)")
            #expect(scene.folder.contains("outbox/hookbatch.db"))
        }
        #expect(scene.acceptedNumbers() == [1, 2])
        #expect(scene.folder.contains("outbox/m.prom"))
    }

    @Test("A wrong flag or key file is a usage error, and no file is moved")
    func usage() throws {
        let scene = try OutboxScene()
        try scene.put("a.ndjson", OutboxScene.line(1))
        for flags in [["--rate", "x"], ["--report", "r.ndjson"], ["--api-key-file", "none"]] {
            let result = try scene.round(flags)
            #expect(result.exitCode == 2 && result.messages.count == 1, "\(result)")
        }
        #expect(try scene.round(environment: ["HOOKBATCH_RATE": "x"]).exitCode == 2)
        #expect(try scene.files() == ["a.ndjson"])
    }

    @Test("Variables of a single run do not reach the runs of an outbox, those of a job do")
    func variables() throws {
        let scene = try OutboxScene()
        try scene.put("a.ndjson", "{\"app\":\"x\",\"event_type\":\"t\"}\n")
        let result = try scene.round(environment: [
            "HOOKBATCH_REPORT": "r.ndjson", "HOOKBATCH_SUMMARY": "s.json",
            "HOOKBATCH_MAP": "appId=app", "HOOKBATCH_METRICS": "unused.prom",
        ])
        #expect(result.exitCode == 0, "\(result)")
        #expect(try scene.folder.names() == ["outbox", "round.prom"])
        #expect(scene.server.requestCount == 1)
    }

    @Test("The key is in no file of an outbox and in no command line")
    func secrecy() throws {
        let scene = try OutboxScene { _ in .silence }
        try scene.put("a.ndjson", OutboxScene.line(1))
        let running = try scene.program().start()
        #expect(scene.server.waitForRequests(1))
        let child = try #require(OutboxScene.children(of: running.pid).first)
        for pid in [running.pid, child] {
            let words = try #require(FileManager.default.contents(atPath: "/proc/\(pid)/cmdline"))
            #expect(!words.isEmpty)
            #expect(!String(decoding: words, as: UTF8.self).contains(OutboxScene.key))
        }
        running.kill(SIGTERM)
        let stopped = running.wait()
        #expect(!stopped.errorOutput.contains(OutboxScene.key))
        for name in try scene.folder.files() {
            #expect(!(try scene.folder.text(name)).contains(OutboxScene.key), "\(name)")
        }
    }

    @Test("Files that send has sent before are not sent again by an outbox")
    func earlierSend() throws {
        let scene = try OutboxScene()
        try scene.put("a.ndjson", OutboxScene.line(1))
        try scene.put("b.ndjson", OutboxScene.lines(2...3))
        let environment = ["HOOKSTREAM_API_KEY": OutboxScene.key]
        for words in [["outbox/a.ndjson"], ["--limit", "1", "outbox/b.ndjson"]] {
            try Program.run(
                Hookbatch.binary, ["send", "--to", scene.server.baseURL] + words,
                environment: environment, directory: scene.directory)
        }
        #expect(scene.server.requestCount == 2)
        let round = try scene.round()
        #expect(round.exitCode == 2 && round.messages.count == 1, "\(round)")
        #expect(round.errorOutput.contains("b.report.ndjson.journal"), "\(round)")
        #expect(try scene.files() == ["b.ndjson", "done/a.ndjson/a.ndjson"])
        #expect(scene.server.requestCount == 2)
        try Program.run(
            Hookbatch.binary, ["send", "--to", scene.server.baseURL, "outbox/b.ndjson"],
            environment: environment, directory: scene.directory)
        let last = try scene.round()
        #expect(last.exitCode == 0 && last.errorOutput == "", "\(last)")
        #expect(scene.acceptedNumbers() == [1, 2, 3])
    }
}
