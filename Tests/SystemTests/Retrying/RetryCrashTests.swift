import Foundation
import TestSupport
import Testing

@Suite("Retries that are killed and resumed", .sideBySide)
struct RetryCrashTests {
    private static let count = 120

    @Test(
        "Each line has its last word after three tries, wherever each is killed",
        arguments: RetriedRuns.Kind.allCases)
    func killed(kind: RetriedRuns.Kind) throws {
        var generator = SeededGenerator.fromEnvironment("killed(\(kind))")
        // The responses to some lines are lost, so that they are unknown after the first run.
        let lost = Set(
            (20..<Self.count).filter { _ in Int.random(in: 0..<8, using: &generator) == 0 })
        let runs = try RetriedRuns(
            kind, count: Self.count, lost: { lost.contains($0) }, using: &generator)
        let reports = ["all.report.ndjson", "all.try-2.report.ndjson", "all.try-3.report.ndjson"]
        var kills = 0
        for (index, report) in reports.enumerated() {
            runs.begin(index + 1)
            let arguments =
                index == 0
                ? runs.inputs + ["--report", report]
                : ["--retry-of", reports[index - 1], "--outcome", "failed,unknown"]
            kills += try TriedInputs.kill(
                runs.send(arguments + ["--rate", "500/s"]), runs.server, after: 30,
                using: &generator)
            let result = try runs.send(arguments).run()
            #expect([0, 1, 4].contains(result.exitCode), "\(generator): \(result)")
            #expect(runs.folder.contains(report), "\(generator): \(result)")
        }
        print("killed(\(kind)): \(kills) kills")
        let merged = try runs.report(
            reports[0], reports[2], reports[1], "--merge", "merged.ndjson")
        #expect(merged.exitCode == 0, "\(generator): \(merged)")
        #expect(!merged.errorOutput.contains("same file and line"), "\(generator): \(merged)")
        try check(runs, lost, merged.output, generator)

        // CSV has the same.
        #expect(try runs.report("merged.ndjson", "--merge", "merged.csv").exitCode == 0)
        #expect(try runs.report("merged.csv", "--merge", "back.ndjson").exitCode == 0)
        #expect(try runs.folder.read("back.ndjson") == runs.folder.read("merged.ndjson"))
        // The summary and the page count the same.
        let total = merged.output.split(separator: "\n")[0]
        let summary = try runs.report(reports[0], reports[1], reports[2])
        #expect(summary.exitCode == 0 && summary.output.contains("\n\(total)\n"), "\(summary)")
        #expect(try runs.report("merged.ndjson", "--html", "page.html").exitCode == 0)
        let page = try runs.folder.text("page.html")
        #expect(page.contains("All \(Self.count) lines were accepted"))
        #expect(page.contains(" at the second try, "))
    }

    private func check(
        _ runs: RetriedRuns, _ lost: Set<Int>, _ total: String, _ generator: SeededGenerator
    ) throws {
        let rows = try runs.rows("merged.ndjson")
        #expect(rows.count == Self.count, "\(generator)")
        #expect(Set(rows.compactMap { $0["file"] as? String }) == Set(runs.inputs))
        var tries = [0, 0, 0, 0]
        for (number, row) in rows.enumerated() {
            // The rows are in the order of the inputs.
            let wanted = max(runs.wanted[number], lost.contains(number) ? 2 : 1)
            tries[wanted] += 1
            let place = "\(generator), line \(number), wanted at \(wanted): \(row)"
            #expect(row["outcome"] as? String == "accepted", "\(place)")
            #expect(row["appId"] as? String == "app_\(number % 5)", "\(place)")
            #expect(row["tries"] as? Int == wanted, "\(place)")
            let history = (row["history"] as? String)?.split(separator: ",").count ?? 1
            #expect(history == wanted, "\(place)")
            if lost.contains(number) {
                #expect(row["possible_duplicate"] as? Bool == true, "\(place)")
            }
        }
        #expect(
            total.hasPrefix(
                "Total: \(Self.count) lines, all accepted; \(tries[2]) at the second try, "
                    + "\(tries[3]) at the third try\n"), "\(generator): \(total)")
        let accepted = runs.accepted.read { $0 }
        #expect(accepted.values.allSatisfy { $0.count == 1 }, "\(generator): accepted in two tries")
        // The same key at each try, and of no other line.
        let keys = runs.keys.read { $0 }
        #expect(keys.values.allSatisfy { $0.count == 1 }, "\(generator): \(keys)")
        #expect(Set(keys.values.flatMap(\.self)).count == Self.count, "\(generator)")
    }
}
