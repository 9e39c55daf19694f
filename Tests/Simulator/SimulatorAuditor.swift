import Delivery
import Ledger

/// The comparison of the finished journal with what really happened.
extension Simulator {
    private struct Row {
        var outcome: Outcome
        var isPossibleDuplicate: Bool
        var attempts: Int
    }

    func audit() {
        guard let rows = finalRows() else { return }
        var counts = Counts()
        for (index, line) in scenario.lines.enumerated() {
            guard let row = rows[index] else {
                return report(.oneRow, "line \(line.id) has no row")
            }
            counts[row.outcome] += 1
            audit(row, line, facts[index])
        }
        if counts.total != UInt64(scenario.lines.count) {
            report(.counts, "\(counts.total) outcomes of \(scenario.lines.count) lines")
        }
        if processes == 1 || finalCounts != Counts(), finalCounts != counts {
            report(.counts, "the run counted \(finalCounts), the rows say \(counts)")
        }
    }

    /// The row of each line; nil if two are of the same line.
    private func finalRows() -> [Row?]? {
        var rows: [Row?] = Array(repeating: nil, count: scenario.lines.count)
        disk.bytes.withUnsafeBytes { bytes in
            var start = 0
            while let end = bytes[start...].firstIndex(of: 0x0a) {
                let row = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
                start = end + 1
                guard let fields = OutcomeFields(journalRow: row),
                    let location = fields.location
                else {
                    continue
                }
                let index = index(of: LineID(file: location.input, line: fields.line))
                let line = scenario.lines[index]
                if location.record != line.ordinal || location.offset != line.id.line * 1000
                    || location.length != UInt64(line.bytes) || location.hash != line.id.line
                {
                    report(.truth, "the row of line \(line.id) is of another record")
                }
                if rows[index] != nil {
                    report(.oneRow, "line \(scenario.lines[index].id) has two rows")
                }
                rows[index] = Row(
                    outcome: fields.outcome,
                    isPossibleDuplicate: fields.isPossibleDuplicate && bug != .duplicateUnmarked,
                    attempts: fields.attempts)
            }
        }
        return violation == nil ? rows : nil
    }

    private func audit(_ row: Row, _ line: SimulatorScenario.Line, _ facts: Facts) {
        let name = "line \(line.id.file):\(line.id.line)"
        if row.outcome == .accepted, facts.acceptances == 0 {
            report(.truth, "\(name) is called accepted and was not")
        }
        if facts.acceptances > 0, row.outcome != .accepted, row.outcome != .unknown {
            report(.noFalseDenial, "\(name) was accepted and is called \(row.outcome)")
        }
        if facts.acceptances > 1 {
            if !row.isPossibleDuplicate {
                report(.noSilentDuplicate, "\(name) was accepted twice in silence")
            }
            if scenario.options.guarantee == .atMostOnce {
                report(.noSilentDuplicate, "\(name) was accepted twice under at-most-once")
            }
        }
        if !line.isValid, facts.requests > 0 {
            report(.noInvalidRequest, "\(name) is invalid and was sent")
        }
        if !line.isValid, row.outcome != .invalid {
            report(.certainty, "\(name) is invalid and is called \(row.outcome)")
        }
        if row.outcome == .unknown || row.isPossibleDuplicate, !facts.mayBeUncertain {
            report(.certainty, "\(name) is called uncertain without need")
        }
        if scenario.isDeterministic, line.isValid { auditFixed(row, line, facts, name) }
    }

    /// Audits a row whose outcome is known beforehand, unless the line is uncertain.
    private func auditFixed(
        _ row: Row, _ line: SimulatorScenario.Line, _ facts: Facts, _ name: String
    ) {
        var expected: Set<Outcome>
        switch line.response {
        case .created: expected = [.accepted]
        case .badRequest: expected = [.rejected]
        case .unknownApp:
            expected = scenario.options.appGiveUp == nil ? [.rejected] : [.rejected, .notAttempted]
        case .poison: expected = [.failed, .unknown]
        }
        if facts.mayBeUncertain {
            let isRetried = scenario.options.guarantee == .atLeastOnce
            if !isRetried || line.response != .created { expected.insert(.unknown) }
        }
        if !expected.contains(row.outcome) {
            report(.certainty, "\(name) is called \(row.outcome), not one of \(expected)")
        }
        if scenario.isStore, row.outcome == .unknown || row.isPossibleDuplicate {
            report(.certainty, "\(name) is uncertain in a store")
        }
    }
}
