import Delivery
import Sending

extension ReportPage {
    /// Minimum slots of a chart.
    private static let minSlots = 3

    /// Writes throughput and latency over time, as charts and as a table.
    func overTime(_ page: inout HTMLWriter) {
        // Some lines per slot, or each would be a spike.
        let slots = Int(min(max(digest.times.total / 5, 12), 150))
        let times = digest.times.inSlots(atMost: slots)
        section(&page, "time", "Over time") { page in
            guard (times.numbers?.count ?? 0) >= Self.minSlots else {
                let width = TimeText.width(times.width * Int64(times.numbers?.count ?? 1))
                page.element(
                    "p", text: "Too short for a chart: all attempts started within \(width).")
                return
            }
            page.element("div", ["class": "pair"]) { page in
                ThroughputChart(times: times)?.write(&page)
                if digest.latencies.total > 0 { LatencyChart(times: times)?.write(&page) }
            }
            if digest.times.total < digest.counts.total {
                let others = digest.counts.total - digest.times.total
                page.element(
                    "p", ["class": "quiet"],
                    text: "Charts exclude \(WholeNumber.shown(others, "line")) that "
                        + (others == 1 ? "was" : "were") + " never sent.")
            }
            page.element("details") { page in
                page.element("summary", text: "Show data table")
                table(&page, digest.times.inSlots(atMost: 30))
            }
        }
    }

    private func table(_ page: inout HTMLWriter, _ times: TimeSeries) {
        guard let numbers = times.numbers else { return }
        let width = TimeText.width(times.width)
        page.table(
            label: "time",
            columns: [
                .text("From (UTC)"), .number("Accepted"), .number("Not accepted"),
                .number("Lines/s"), .number("p50"), .number("p99"),
            ], caption: "By last-attempt start time; \(width) buckets"
        ) { page in
            for number in numbers {
                let slot = times.slot(number)
                let start = times.start(of: number)
                page.element("tr") { page in
                    page.element("th", ["scope": "row", "class": "n"]) { page in
                        page.text(
                            (times.width >= 3_600_000 ? TimeText.day(start) + " " : "")
                                + TimeText.clock(
                                    start, times.width < 1000 ? .milliseconds : .seconds))
                    }
                    page.number(slot.accepted)
                    page.number(slot.others)
                    page.element(
                        "td", ["class": "n"],
                        text: Figure.shown(Double(slot.total) * 1000 / Double(times.width)))
                    for fraction in [0.5, 0.99] {
                        page.element(
                            "td", ["class": "n"],
                            text: times.latency(number, fraction)
                                .map { TimeText.latency(tenths: $0) } ?? "–")
                    }
                }
            }
        }
    }
}
