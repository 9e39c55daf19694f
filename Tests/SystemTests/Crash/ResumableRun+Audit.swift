import Foundation
import TestSupport

extension ResumableRun {
    /// Returns the guarantees that a finished run violates.
    ///
    /// In addition to the auditor's rules, a line whose fate is the same in every attempt has the
    /// outcome of an uninterrupted run. Lines that were in flight at a kill may be marked as
    /// uncertain instead. The files of undelivered records contain them byte by byte. The summary
    /// matches the report. No temporary file is left.
    ///
    /// - Parameters:
    ///   - uncertain: the maximum number of uncertain lines among those with a certain fate.
    ///   - left: files that may be left.
    func violations(
        after result: ProgramResult, uncertain: Int, leaving left: [String] = []
    ) throws -> [String] {
        guard let bytes = read(Self.report) else {
            return ["no report: \(result.end): \(result.errorOutput)"]
        }
        let rows = try ReportRow.ndjson(bytes)
        var found: [String] = []
        for name in try FileManager.default.contentsOfDirectory(atPath: directory)
        where [".journal", ".spool", ".tmp", ".rest", "-wal", "-shm"].contains(
            where: name.hasSuffix)
            && !left.contains(name)
        {
            found.append("a finished run has left \(name)")
        }
        if rows.map(\.line) != Array(1...kinds.count) { found.append("rows are not in order") }
        found += try auditDestination(rows)
        found += auditFates(rows, uncertain: uncertain)
        found += auditLeftovers(rows)
        found += try auditSummary(rows, exitCode: result.exitCode)
        return found.map { "\($0) [\(result.end)]" }
    }

    private func auditDestination(_ rows: [ReportRow]) throws -> [String] {
        let invalid = kinds.indices.filter { kinds[$0] == .invalid }.map { $0 + 1 }
        let auditor = Auditor(
            [.init(file: input, count: kinds.count, invalid: Set(invalid))],
            isAtMostOnce: isAtMostOnce)
        switch destination {
        case .api:
            var found = auditor.violations(rows: rows, server: server)
            let bodies = Dictionary(grouping: server.requests) { $0.idempotencyKey ?? "" }
            for (key, requests) in bodies where Set(requests.map(\.body)).count != 1 {
                found.append("\(key) was sent with several bodies")
            }
            let runs = Set(bodies.keys.map { $0.split(separator: "-").dropLast(2) })
            if runs.count > 1 { found.append("there were \(runs.count) run ids") }
            return found
        case .store:
            let stored = try storedMessages()
            var found = auditor.violations(
                rows: rows, acceptances: stored.mapValues(\.count), requests: [:])
            let ids = Set(stored.values.flatMap { $0 })
            for row in rows where row.outcome == "accepted" {
                if row.messageID.map(ids.contains) != true {
                    found.append("line \(row.line) has the id of no stored message")
                }
            }
            return found
        }
    }

    /// Returns the ids of the stored messages by idempotency key.
    private func storedMessages() throws -> [String: [String]] {
        let query = "PRAGMA integrity_check; SELECT idempotency_key || ' ' || id FROM messages"
        let result = try Program.run("sqlite3", ["messages.db", query], directory: directory)
        var lines = result.output.split(separator: "\n")
        guard lines.first == "ok" else { return ["hb-damaged-9-9": [result.output]] }
        lines.removeFirst()
        return Dictionary(grouping: lines) { String($0.prefix { $0 != " " }) }
            .mapValues { rows in rows.map { String($0.drop { $0 != " " }.dropFirst()) } }
    }

    private func auditFates(_ rows: [ReportRow], uncertain: Int) -> [String] {
        var found: [String] = []
        var uncertainRows = 0
        for (row, kind) in zip(rows, kinds) {
            let expected: String
            switch kind {
            case .accepted: expected = "accepted"
            case .refused: expected = "rejected"
            case .invalid: expected = "invalid"
            case .troubled: continue
            }
            if row.possibleDuplicate || row.outcome == "unknown" {
                uncertainRows += 1
            } else if row.outcome != expected {
                found.append("A6: \(row.line) is \(row.outcome), and unbroken \(expected): \(row)")
            }
        }
        if uncertainRows > uncertain {
            found.append("A6: \(uncertainRows) lines are uncertain, and only \(uncertain) may be")
        }
        return found
    }

    private func auditLeftovers(_ rows: [ReportRow]) -> [String] {
        var found: [String] = []
        for (name, outcomes) in [
            ("out.rejected.ndjson", ["rejected", "invalid", "failed", "not_attempted"]),
            ("out.unknown.ndjson", ["unknown"]),
        ] {
            let left = rows.filter { outcomes.contains($0.outcome) }
            let expected = left.map { lines[$0.line - 1] + "\n" }.joined()
            let bytes = read(name) ?? []
            if bytes != [UInt8](expected.utf8) {
                found.append("\(name) has \(bytes.count) bytes, not \(expected.utf8.count)")
            }
            if left.isEmpty, has(name) { found.append("\(name) is there and empty") }
        }
        return found
    }

    private func auditSummary(_ rows: [ReportRow], exitCode: Int32?) throws -> [String] {
        guard let bytes = read("out.summary.json"),
            let summary = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any],
            let counts = summary["counts"] as? [String: Any]
        else { return ["there is no summary"] }
        var found: [String] = []
        if summary["finished"] as? Bool != true { found.append("the summary says unfinished") }
        if counts["read"] as? Int != rows.count {
            found.append("the summary has read \(String(describing: counts["read"]))")
        }
        for outcome in ReportRow.outcomes {
            let count = rows.count { $0.outcome == outcome }
            if counts[outcome] as? Int != count {
                found.append("the summary says \(counts[outcome] ?? "nothing") \(outcome)")
            }
        }
        let outcomes = Set(rows.map(\.outcome))
        let expected = outcomes == ["accepted"] ? 0 : outcomes.contains("unknown") ? 4 : 1
        if summary["exit_code"] as? Int != expected {
            found.append("the summary says exit \(summary["exit_code"] ?? "nothing")")
        }
        // Once a run of a stream is finished, any stream is refused with exit code 2.
        if let exitCode, Int(exitCode) != expected, !(isStream && exitCode == 2) {
            found.append("exit \(exitCode), not \(expected)")
        }
        return found
    }
}
