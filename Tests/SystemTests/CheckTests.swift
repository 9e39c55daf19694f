import Foundation
import TestSupport
import Testing

@Suite("Checks of files larger than their memory", .ownThread)
struct CheckTests {
    /// The program's limit of memory, in KiB.
    private static let mostMemory = 32 << 10

    /// Runs a check and returns its output and its peak memory, in KiB.
    ///
    /// After a child's end the kernel's count includes the test's own memory, from before `exec`.
    /// The count is therefore read while the child runs: its output does not fit into a pipe, so
    /// that after the first byte it blocks until the rest is read.
    private func peak(
        of script: String, in folder: TemporaryFolder
    ) throws -> (memory: Int, document: NSDictionary) {
        let path = folder.path("out")
        #expect(mkfifo(path, 0o600) == 0)
        // Opened before the child opens it, and without blocking: the child may fail.
        let reading = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        try #require(reading >= 0)
        let pipe = FileHandle(fileDescriptor: reading, closeOnDealloc: true)
        let running = try Program(
            "/bin/sh", ["-c", script + " >out", Hookbatch.measured],
            environment: ["TMPDIR": folder.path], directory: folder.path
        ).start()
        var waiting = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
        #expect(poll(&waiting, 1, 180_000) == 1)
        let status = try String(contentsOfFile: "/proc/\(running.pid)/status", encoding: .utf8)
        #expect(fcntl(reading, F_SETFL, O_RDONLY) == 0)
        let output = try pipe.readToEnd() ?? Data()
        let result = running.wait()
        #expect(result.exitCode == 0, "\(result.errorOutput)")
        // With a shorter output the child may have ended before its memory was read.
        #expect(output.count > 128 << 10)
        #expect(status.contains("hookbatch"), "the process is still the shell")
        let peak = try #require(status.firstMatch(of: /VmHWM:\s*([0-9]+) kB/)?.1)
        let document = try JSONSerialization.jsonObject(with: output)
        return (try #require(Int(peak)), try #require(document as? NSDictionary))
    }

    @Test(
        "A check counts a million applications within its memory",
        .enabled(if: Hookbatch.canBeMeasured, "memory is not measured here"))
    func applications() throws {
        let folder = try TemporaryFolder("check")
        let (memory, document) = try peak(
            of: #"""
                seq -f '{"appId":"a%.0f","event_type":"t"}' 1000000 >in.ndjson
                exec "$0" check --output json in.ndjson
                """#, in: folder)
        #expect(memory <= Self.mostMemory)
        #expect(document["valid"] as? Int == 1_000_000)
        let applications = try #require(document["applications"] as? NSDictionary)
        #expect(applications["distinct"] as? Int == 10_000)
        #expect(applications["exact"] as? Bool == false)
    }

    @Test(
        "A check compares lines beyond its memory on disk and leaves no file",
        .enabled(if: Hookbatch.canBeMeasured, "memory is not measured here"))
    func duplicates() throws {
        let folder = try TemporaryFolder("check")
        let (memory, document) = try peak(
            of: #"""
                for _ in 1 2; do seq -f '{"appId":"a%.0f","event_type":"t"}' 220000; done >in.ndjson
                exec "$0" check --output json --duplicates in.ndjson
                """#, in: folder)
        #expect(memory <= Self.mostMemory)
        let found = try #require(document["duplicates"] as? NSDictionary)
        #expect(found["count"] as? Int == 220_000)
        let places = try #require(found["places"] as? [NSDictionary])
        #expect(places.map { $0["line"] as? Int } == (220_001...220_005).map { $0 })
        #expect(places.map { $0["first_line"] as? Int } == (1...5).map { $0 })
        #expect(try folder.names() == ["in.ndjson", "out"])
    }

    @Test("A check reports a temporary file that can't grow")
    func fullDisk() throws {
        let folder = try TemporaryFolder("check")
        let result = try Program.run(
            "/bin/sh",
            [
                "-c",
                #"ulimit -f 100; seq -f 'a,%.0f' 220000 | "$0" check --no-header --duplicates -"#,
                Hookbatch.binary,
            ], environment: ["TMPDIR": folder.path])
        #expect(result.exitCode == 74)
        #expect(result.output == "")
        #expect(result.errorOutput.contains("File too large"), "\(result.errorOutput)")
        #expect(try folder.names() == [])
    }

    @Test("A check reports a missing temporary folder only where it needs one")
    func noTemporaryFolder() throws {
        let folder = try TemporaryFolder("check")
        for (lines, code) in [(1000, 0), (200_000, 74)] as [(Int, Int32)] {
            let result = try Program.run(
                "/bin/sh",
                [
                    "-c", #"seq -f 'a,%.0f' \#(lines) | "$0" check --no-header --duplicates -"#,
                    Hookbatch.binary,
                ], environment: ["TMPDIR": folder.path("none")])
            #expect(result.exitCode == code)
            #expect(result.output.contains("Duplicates: none") == (code == 0))
            #expect(
                result.errorOutput.contains("--duplicates needs a temporary file: ") == (code != 0))
        }
    }

    @Test("A check finds duplicates across files and formats, which are not errors")
    func formats() throws {
        let folder = try TemporaryFolder("check")
        try folder.write(
            """
            {"appId":"a","event_type":"t","payload":{"n":1}}
            {"event_type":"\\u0074","payload":{"n":1},"appId":"a","id":7}
            {"appId":"a","event_type":"t","payload":{"n": 1}}
            {"appId":"a","event_type":"t","payload":null}
            {"appId":"a","event_type":"t"}
            not JSON

            """, to: "a.ndjson")
        try folder.write(
            "appId,event_type,payload\na,t,\"{\"\"n\"\":1}\"\na,t,\na,t,null\na,t,text\n",
            to: "b.csv")
        let result = try Program.run(
            Hookbatch.binary, ["check", "--duplicates", "a.ndjson", "b.csv"], directory: folder.path
        )
        #expect(
            result.output.contains(
                """
                Duplicates: 4 lines with the appId, event type and payload of an earlier one
                  a.ndjson:2 repeats a.ndjson:1
                  b.csv:2 repeats a.ndjson:1
                  b.csv:3 repeats a.ndjson:5
                  b.csv:4 repeats a.ndjson:4

                """), "\(result.output)")
        #expect(result.exitCode == 1)
        let csv = try Program.run(
            Hookbatch.binary, ["check", "--duplicates", "b.csv"], directory: folder.path)
        #expect(csv.exitCode == 0)
        let twice = try Program.run(
            "/bin/sh", ["-c", #"cat b.csv b.csv | "$0" check --duplicates -"#, Hookbatch.binary],
            directory: folder.path)
        #expect(twice.output.contains("Duplicates: 4 lines "))
    }
}
