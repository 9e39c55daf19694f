/// A chart of lines per second over time, accepted lines below the others, with the rate that a
/// replay planned as a line.
struct ThroughputChart {
    private let times: TimeSeries
    private let numbers: ClosedRange<Int64>
    private let axis: Axis.Time
    private let rates: Axis.Linear
    private let highest: Double

    /// Returns nil if there is nothing to draw.
    init?(times: TimeSeries) {
        guard let numbers = times.numbers else { return nil }
        self.times = times
        self.numbers = numbers
        axis = Axis.Time(
            times.start(of: numbers.lowerBound)...times.start(of: numbers.upperBound + 1))
        let most = numbers.map { max(times.slot($0).total, times.slot($0).scheduled) }.max() ?? 0
        highest = Double(most) * 1000 / Double(times.width)
        rates = Axis.Linear(highest: highest)
    }

    func write(_ page: inout HTMLWriter) {
        let hasOthers = numbers.contains { times.slot($0).others > 0 }
        let isReplay = numbers.contains { times.slot($0).scheduled > 0 }
        page.element("figure") { page in
            page.element("h3", text: "Lines/s")
            page.element("ul", ["class": "keys"]) { page in
                page.key("accepted", "accepted")
                if hasOthers { page.key("failed", "not accepted") }
                if isReplay { page.key("stroke slow", "recorded") }
            }
            chart.write(&page) { page in
                Chart.vertical(&page, rates.ticks)
                if hasOthers { Chart.path(&page, "failed", area(\.total)) }
                Chart.path(&page, "accepted", area(\.accepted))
                if isReplay { Chart.path(&page, "line slow", area(\.scheduled)) }
                Chart.horizontal(&page, axis.ticks)
            }
            page.element(
                "figcaption",
                text: "By last-attempt start time; \(TimeText.width(times.width)) buckets")
        }
    }

    private var chart: Chart {
        let silent = numbers.count { times.slot($0).total == 0 }
        var text = "Maximum \(Figure.shown(highest)) lines/s"
        if silent > 0 {
            let length = Duration.milliseconds(Int64(silent) * times.width)
            text += "; no lines for \(length.shown) in total"
        }
        return Chart(
            id: "rate", title: "Lines/s over time",
            description: text + ". The table below has the numbers.")
    }

    /// Returns the outline of steps with the height of `value`.
    private func area(_ value: (TimeSeries.Slot) -> UInt64) -> String {
        var path = ""
        var last = 0.0
        for number in numbers {
            let rate = Double(value(times.slot(number))) * 1000 / Double(times.width)
            let height = rates.place(rate)
            if height == last { continue }
            let x = Chart.number(Chart.x(axis.place(times.start(of: number))))
            path +=
                path.isEmpty || last == 0 ? "M\(x) \(Chart.number(Chart.bottom))" : "H\(x)"
            path += "V\(Chart.number(Chart.y(height)))"
            if height == 0 { path += "Z" }
            last = height
        }
        if last > 0 {
            let end = axis.place(times.start(of: numbers.upperBound + 1))
            path += "H\(Chart.number(Chart.x(end)))V\(Chart.number(Chart.bottom))Z"
        }
        return path
    }
}

extension HTMLWriter {
    /// Writes an item of a chart's legend: a swatch in the style's colour, and a name.
    mutating func key(_ style: String, _ name: String) {
        element("li") { page in
            page.element("span", ["class": "key \(style)", "aria-hidden": "true"]) { _ in }
            page.text(name)
        }
    }
}
