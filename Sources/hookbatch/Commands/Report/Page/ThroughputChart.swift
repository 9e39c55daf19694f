/// A chart of lines per second over time, accepted lines below the others, with the rate that a
/// replay planned as a line. The others have a strip of their own too, since few among many are
/// invisible.
struct ThroughputChart {
    private let times: TimeSeries
    private let numbers: ClosedRange<Int64>
    private let axis: Axis.Time
    private let rates: Axis.Linear
    /// The scale of the strip; nil if every line was accepted.
    private let failureRates: Axis.Linear?
    private let highest: Double
    private let units: String
    private let marks: InterruptionMarks

    /// The edges of the strip, and the baseline of the area above it.
    private static let strip = (top: 156.0, bottom: Chart.bottom)
    private static let areaBottom = 138.0

    /// Returns nil if there is nothing to draw.
    ///
    /// - Parameter unit: What is counted.
    init?(times: TimeSeries, interruptions: [RunDetails.Interruption] = [], unit: String = "line") {
        guard let numbers = times.numbers else { return nil }
        self.times = times
        units = unit + "s"
        self.numbers = numbers
        marks = InterruptionMarks(interruptions, times)
        axis = Axis.Time(
            times.start(of: numbers.lowerBound)...times.start(of: numbers.upperBound + 1))
        func rate(_ count: (TimeSeries.Slot) -> UInt64) -> Double {
            Double(numbers.map { count(times.slot($0)) }.max() ?? 0) * 1000 / Double(times.width)
        }
        highest = rate { max($0.total, $0.scheduled) }
        rates = Axis.Linear(highest: highest)
        let failures = rate(\.others)
        failureRates = failures > 0 ? Axis.Linear(highest: failures) : nil
    }

    func write(_ page: inout HTMLWriter) {
        let isReplay = numbers.contains { times.slot($0).scheduled > 0 }
        page.element("figure") { page in
            page.element("h3", text: "\(heading)/s")
            page.element("ul", ["class": "keys"]) { page in
                page.key("accepted", "accepted")
                if failureRates != nil {
                    page.key("failed", "not accepted (strip: own scale)")
                }
                if isReplay { page.key("stroke slow", "recorded") }
            }
            let chart = chart
            let bottom = failureRates == nil ? Chart.bottom : Self.areaBottom
            chart.write(&page) { page in
                marks.write(&page, chart, axis)
                chart.vertical(&page, rates.ticks, bottom: bottom)
                if failureRates != nil {
                    Chart.path(&page, "failed", area(\.total, chart, bottom))
                }
                Chart.path(&page, "accepted", area(\.accepted, chart, bottom))
                if isReplay {
                    Chart.path(&page, "line slow", area(\.scheduled, chart, bottom))
                }
                if let failureRates { strip(&page, chart, failureRates) }
                chart.horizontal(&page, axis.ticks)
            }
            page.element(
                "figcaption",
                text: "By last-attempt start time; \(TimeText.width(times.width)) buckets")
        }
    }

    private var heading: String { units.prefix(1).uppercased() + units.dropFirst() }

    private var chart: Chart {
        let silent = numbers.count { times.slot($0).total == 0 }
        var text = "Maximum \(Figure.shown(highest)) \(units)/s"
        if silent > 0 {
            let length = Duration.milliseconds(Int64(silent) * times.width)
            text += "; no \(units) for \(length.shown) in total"
        }
        let failures = numbers.count { times.slot($0).others > 0 }
        if failures > 0 {
            text += "; \(units) that were not accepted in \(failures) of \(numbers.count) buckets"
        }
        return Chart(
            id: "rate", title: "\(heading)/s over time",
            description: text + ". The table below has the numbers.",
            labels: rates.ticks + (failureRates?.ticks ?? []))
    }

    /// Returns the outline of steps with the height of `value`.
    private func area(
        _ value: (TimeSeries.Slot) -> UInt64, _ chart: Chart, _ bottom: Double
    ) -> String {
        var path = ""
        var last = 0.0
        for number in numbers {
            let height = rates.place(rate(value(times.slot(number))))
            if height == last { continue }
            let x = Chart.number(chart.x(axis.place(times.start(of: number))))
            path += path.isEmpty || last == 0 ? "M\(x) \(Chart.number(bottom))" : "H\(x)"
            path += "V\(Chart.number(chart.y(height, bottom: bottom)))"
            if height == 0 { path += "Z" }
            last = height
        }
        if last > 0 {
            let end = axis.place(times.start(of: numbers.upperBound + 1))
            path += "H\(Chart.number(chart.x(end)))V\(Chart.number(bottom))Z"
        }
        return path
    }

    /// Draws the strip with its own scale.
    private func strip(_ page: inout HTMLWriter, _ chart: Chart, _ scale: Axis.Linear) {
        let (top, bottom) = Self.strip
        Chart.line(&page, "grid", chart.left, top, Chart.right, top)
        if let label = scale.ticks.last?.label {
            Chart.text(&page, "tick end", chart.left - 6, top + 4, label)
        }
        Chart.text(&page, "tick end", chart.left - 6, bottom + 4, "0")
        var path = ""
        for number in numbers where times.slot(number).others > 0 {
            let left = chart.x(axis.place(times.start(of: number)))
            let right = max(chart.x(axis.place(times.start(of: number + 1))), left + 1.5)
            // One line is visible too.
            let height = max(scale.place(rate(times.slot(number).others)), 0.08)
            path += "M\(Chart.number(left)) \(Chart.number(bottom))"
            path += "V\(Chart.number(bottom - height * (bottom - top)))"
            path += "H\(Chart.number(right))V\(Chart.number(bottom))Z"
        }
        Chart.path(&page, "failed", path)
    }

    private func rate(_ count: UInt64) -> Double { Double(count) * 1000 / Double(times.width) }
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
