import Delivery
import Platform
import Records
import Sending
import Time

/// A plan as text.
struct PlanText {
    let plan: CheckPlan
    /// Maximum width of the tables in columns; nil is no limit. Positions are never truncated, so
    /// they can be copied.
    var width: Int?

    /// Maximum applications and event types to list.
    private static let listed = 20

    /// The text with a final line break.
    var text: String {
        let sections = [
            inputs, lines, problems, conversions, missingField, missingPayload, firstMessage,
            largest, list("Applications", plan.applications), list("Event types", plan.eventTypes),
            duplicates, replay, timetable, shards, verdict,
        ]
        let text = sections.filter { !$0.isEmpty }.joined(separator: "\n\n")
        guard let width else { return text + "\n" }
        // Tables have their width, and commands stay whole.
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.hasPrefix(" ") && !line.hasPrefix("    ")
                ? String(line)
                : TextWrap.lines(String(line), columns: width).joined(separator: "\n")
        }.joined(separator: "\n") + "\n"
    }

    private var inputs: String {
        plan.inputs.map { input in
            let name = Escaping.escaped(input.path)
            if let refusal = input.refusal {
                // A command has its own line.
                let lines = refusal.split(separator: "\n").map { Escaping.escaped(String($0)) }
                return "\(name): \(lines.joined(separator: "\n"))"
            }
            let what = plan.skipped.total > 0 ? "selected record" : "record"
            return "\(name): \(WholeNumber.shown(input.records, what)), "
                + ByteCount.shown(input.bytes) + (input.packing != nil ? " uncompressed" : "")
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
        if plan.skipped.total > 0 {
            rows.append(TextTable.Row("skipped", count: plan.skipped.total))
        }
        if let since = plan.window?.since {
            rows.append(TextTable.Row("since", note: plan.shown(since)))
        }
        if let until = plan.window?.until {
            rows.append(TextTable.Row("before", note: plan.shown(until)))
        }
        let blank = plan.inputs.reduce(0) { $0 + $1.blankLines }
        if blank > 0 { rows.append(TextTable.Row("blank lines", count: blank)) }
        let ignored = plan.ignored
        if let list = IgnoredText(ignored).list {
            rows.append(TextTable.Row("ignored members", count: ignored.total, note: list))
        }
        return "Lines:\n" + TextTable(rows: rows).text
    }

    private var problems: String {
        guard !plan.problems.isEmpty else { return "" }
        var text = "Invalid:"
        for (code, problem) in plan.orderedProblems {
            text += "\n  \(code.rawValue): \(WholeNumber.shown(problem.count))"
            for place in problem.places {
                text += "\n    \(shown(place.place)): \(place.description)"
            }
            text += Self.more(problem.count, than: problem.places.count, indent: 4)
        }
        return text
    }

    private var conversions: String {
        plan.inputs.filter(\.mayBeWindows1252).map { input in
            let conversion = EncodingConversion(
                of: input.path, from: InputRefusal.windows1252)
            if let advice = conversion.mixedAdvice {
                return "Don't convert \(Escaping.escaped(input.path)): \(advice)."
            }
            let result = conversion.result.map { "send \(Escaping.escaped(ShellWords.quote($0)))" }
            return "If \(Escaping.escaped(input.path)) is in Windows-1252, "
                + "\(result.map { "convert it, then \($0)" } ?? "convert it in a pipe"):"
                + "\n  \(Escaping.escaped(conversion.command))"
        }.joined(separator: "\n\n")
    }

    private var missingField: String {
        plan.missingField.map { missing in
            let fact = missing.fact.prefix(1).uppercased() + missing.fact.dropFirst()
            return "\(fact). Name the right one with --map \(missing.rule)."
        } ?? ""
    }

    /// How to send the values that are ignored.
    private var missingPayload: String {
        guard plan.valid > 0, plan.withoutPayload == plan.valid, plan.ignored.total > 0 else {
            return ""
        }
        return
            "No valid line has a payload. To send the ignored members or columns as the payload, "
            + "add --map payload='*'."
    }

    private var firstMessage: String {
        guard let first = plan.firstMessage else { return "" }
        return "First message, from \(shown(first.place)):\n" + first.text
    }

    private var largest: String {
        let entries = plan.largest.entries
        guard !entries.isEmpty else { return "" }
        let sizes = entries.map { ByteCount.shown($0.length) }
        let widest = sizes.reduce(0) { max($0, $1.utf8.count) }
        let lines = zip(entries, sizes).map { entry, size in
            "\n  " + String(repeating: " ", count: widest - size.utf8.count)
                + "\(size)  \(shown(entry.place))"
        }
        return "Largest records:" + lines.joined()
    }

    private func list(_ title: String, _ tally: Tally) -> String {
        guard tally.distinct > 0 else { return "" }
        let top = tally.certainTop(Self.listed)
        var rows = top.map { count in
            PlanTable.Row(
                name: Escaping.escaped(String(decoding: count.key, as: UTF8.self)),
                figures: [WholeNumber.shown(count.records), ByteCount.shown(count.bytes)])
        }
        let others = tally.others(than: top)
        if others.records > 0 {
            rows.append(
                PlanTable.Row(
                    name: "(all others)",
                    figures: [WholeNumber.shown(others.records), ByteCount.shown(others.bytes)]))
        }
        var heading = "\(title): \(WholeNumber.shown(tally.distinct))"
        if !tally.isExact {
            let most = tally.mostRecords(after: top.count)
            heading =
                "\(title): more than \(WholeNumber.shown(tally.distinct)); a count may be up to "
                + "\(WholeNumber.shown(tally.missed)) too low, and no unlisted one exceeds "
                + WholeNumber.shown(most)
        }
        return heading + "\n"
            + PlanTable(headings: ["records", "size"], rows: rows).text(width: width)
    }

    private var duplicates: String {
        guard let found = plan.duplicates else { return "" }
        guard found.count > 0 else { return "Duplicates: none" }
        let lines = found.pairs.map { "\n  \(shown($0.duplicate)) repeats \(shown($0.first))" }
        return "Duplicates: \(WholeNumber.shown(found.count, "line")) with the appId, event type "
            + "and payload of an earlier one" + lines.joined()
            + Self.more(found.count, than: found.pairs.count, indent: 2)
    }

    private var verdict: String {
        let refused = plan.inputs.count { $0.refusal != nil }
        guard refused == 0 else {
            return "Cannot send: \(WholeNumber.shown(refused, "unreadable input"))."
        }
        var text =
            plan.invalid == 0
            ? "Would send \(WholeNumber.shown(plan.valid, "message"))"
            : "Would send \(WholeNumber.shown(plan.valid, "message")) "
                + "and report \(WholeNumber.shown(plan.invalid, "invalid line"))"
        if plan.rates.all?.isAlwaysPaused == true {
            text += "; the file of --rate contains a pause"
        } else if let time = plan.time {
            text += timeOfSend(time)
        }
        return text + "."
    }

    private func timeOfSend(_ time: Duration) -> String {
        if time == plan.timeOfReplay { return ", in \(time.shown) at the recorded pace" }
        return time == plan.timeAtRate ? ", in \(time.shown) at --rate" : timeOfBiggest(time)
    }

    private func timeOfBiggest(_ time: Duration) -> String {
        guard let biggest = plan.applications.top(1).first else {
            return ", in \(time.shown) at --app-rate"
        }
        let name = String(decoding: biggest.key, as: UTF8.self)
        return ", in \(plan.applications.isExact ? "" : "at least ")\(time.shown) at --app-rate: "
            + "\(Escaping.escaped(name)) has \(WholeNumber.shown(biggest.records)) of them"
    }

    func shown(_ place: RecordPlace) -> String {
        "\(Escaping.escaped(plan.path(of: place))):\(place.line)"
    }

    /// Returns a line with the number of unlisted entries; empty if all are listed.
    private static func more(_ count: UInt64, than listed: Int, indent: Int) -> String {
        let more = count - UInt64(listed)
        guard more > 0 else { return "" }
        return "\n" + String(repeating: " ", count: indent) + "and \(WholeNumber.shown(more)) more"
    }
}
