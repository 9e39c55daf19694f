import Foundation
import TestSupport
import Testing

@testable import hookbatch

@Suite("Sample jobs")
struct SampleJobTests {
    private static func sample(_ name: String) throws -> String {
        let path = "\(Hookbatch.root)/samples/\(name)"
        return try String(contentsOf: URL(fileURLWithPath: path), encoding: .utf8)
    }

    /// Makes a folder with the units, which run the program under test.
    private static func units() throws -> TemporaryFolder {
        let folder = try TemporaryFolder("units")
        let service = try sample("hookbatch.service")
            .replacingOccurrences(of: "/usr/local/bin/hookbatch", with: Hookbatch.binary)
        try folder.write(service, to: "hookbatch.service")
        try folder.write(try sample("hookbatch.timer"), to: "hookbatch.timer")
        return folder
    }

    @Test("The sample systemd units pass systemd-analyze verify", .needs("systemd-analyze"))
    func verify() throws {
        let folder = try Self.units()
        let result = try Program.run(
            "systemd-analyze",
            ["verify", "--man=no", "./hookbatch.service", "./hookbatch.timer"],
            directory: folder.path)
        #expect(result.exitCode == 0)
        #expect(result.errorOutput == "")
        #expect(try folder.files() == ["hookbatch.service", "hookbatch.timer"])
    }

    @Test(
        "The sample systemd service has few privileges, by systemd-analyze security",
        .needs("systemd-analyze"))
    func exposure() throws {
        let folder = try Self.units()
        let result = try Program.run(
            "systemd-analyze",
            ["security", "--offline=true", "--threshold=20", "--no-pager", "./hookbatch.service"],
            directory: folder.path)
        #expect(result.exitCode == 0, "\(result.output.split(separator: "\n").last ?? "")")
        #expect(folder.contains("hookbatch.service"))
    }

    @Test("The sample systemd service allows at least twice the default --grace to stop")
    func grace() throws {
        let match = try Self.sample("hookbatch.service").firstMatch(of: /TimeoutStopSec=(\d+)s/)
        let seconds = try #require(match.flatMap { Int($0.1) })
        let grace = try #require(
            Flags.stops.grace.declaration.defaultText.flatMap(Duration.init(text:)))
        #expect(.seconds(seconds) >= grace * 2)
    }

    @Test(
        "The sample jobs set only variables of the options of outbox",
        arguments: ["hookbatch.cron", "hookbatch.service"])
    func variables(name: String) throws {
        let known = Flags.taken(by: .outbox).map { $0.variable(for: .outbox) }
        let set = try Self.sample(name).matches(of: /(?m)^(?:Environment=)?(HOOKBATCH_[A-Z_]+)=/)
        #expect(set.count >= 2)
        for match in set { #expect(known.contains(String(match.1))) }
    }

    @Test("The sample cron job sends a new file once and prints nothing")
    func cron() throws {
        let server = try LoopbackServer()
        let folder = try TemporaryFolder("cron")
        for name in ["bin", "outbox"] {
            try FileManager.default.createDirectory(
                atPath: folder.path(name), withIntermediateDirectories: false)
        }
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("bin/hookbatch"), withDestinationPath: Hookbatch.binary)
        try folder.write(Self.sample("events.ndjson"), to: "outbox/monday.ndjson")
        // Older than the time of --settle.
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -3600)],
            ofItemAtPath: folder.path("outbox/monday.ndjson"))
        try folder.write("key\n", to: "key")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o600], ofItemAtPath: folder.path("key"))

        let job = try Self.job()
        let command = job.command.replacingOccurrences(of: "/var/lib/hookbatch", with: folder.path)
        var environment = job.variables
        environment["PATH"] = folder.path("bin") + ":/usr/bin:/bin"
        environment["HOOKBATCH_TO"] = server.baseURL
        environment["HOOKBATCH_API_KEY_FILE"] = folder.path("key")
        let lines = try Self.sample("events.ndjson").split(separator: "\n").count
        for _ in 1...2 {
            let result = try Program.run("sh", ["-c", command], environment: environment)
            #expect(result.exitCode == 0)
            #expect(result.output + result.errorOutput == "")
            #expect(server.requests.count == lines)
            #expect(folder.contains("outbox/done/monday.ndjson/monday.ndjson.report.ndjson"))
            #expect(folder.contains("hookbatch.prom"))
        }
    }

    /// Reads the crontab's variables and its only command.
    private static func job() throws -> (variables: [String: String], command: String) {
        var variables: [String: String] = [:]
        var commands: [String] = []
        for line in try sample("hookbatch.cron").split(separator: "\n") where !line.hasPrefix("#") {
            if let match = line.wholeMatch(of: /([A-Z_]+)=(.*)/) {
                variables[String(match.1)] = String(match.2)
            } else {
                let fields = line.split(separator: " ", maxSplits: 5)
                commands.append(String(try #require(fields.last)))
            }
        }
        try #require(commands.count == 1)
        // A percent sign ends a command in a crontab.
        #expect(!commands[0].contains("%"))
        return (variables, commands[0])
    }
}
