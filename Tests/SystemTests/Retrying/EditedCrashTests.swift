import Foundation
import TestSupport
import Testing

@Suite("Edited lines that are sent again, with kills", .sideBySide)
struct EditedCrashTests {
    private static let count = 90

    @Test(
        "Each line has its last word after two edits, wherever each run is killed",
        arguments: EditedRuns.Kind.allCases)
    func killed(kind: EditedRuns.Kind) throws {
        var generator = SeededGenerator.fromEnvironment("edited(\(kind))")
        let wanted = (0..<Self.count).map { number in
            number < 8 ? 1 : [1, 2, 2, 3].randomElement(using: &generator) ?? 1
        }
        let lost = Set(
            (20..<Self.count).filter { number in
                wanted[number] == 1 && Bool.random(using: &generator)
            })
        let runs = try EditedRuns(kind, wanted: wanted, lost: { lost.contains($0) })
        let first = runs.inputs + ["--report", "a.ndjson"]
        var kills = try Self.kill(runs, first, using: &generator)
        let result = try runs.send(first).run()
        #expect(result.exitCode == 4, "\(generator): \(result)")
        for number in 1...2 {
            let summary = number == 1 ? "a.summary.json" : "b.summary.json"
            let rejected = try runs.undelivered(summary, "rejected")
            let unknown = try runs.undelivered(summary, "unknown")
            for path in rejected + unknown { try runs.edit(path, from: number) }
            var files = rejected + unknown
            if kind == .gzip, number == 1, !rejected.isEmpty {
                // The origins are found by the name without `.gz`.
                try runs.folder.write(
                    Gzip.pack(runs.folder.text(rejected[0])), to: rejected[0] + ".gz")
                files = [rejected[0] + ".gz"] + unknown
            }
            files += ["--report", number == 1 ? "b.ndjson" : "c.ndjson"]
            kills += try Self.kill(runs, files, using: &generator)
            let result = try runs.send(files).run()
            #expect(
                (number == 1 ? [1, 4] : [0]).contains(result.exitCode), "\(generator): \(result)")
            #expect(!result.errorOutput.contains("matched"), "\(generator): \(result)")
        }
        print("edited(\(kind)): \(kills) kills")
        let merged = try runs.report(
            ["a.ndjson", "c.ndjson", "b.ndjson", "--merge", "merged.ndjson"])
        #expect(merged.exitCode == 0, "\(generator): \(merged)")
        let counts = [2, 3].map { wanted in
            runs.wanted.count { $0 == wanted } + (wanted == 2 ? lost.count : 0)
        }
        #expect(
            merged.output.hasPrefix(
                "Total: \(Self.count) lines, all accepted; \(counts[0]) at the second try, "
                    + "\(counts[1]) at the third try\n"), "\(generator): \(merged)")
        try check(runs, lost, generator)
    }

    private func check(
        _ runs: EditedRuns, _ lost: Set<Int>, _ generator: SeededGenerator
    ) throws {
        let rows = try runs.rows("merged.ndjson")
        #expect(rows.count == Self.count, "\(generator)")
        #expect(Set(rows.compactMap { $0["file"] as? String }) == Set(runs.inputs))
        for (number, row) in rows.enumerated() {
            let wanted = max(runs.wanted[number], lost.contains(number) ? 2 : 1)
            let place = "\(generator), line \(number), wanted at \(wanted): \(row)"
            #expect(row["outcome"] as? String == "accepted", "\(place)")
            #expect(row["appId"] as? String == "app_\(number % 5)", "\(place)")
            #expect(row["tries"] as? Int == wanted, "\(place)")
            if lost.contains(number) {
                #expect(row["possible_duplicate"] as? Bool == true, "\(place)")
            }
        }
        let accepted = runs.accepted.read { $0 }
        #expect(accepted.values.allSatisfy { $0.count == 1 }, "\(generator): accepted twice")
        // One key for each version, also of lines that were unknown and sent again.
        let keys = runs.keys.read { $0 }
        let all = keys.values.flatMap { $0.values }
        #expect(all.allSatisfy { $0.count == 1 }, "\(generator): \(keys)")
        #expect(Set(all.flatMap(\.self)).count == all.count, "\(generator)")
        #expect(all.count == runs.wanted.reduce(0, +), "\(generator)")
    }

    /// Starts and kills the run; returns the number of kills before its end.
    private static func kill(
        _ runs: EditedRuns, _ arguments: [String], using generator: inout SeededGenerator
    ) throws -> Int {
        // Standard input would have to be given again.
        guard runs.kind != .stream else { return 0 }
        return try TriedInputs.kill(
            runs.send(arguments + ["--rate", "500/s"]), runs.server, after: 25, using: &generator)
    }
}
