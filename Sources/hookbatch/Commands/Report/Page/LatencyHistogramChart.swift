import Ledger

/// A histogram of latencies, in steps of half a power of two, or of an eighth if they are few.
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
        counts = Axis.Linear(highest: Double(steps.map(\.count).max() ?? 0), isCount: true)
    }

    /// Minimum steps of a distribution that has a shape.
    private static let minSteps = 8

    /// Returns the steps from the first to the last non-empty one.
    private static func steps(of latencies: LatencyHistogram) -> [Step] {
        // 0, 1, 2, 3, 4, 6, 8, 12, 16, 24 …
        let coarse = [0, 1, 2, 3, 4, 6] + stride(from: 8, through: LatencyHistogram.buckets, by: 4)
        let steps = steps(of: latencies, bounds: coarse)
        return steps.count >= minSteps
            ? steps : Self.steps(of: latencies, bounds: Array(0...LatencyHistogram.buckets))
    }

    private static func steps(of latencies: LatencyHistogram, bounds: [Int]) -> [Step] {
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
            let chart = chart
            chart.write(&page) { page in
                chart.vertical(&page, counts.ticks)
                Chart.path(&page, "heap", bars(chart))
                if let p50 = latencies.percentile(0.5), let p99 = latencies.percentile(0.99) {
                    PercentileMarks(
                        p50: chart.x(axis.place(p50)), p99: chart.x(axis.place(p99)),
                        in: chart.left...Chart.right
                    ).write(&page, chart)
                }
                chart.horizontal(&page, axis.ticks)
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
        return Chart(
            id: "spread", title: "Attempts by latency", description: text ?? "",
            labels: counts.ticks)
    }

    private func bars(_ chart: Chart) -> String {
        var path = ""
        for step in steps where step.count > 0 {
            let left = chart.x(axis.place(step.start)) + 0.5
            let right = max(chart.x(axis.place(step.end)) - 0.5, left + 0.5)
            // Keeps one attempt among millions visible.
            let height = max(counts.place(Double(step.count)), 0.006)
            path += "M\(Chart.number(left)) \(Chart.number(Chart.bottom))"
            path += "V\(Chart.number(chart.y(height)))H\(Chart.number(right))"
            path += "V\(Chart.number(Chart.bottom))Z"
        }
        return path
    }
}
