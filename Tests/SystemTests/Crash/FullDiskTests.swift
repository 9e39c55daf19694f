import Foundation
import TestSupport
import Testing

@Suite("A full disk", .ownThread, .needs("sqlite3"))
struct FullDiskTests {
    private static let full = ["No space left", "disk is full", "File too large", "disk I/O error"]

    @Test(
        "A run stops with an error at a full disk, and resumes once there is space",
        .needsMounts("mount", "umount", "fallocate"), arguments: ResumableRun.Destination.allCases)
    func fileSystem(_ destination: ResumableRun.Destination) throws {
        var generator = SeededGenerator.fromEnvironment("full disk, \(destination)")
        var stops = 0
        for kibibytesFree in [8, 60, 150, 250, 330, 420] {
            let folder = try TemporaryFolder("full")
            let mount = try Mount(on: folder, ["-t", "tmpfs", "-o", "size=16m", "tmpfs"])
            let run = try ResumableRun(
                destination, count: 600, directory: mount.path, using: &generator)
            // A separate program makes the ballast: a child of another test could inherit its
            // descriptor, and its space would remain in use after its removal.
            let size = "\(16384 - kibibytesFree)KiB"
            let ballast = try Program.run("fallocate", ["-l", size, run.path("ballast")])
            #expect(ballast.end == .exit(0), "\(ballast)")
            let stopped = try run.program().run()
            let place: Comment = "\(kibibytesFree) KiB, \(generator): \(stopped)"
            if stopped.exitCode == 74 {
                stops += 1
                let says = Self.full.contains(where: stopped.errorOutput.contains)
                #expect(says, place)
            } else {
                #expect([0, 1, 4].contains(stopped.exitCode), place)
            }
            try FileManager.default.removeItem(atPath: run.path("ballast"))
            let violations = try run.violations(
                after: run.finish(), uncertain: ResumableRun.concurrency)
            #expect(violations == [], place)
        }
        #expect(stops >= 2, "\(generator)")
    }

    @Test(
        "A run stops with an error at a file size limit, and resumes without it",
        arguments: ResumableRun.Destination.allCases, [1, 16, 64, 150])
    func sizeLimit(_ destination: ResumableRun.Destination, kibibytes: Int) throws {
        var generator = SeededGenerator.fromEnvironment("\(destination), \(kibibytes) KiB")
        let run = try ResumableRun(destination, count: 600, using: &generator)
        let limit = ["sh", "-c", "ulimit -f \(kibibytes * 2); exec \"$@\"", "sh"]
        let stopped = try run.program(wrapper: limit).run()
        let place: Comment = "\(generator): \(stopped)"
        #expect(stopped.exitCode == 74, place)
        #expect(Self.full.contains(where: stopped.errorOutput.contains), place)
        let violations = try run.violations(
            after: run.finish(), uncertain: ResumableRun.concurrency)
        #expect(violations == [], place)
    }

    @Test(
        "Copies of the summary and metrics that do not fit leave no temporary file",
        .needsMounts("mount", "umount"), arguments: ["--summary", "--metrics"])
    func noLeftovers(flag: String) throws {
        let disk = try TemporaryFolder("full")
        let mount = try Mount(on: disk, ["-t", "tmpfs", "-o", "size=64k", "tmpfs"])
        let ballast = mount.path + "/ballast"
        _ = try Program.run("dd", ["if=/dev/zero", "of=\(ballast)", "bs=4k"])
        let sending = try Sending()
        let server = try LoopbackServer()
        let path = mount.path + (flag == "--summary" ? "/copy.summary.json" : "/job.prom")
        let sent = try sending.send(to: server.baseURL, [flag, path])
        #expect(sent.exitCode == 74, "\(sent)")
        #expect(Self.full.contains(where: sent.result.errorOutput.contains), "\(sent)")
        let left = try FileManager.default.contentsOfDirectory(atPath: mount.path)
        #expect(left == ["ballast"])
    }

    @Test(
        "A report begun during a run frees its space for the journal on a full disk",
        .needsMounts("mount", "umount"))
    func journalFirst() throws {
        let disk = try TemporaryFolder("full")
        let mount = try Mount(on: disk, ["-t", "tmpfs", "-o", "size=110m", "tmpfs"])
        let folder = try TemporaryFolder("sending")
        try folder.write(String(repeating: Sending.oneLine, count: 20_000), to: "in.ndjson")
        // Every row contains the input's name: 65 MB in the journal and 65 MB in the report.
        let name = String(repeating: "./", count: 1500) + "in.ndjson"
        let program = Program(
            Hookbatch.binary,
            [
                "send", name, "--to", "store:\(folder.path("m.db"))",
                "--report", mount.path + "/r.ndjson",
            ], directory: folder.path)
        let stopped = try program.run()
        #expect(stopped.exitCode == 74, "\(stopped)")
        let journal = try String(contentsOfFile: mount.path + "/r.ndjson.journal", encoding: .utf8)
        let rows = journal.utf8.split(separator: 0x0a).count { $0.starts(with: "{\"file\"".utf8) }
        #expect(rows == 20_000, "\(stopped)")
        try Program.run("mount", ["-o", "remount,size=300m", mount.path])
        let completed = try program.run()
        #expect(completed.exitCode == 0, "\(completed)")
        let report = try String(contentsOfFile: mount.path + "/r.ndjson", encoding: .utf8)
        #expect(report.utf8.count { $0 == 0x0a } == 20_000)
    }
}
