import Ledger

extension ReportPage {
    /// Writes the latency of all attempts.
    func latency(_ page: inout HTMLWriter) {
        section(&page, "latency", "Latency") { page in
            page.element("div", ["class": "pair"]) { page in
                LatencyHistogramChart(latencies: digest.latencies)?.write(&page)
                percentiles(&page)
            }
        }
    }

    private func percentiles(_ page: inout HTMLWriter) {
        let shares: [(String, Double)] = [
            ("p50", 0.5), ("p75", 0.75), ("p90", 0.9), ("p95", 0.95), ("p99", 0.99),
            ("p99.9", 0.999),
        ]
        page.table(
            label: "latency", columns: [.text("Percentile"), .number("Latency")]
        ) { page in
            let rows =
                shares.map { ($0, digest.latencies.percentile($1)) }
                + [("max", Double(digest.latencies.longest))]
            for (name, value) in rows {
                page.element("tr") { page in
                    page.element("th", ["scope": "row"], text: name)
                    page.element(
                        "td", ["class": "n"],
                        text: value.map { TimeText.latency(tenths: $0) } ?? "–")
                }
            }
        }
    }
}
