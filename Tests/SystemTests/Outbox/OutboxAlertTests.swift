import Foundation
import TestSupport
import Testing

@Suite("The alert rules of the samples", .ownThread, .needs("promtool"))
struct OutboxAlertTests {
    /// The rules' names with their severities and summaries, in the order of the file.
    private static func rules() throws -> [(name: String, severity: String, summary: String)] {
        let text = try String(
            contentsOfFile: "\(Hookbatch.root)/samples/alerts.yml", encoding: .utf8)
        let rule =
            /alert: (\w+)\n.*\n +labels:\n +severity: (\w+)\n +annotations:\n +summary: (.*)\n/
        return text.matches(of: rule).map { (String($0.1), String($0.2), String($0.3)) }
    }

    /// Runs `promtool test rules` on series with a value for each quarter of an hour.
    ///
    /// - Parameter firing: The alerts that fire in each quarter.
    private static func check(
        _ series: [(name: String, values: [String])], firing: [Set<String>]
    ) throws -> ProgramResult {
        let folder = try TemporaryFolder("alerts")
        try folder.write(
            String(contentsOfFile: "\(Hookbatch.root)/samples/alerts.yml", encoding: .utf8),
            to: "alerts.yml")
        var text = """
            rule_files: [alerts.yml]
            evaluation_interval: 15m
            tests:
              - interval: 15m
                input_series:

            """
        for (name, values) in series {
            text += "      - series: '\(name)'\n"
            text += "        values: '\(values.joined(separator: " "))'\n"
        }
        text += "    alert_rule_test:\n"
        for (index, names) in firing.enumerated() {
            for rule in try rules() {
                text += "      - eval_time: \(15 * index)m\n        alertname: \(rule.name)\n"
                guard names.contains(rule.name) else {
                    text += "        exp_alerts: []\n"
                    continue
                }
                text += "        exp_alerts:\n"
                text += "          - exp_labels: {severity: \(rule.severity), batch: round}\n"
                text += "            exp_annotations:\n              summary: \(rule.summary)\n"
            }
        }
        try folder.write(text, to: "test.yml")
        return try Program.run("promtool", ["test", "rules", "test.yml"], directory: folder.path)
    }

    @Test("The rules are valid, and all of them are tested here")
    func valid() throws {
        let check = try Program.run(
            "promtool", ["check", "rules", "\(Hookbatch.root)/samples/alerts.yml"])
        #expect(check.exitCode == 0, "\(check)")
        #expect(
            try Self.rules().map(\.name) == [
                "HookbatchRoundFailed", "HookbatchFilesFailed", "HookbatchBacklog",
                "HookbatchNoRound", "HookbatchNoSuccess",
            ])
    }

    @Test("The metrics of real rounds pass promtool, and fire the alerts that they should")
    func rounds() throws {
        let scene = try OutboxScene()
        let bad = OutboxScene.line(1) + "{\n"
        /// What happens before each round, its key, and the alerts after it.
        let steps: [(change: () throws -> Void, key: String, firing: Set<String>)] = [
            ({ try scene.put("a.ndjson", OutboxScene.line(2)) }, OutboxScene.key, []),
            (
                // The failed file is followed by a good one.
                {
                    try scene.put("b.ndjson", bad)
                    try scene.put("c.ndjson", OutboxScene.line(3))
                }, OutboxScene.key, ["HookbatchRoundFailed", "HookbatchFilesFailed"]
            ),
            ({}, OutboxScene.key, ["HookbatchFilesFailed"]),
            (
                { try FileManager.default.removeItem(atPath: scene.directory + "/outbox/failed") },
                OutboxScene.key, []
            ),
            (
                { try scene.put("d.ndjson", OutboxScene.line(4)) }, "wrong",
                ["HookbatchRoundFailed"]
            ),
            (
                {
                    try FileManager.default.setAttributes(
                        [.modificationDate: Date(timeIntervalSinceNow: -10_000)],
                        ofItemAtPath: scene.directory + "/outbox/sending/d.ndjson/d.ndjson")
                }, "wrong", ["HookbatchRoundFailed", "HookbatchBacklog"]
            ),
            ({}, OutboxScene.key, []),
        ]
        var series: [String: [String]] = [:]
        for (index, step) in steps.enumerated() {
            try step.change()
            let result = try scene.round(key: step.key)
            let text = try scene.folder.text("round.prom")
            let lint = try Program.run(
                "promtool", ["check", "metrics"], input: .text(text))
            #expect(lint.exitCode == 0 && lint.errorOutput == "", "\(lint)")
            for line in text.split(separator: "\n") where !line.hasPrefix("#") {
                let words = line.split(separator: " ")
                // promtool's clock begins in 1970; all rounds are of its present.
                let isTime = line.contains("_timestamp_seconds")
                let value = isTime ? String(900 * index) : String(words[words.count - 1])
                let name = words.dropLast().joined(separator: " ")
                // No success is a missing series.
                let missing = index - series[name, default: []].count
                series[name, default: []] += Array(repeating: "_", count: missing) + [value]
            }
            #expect(result.exitCode != 75)
        }
        let check = try Self.check(
            series.sorted { $0.key < $1.key }.map { ($0.key, $0.value) },
            firing: steps.map(\.firing))
        #expect(check.exitCode == 0, "\(check.output) \(check)")
    }

    @Test("The alerts about missing rounds fire after their times")
    func times() throws {
        // 28 hours: the rounds fail after the first, and end after 20 hours.
        let count = 28 * 4
        let last = (0..<count).map { String(900 * min($0, 80)) }
        let firing = (0..<count).map { quarter in
            var names: Set<String> = []
            if 900 * (quarter - 80) > 21_600 { names.insert("HookbatchNoRound") }
            if 900 * quarter > 90_000 { names.insert("HookbatchNoSuccess") }
            return names
        }
        #expect(Set(firing).count == 3)
        let check = try Self.check(
            [
                ("hookbatch_last_run_timestamp_seconds{batch=\"round\"}", last),
                (
                    "hookbatch_last_success_timestamp_seconds{batch=\"round\"}",
                    Array(repeating: "0", count: count)
                ),
            ], firing: firing)
        #expect(check.exitCode == 0, "\(check.output) \(check)")
    }
}
