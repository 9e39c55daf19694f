/// A chart of latency over time: p50 and p99. Lines break where there was no response.
struct LatencyChart {
    private let times: TimeSeries
    private let numbers: ClosedRange<Int64>
    private let axis: Axis.Time
    private let latencies: Axis.Latencies
    private let marks: InterruptionMarks
    private let typical: [Double?]
    private let slow: [Double?]

    /// Returns nil if there is nothing to draw.
    init?(times: TimeSeries, interruptions: [RunDetails.Interruption] = []) {
        guard let numbers = times.numbers else { return nil }
        self.times = times
        self.numbers = numbers
        marks = InterruptionMarks(interruptions, times)
        axis = Axis.Time(
            times.start(of: numbers.lowerBound)...times.start(of: numbers.upperBound + 1))
        typical = numbers.map { times.latency($0, 0.5) }
        slow = numbers.map { times.latency($0, 0.99) }
        guard let lowest = typical.compactMap(\.self).min(),
            let highest = slow.compactMap(\.self).max()
        else { return nil }
        latencies = Axis.Latencies(lowest: lowest, highest: highest)
    }

    func write(_ page: inout HTMLWriter) {
        page.element("figure") { page in
            page.element("h3", text: "Latency")
            page.element("ul", ["class": "keys"]) { page in
                page.key("stroke typical", "p50")
                page.key("stroke slow", "p99")
            }
            let chart = chart
            chart.write(&page) { page in
                marks.write(&page, chart, axis)
                chart.vertical(&page, latencies.ticks)
                Chart.path(&page, "line slow", line(slow, chart))
                Chart.path(&page, "line typical", line(typical, chart))
                chart.horizontal(&page, axis.ticks)
            }
            page.element(
                "figcaption", text: "Last attempts, logarithmic scale")
        }
    }

    private var chart: Chart {
        func range(_ values: [Double?]) -> String {
            let known = values.compactMap(\.self)
            let ends = [known.min(), known.max()].compactMap(\.self)
            return ends.map { TimeText.latency(tenths: $0) }.joined(separator: " and ")
        }
        return Chart(
            id: "latency-time", title: "Latency over time",
            description: "p50 between \(range(typical)); p99 between \(range(slow)). "
                + "The table below has the numbers.",
            labels: latencies.ticks)
    }

    /// Returns the path from slot to slot; a slot without neighbours is a dot.
    private func line(_ values: [Double?], _ chart: Chart) -> String {
        var path = ""
        var isOpen = false
        for (index, value) in values.enumerated() {
            guard let value else {
                isOpen = false
                continue
            }
            let start = times.start(of: numbers.lowerBound + Int64(index))
            let x = Chart.number(chart.x(axis.place(start + times.width / 2)))
            let y = Chart.number(chart.y(latencies.place(value)))
            path += isOpen ? "L\(x) \(y)" : "M\(x) \(y)"
            let isAlone = !isOpen && (index + 1 == values.count || values[index + 1] == nil)
            // Long enough for any line cap.
            if isAlone { path += "h1.5" }
            isOpen = true
        }
        return path
    }
}
