import Foundation
import TestSupport
import Testing

@Suite("A power cut", .ownThread)
struct PowerCutTests {
    private static let cuts =
        ProcessInfo.processInfo.environment["HOOKBATCH_POWER_CUTS"].flatMap { Int($0) } ?? 4

    @Test(
        "After a power cut no line is lost, and only leased lines are uncertain",
        .needsMounts("mkfs.ext4", "sqlite3"), arguments: [false, true], 1...cuts)
    func cut(isAtMostOnce: Bool, number: Int) throws {
        var generator = SeededGenerator.fromEnvironment(
            "cut(isAtMostOnce: \(isAtMostOnce), number: \(number))")
        let place = Comment("\(generator)")
        let images = try TemporaryFolder("images")
        let image = images.path("disk")
        try Program.run("truncate", ["-s", "16M", image])
        try Program.run(Tool.path("mkfs.ext4") ?? "mkfs.ext4", ["-q", image])
        let folder = try TemporaryFolder("power")
        var disk: Mount? = try Mount(on: folder, ["-o", "loop", image])
        let run = try ResumableRun(
            .api, count: 1500, isAtMostOnce: isAtMostOnce, directory: folder.path,
            rate: "4000/s", using: &generator)

        let program = try run.program().start()
        // A run may end before: the power then fails after it.
        let requests = Int.random(in: 0..<1400, using: &generator)
        _ = run.server.waitForRequests(requests, timeout: .seconds(10))
        // The program is stopped while its disk is copied, so that the copy is a snapshot.
        program.kill(SIGSTOP)
        let copied = try Program.run("cp", ["--sparse=always", image, images.path("copy")])
        #expect(copied.end == .exit(0), place)
        program.kill(SIGKILL)
        _ = program.wait()
        withExtendedLifetime(disk) {}
        disk = nil

        let after = try Mount(on: folder, ["-o", "loop", images.path("copy")])
        let lease = run.read(ResumableRun.journal).map(Self.lastLease) ?? 0
        #expect(lease > 0 || run.server.requestCount == 0, place)
        let result = try run.finish(environment: ["HOOKBATCH_TEST_BOOT_ID": "another"])
        let found = try violations(of: run, after: result, lease: lease)
        #expect(found.isEmpty, "\(found.joined(separator: "; ")) \(place)")
        withExtendedLifetime(after) {}
    }

    private func violations(
        of run: ResumableRun, after result: ProgramResult, lease: Int
    ) throws -> [String] {
        var found = try run.violations(after: result, uncertain: .max, leaving: ["lost+found"])
        guard let report = run.read(ResumableRun.report) else { return found }
        for row in try ReportRow.ndjson(report) where row.line > lease {
            guard row.possibleDuplicate || row.outcome == "unknown" else { continue }
            if run.kinds[row.line - 1] != .troubled {
                found.append("line \(row.line) is uncertain, and the lease ended with \(lease)")
            }
        }
        return found
    }

    /// Returns the last line that the journal leases, or 0 without a lease.
    private static func lastLease(_ journal: [UInt8]) -> Int {
        let text = String(decoding: journal, as: UTF8.self)
        var last = 0
        for row in text.split(separator: "\n") where row.hasPrefix(#"{"kind":"lease""#) {
            guard let line = try? FlatJSON(row.utf8)["line"], case .number(let number) = line else {
                continue
            }
            last = max(last, Int(number))
        }
        return last
    }
}
