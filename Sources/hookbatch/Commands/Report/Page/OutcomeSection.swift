import Delivery
import Ledger

extension ReportPage {
    /// Writes key figures, and a bar and a table of the outcomes.
    func outcomes(_ page: inout HTMLWriter) {
        page.line()
        page.element("section", ["aria-labelledby": "outcomes"]) { page in
            page.element("dl", ["class": "tiles"]) { page in
                for (name, value) in figures {
                    page.element("div") { page in
                        page.element("dt", text: name)
                        page.element("dd", text: value)
                    }
                }
            }
            page.element("h2", ["id": "outcomes"], text: "Outcomes")
            if digest.counts.total > 0 { bar(&page) }
            table(&page)
        }
    }

    /// `Lines`, or `Attempts`.
    var unitHeading: String { digest.unit.prefix(1).uppercased() + digest.unit.dropFirst() + "s" }

    private var figures: [(name: String, value: String)] {
        var figures = [
            (unitHeading, WholeNumber.shown(digest.counts.total)),
            ("Accepted", Self.share(digest.counts.accepted, of: digest.counts.total)),
            ("Retries", WholeNumber.shown(digest.retries)),
            ("Possible duplicates", WholeNumber.shown(digest.possibleDuplicates)),
        ]
        if let rate = digest.startsPerSecond {
            figures.append(("\(unitHeading)/s", Figure.shown(rate)))
        }
        if let p50 = digest.latencies.percentile(0.5), let p99 = digest.latencies.percentile(0.99) {
            figures.append(("Latency p50", TimeText.latency(tenths: p50)))
            figures.append(("Latency p99", TimeText.latency(tenths: p99)))
        }
        if let p50 = digest.lags.percentile(0.5), let p99 = digest.lags.percentile(0.99) {
            figures.append(("Lag p50", TimeText.latency(tenths: p50)))
            figures.append(("Lag p99", TimeText.latency(tenths: p99)))
            figures.append(("Lag max", TimeText.latency(tenths: Double(digest.lags.longest))))
        }
        return figures
    }

    /// Draws a bar with one part per outcome, in proportion but always visible.
    private func bar(_ page: inout HTMLWriter) {
        let least = 6.0
        let parts = PagePalette.outcomes.filter { digest.counts[$0.outcome] > 0 }
        let widths = parts.map { part in
            max(least, 1000 * Double(digest.counts[part.outcome]) / Double(digest.counts.total))
        }
        let gap = 3.0
        let scale = (1000 - gap * Double(parts.count - 1)) / widths.reduce(0, +)
        let words = parts.map { part in
            "\(part.outcome.words) "
                + Self.share(digest.counts[part.outcome], of: digest.counts.total)
        }
        page.element(
            "svg",
            [
                "class": "bar", "viewBox": "0 0 1000 28", "preserveAspectRatio": "none",
                "role": "img", "aria-labelledby": "bar",
            ]
        ) { page in
            page.element(
                "title", ["id": "bar"], text: "Outcomes: " + words.joined(separator: ", "))
            var x = 0.0
            for (part, width) in zip(parts, widths) {
                page.element(
                    "rect",
                    [
                        "class": part.color.name, "x": Chart.number(x), "y": "0",
                        "width": Chart.number(width * scale), "height": "28",
                    ]
                ) { _ in }
                x += width * scale + gap
            }
        }
    }

    private func table(_ page: inout HTMLWriter) {
        page.table(
            label: "outcomes",
            columns: [
                .text("Outcome"), .number(unitHeading), .number("Share"), .text("Meaning", "means"),
            ]
        ) { page in
            for (outcome, color) in PagePalette.outcomes
            where outcome == .accepted || digest.counts[outcome] > 0 {
                page.element("tr") { page in
                    page.element("th", ["scope": "row", "class": "name"]) { page in
                        page.element(
                            "span", ["class": "key \(color.name)", "aria-hidden": "true"]
                        ) { _ in }
                        page.text(outcome.words)
                    }
                    page.number(digest.counts[outcome])
                    page.element(
                        "td", ["class": "n"],
                        text: Self.share(digest.counts[outcome], of: digest.counts.total))
                    page.element("td", ["class": "means"], text: outcome.meaning)
                }
            }
        }
    }

    /// Formats `85.8 %`; only an exact 0 or 1 is shown as 0 % or 100 %.
    static func share(_ count: UInt64, of total: UInt64) -> String {
        guard total > 0 else { return "–" }
        if count == total { return "100 %" }
        if count == 0 { return "0 %" }
        let thousandths = (Double(count) / Double(total) * 1000).rounded()
        if thousandths < 1 { return "< 0.1 %" }
        if thousandths > 999 { return "> 99.9 %" }
        return "\(Int(thousandths) / 10).\(Int(thousandths) % 10) %"
    }
}

extension Outcome {
    /// The meaning for a line, and what to do.
    fileprivate var meaning: String {
        switch self {
        case .accepted: "The API accepted it."
        case .rejected: "The API rejected it (permanent). Fix and resend it."
        case .invalid: "Failed validation; no request was made. Fix and resend it."
        case .failed: "Every attempt failed, and it certainly did not arrive. Resend it."
        case .unknown: "Unconfirmed: it may have arrived. Check before resending."
        case .notAttempted:
            "hookbatch stopped sending to its application; no request was made. Resend it."
        }
    }
}
