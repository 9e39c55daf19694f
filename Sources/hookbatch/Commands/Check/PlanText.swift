import Records

/// A plan for a person, on standard output.
struct PlanText {
    let plan: CheckPlan

    /// How many applications and event types are listed.
    private static let listed = 20

    /// Ends with a line break.
    var text: String {
        var sections = [inputs, lines]
        if !plan.problems.isEmpty { sections.append(problems) }
        sections.append(list("Applications", plan.applications))
        sections.append(list("Event types", plan.eventTypes))
        sections.append(verdict)
        return sections.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
    }

    private var inputs: String {
        plan.inputs.map { input in
            let name = Shown.escaped(input.path)
            if let refusal = input.refusal { return "\(name): \(Shown.escaped(refusal))" }
            return "\(name): \(WholeNumber.shown(input.records, "record")), "
                + ByteCount.shown(input.bytes) + (input.isPacked ? " unpacked" : "")
        }.joined(separator: "\n")
    }

    private var lines: String {
        var rows = [
            TextTable.Row("valid", count: plan.valid),
            TextTable.Row("invalid", count: plan.invalid),
        ]
        if plan.withoutPayload > 0 {
            rows.append(TextTable.Row("no payload", count: plan.withoutPayload))
        }
        if plan.skipped > 0 { rows.append(TextTable.Row("skipped", count: plan.skipped)) }
        let blank = plan.inputs.reduce(0) { $0 + $1.blankLines }
        if blank > 0 { rows.append(TextTable.Row("blank lines", count: blank)) }
        let ignored = plan.inputs.reduce(0) { $0 + $1.ignoredMembers }
        if ignored > 0 { rows.append(TextTable.Row("ignored members", count: ignored)) }
        if let largest = plan.largest {
            rows.append(
                TextTable.Row(
                    "largest record", count: largest.length,
                    note: "bytes, at \(Shown.escaped(largest.path)):\(largest.line)"))
        }
        return "Lines:\n" + TextTable(rows: rows).text
    }

    private var problems: String {
        let ordered = plan.problems.sorted {
            ($0.value.count, $1.key.rawValue) > ($1.value.count, $0.key.rawValue)
        }
        var text = "Invalid:"
        for (code, problem) in ordered {
            text += "\n  \(code.rawValue): \(WholeNumber.shown(problem.count))"
            for place in problem.places {
                text += "\n    \(Shown.escaped(place.path)):\(place.line): \(place.description)"
            }
            let more = problem.count - UInt64(problem.places.count)
            if more > 0 { text += "\n    and \(WholeNumber.shown(more)) more" }
        }
        return text
    }

    private func list(_ title: String, _ tally: Tally) -> String {
        guard tally.tracked > 0 else { return "" }
        let top = tally.top(Self.listed)
        var rows = top.map { key, count in
            TextTable.Row(Shown.escaped(String(decoding: key, as: UTF8.self)), count: count)
        }
        let all = tally.top(tally.tracked)
        let rest = all.dropFirst(top.count).reduce(tally.untracked) { $0 + $1.count }
        if rest > 0 { rows.append(TextTable.Row("(all others)", count: rest)) }
        let atLeast = tally.untracked > 0 ? "more than " : ""
        return "\(title): \(atLeast)\(WholeNumber.shown(tally.tracked))\n"
            + TextTable(rows: rows).text
    }

    private var verdict: String {
        let refused = plan.inputs.count { $0.refusal != nil }
        guard refused == 0 else {
            return
                "A send would refuse to start: \(WholeNumber.shown(refused, "input")) can't be read."
        }
        var text =
            plan.invalid == 0
            ? "A send would send \(WholeNumber.shown(plan.valid, "message"))"
            : "A send would send \(WholeNumber.shown(plan.valid, "message")) "
                + "and report \(WholeNumber.shown(plan.invalid, "invalid line"))"
        if let rate = plan.rate { text += ", in \(rate.time(for: plan.valid).shown) at --rate" }
        return text + "."
    }
}
