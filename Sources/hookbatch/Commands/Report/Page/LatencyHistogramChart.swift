import Sending

/// A histogram of latencies, in steps of half a power of two.
struct LatencyHistogramChart {
    /// The attempts from `start` to less than `end`, in tenths of a millisecond.
    private struct Step {
        var start: Double
        var end: Double
        var count: UInt64
    }

    private let latencies: LatencyHistogram
    private let steps: [Step]
    private let axis: Axis.Latencies
    private let counts: Axis.Linear

    /// Returns nil if there is nothing to draw.
    init?(latencies: LatencyHistogram) {
        let steps = Self.steps(of: latencies)
        guard let first = steps.first, let last = steps.last else { return nil }
        self.latencies = latencies
        self.steps = steps
        axis = Axis.Latencies(lowest: first.start, highest: last.end)
        counts = Axis.Linear(highest: Double(steps.map(\.count).max() ?? 0))
    }

    /// Returns the steps from the first to the last non-empty one.
    private static func steps(of latencies: LatencyHistogram) -> [Step] {
        // 0, 1, 2, 3, 4, 6, 8, 12, 16, 24 …
        var bounds = [0, 1, 2, 3, 4, 6]
        bounds += stride(from: 8, through: LatencyHistogram.buckets, by: 4)
        let all = zip(bounds, bounds.dropFirst()).map { start, end in
            Step(
                start: start == 0 ? 0.5 : Double(LatencyHistogram.lowerBound(of: start)),
                end: Double(LatencyHistogram.lowerBound(of: end)),
                count: latencies.counts[start..<end].reduce(0, +))
        }
        guard let first = all.firstIndex(where: { $0.count > 0 }),
            let last = all.lastIndex(where: { $0.count > 0 })
        else { return [] }
        return Array(all[first...last])
    }

    func write(_ page: inout HTMLWriter) {
        page.element("figure") { page in
            page.element("h3", text: "Attempts by latency")
            chart.write(&page) { page in
                Chart.vertical(&page, counts.ticks)
                Chart.path(&page, "heap", bars)
                for (name, fraction) in [("p50", 0.5), ("p99", 0.99)] {
                    if let value = latencies.percentile(fraction) {
                        let x = Chart.x(axis.place(value))
                        Chart.line(&page, "mark", x, Chart.top + 14, x, Chart.bottom)
                        Chart.text(&page, "label mid", x, Chart.top + 9, name)
                    }
                }
                Chart.horizontal(&page, axis.ticks)
            }
            page.element("figcaption", text: "Last attempts, logarithmic scale")
        }
    }

    private var chart: Chart {
        let most = steps.max { $0.count < $1.count }
        let text = most.map { step in
            "Most frequent: \(TimeText.latency(tenths: step.start == 0.5 ? 0 : step.start)) to "
                + "\(TimeText.latency(tenths: step.end)), \(WholeNumber.shown(step.count)) of "
                + "\(WholeNumber.shown(latencies.total)) attempts. "
                + "The table next to the chart has the percentiles."
        }
        return Chart(id: "spread", title: "Attempts by latency", description: text ?? "")
    }

    private var bars: String {
        var path = ""
        for step in steps where step.count > 0 {
            let left = Chart.x(axis.place(step.start)) + 0.5
            let right = max(Chart.x(axis.place(step.end)) - 0.5, left + 0.5)
            // Keeps one attempt among millions visible.
            let height = max(counts.place(Double(step.count)), 0.006)
            path += "M\(Chart.number(left)) \(Chart.number(Chart.bottom))"
            path += "V\(Chart.number(Chart.y(height)))H\(Chart.number(right))"
            path += "V\(Chart.number(Chart.bottom))Z"
        }
        return path
    }
}
