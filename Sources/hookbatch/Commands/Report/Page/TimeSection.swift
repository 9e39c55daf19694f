import Delivery
import Ledger

extension ReportPage {
    /// Minimum slots of a chart.
    private static let minSlots = 3

    /// Writes throughput and latency over time, as charts and as a table.
    func overTime(_ page: inout HTMLWriter) {
        // Some lines per slot, or each would be a spike.
        let slots = Int(min(max(digest.times.total / 5, 12), 150))
        let times = digest.times.inSlots(atMost: slots)
        let interruptions = details?.interruptions ?? []
        section(&page, "time", "Over time") { page in
            guard (times.numbers?.count ?? 0) >= Self.minSlots else {
                let width = TimeText.width(times.width * Int64(times.numbers?.count ?? 1))
                page.element(
                    "p", text: "Too short for a chart: all attempts started within \(width).")
                list(&page, interruptions)
                return
            }
            page.element("div", ["class": "pair"]) { page in
                ThroughputChart(times: times, interruptions: interruptions, unit: digest.unit)?
                    .write(&page)
                if digest.latencies.total > 0 {
                    LatencyChart(times: times, interruptions: interruptions)?.write(&page)
                }
            }
            list(&page, interruptions)
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

    /// Writes the time and the cause of each interruption, the last ones if there are many.
    private func list(_ page: inout HTMLWriter, _ interruptions: [RunDetails.Interruption]) {
        let all = Array(interruptions.enumerated())
        let days = Set(all.map { TimeText.day($0.element.resumedAt) })
        func clock(_ time: Int64) -> String {
            (days.count > 1 ? TimeText.day(time) + ", " : "") + TimeText.clock(time, .seconds)
        }
        for (index, interruption) in all.suffix(Self.maxRows) {
            page.element("p", ["class": "quiet"]) { page in
                if all.count > 1 {
                    page.element("strong", text: "\(index + 1)")
                    page.text(" ")
                }
                if let stoppedAt = interruption.stoppedAt {
                    page.text("Stopped at \(clock(stoppedAt)) UTC")
                    if let cause = interruption.cause {
                        page.text(": ")
                        page.untrusted(cause, longest: 400)
                    }
                    let length = Duration.milliseconds(interruption.resumedAt - stoppedAt)
                    page.text(
                        ". Resumed at \(clock(interruption.resumedAt)) UTC, "
                            + "after \(length.shown).")
                } else {
                    page.text(
                        "A process ended without a summary (a crash or a reset). Resumed at "
                            + "\(clock(interruption.resumedAt)) UTC.")
                }
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
                .number("\(unitHeading)/s"), .number("p50"), .number("p99"),
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
