/// The times between processes of a run, as bands in a chart over time.
struct InterruptionMarks {
    struct Band: Equatable {
        /// Milliseconds since 1970.
        var start: Int64
        var end: Int64
        /// The number in the list of interruptions, from 1.
        var number: Int
    }

    /// Those within the chart, oldest first.
    private(set) var bands: [Band] = []

    init(_ interruptions: [RunDetails.Interruption], _ times: TimeSeries) {
        guard let numbers = times.numbers else { return }
        let span = times.start(of: numbers.lowerBound)...times.start(of: numbers.upperBound + 1)
        for (index, interruption) in interruptions.enumerated() {
            let end = interruption.resumedAt
            // Without a summary, the process ended after its last line.
            let last = numbers.last { times.start(of: $0) < end && times.slot($0).total > 0 }
            let start = interruption.stoppedAt ?? last.map { min(times.start(of: $0 + 1), end) }
            guard let start, start < span.upperBound, end > span.lowerBound else { continue }
            bands.append(
                Band(
                    start: max(start, span.lowerBound), end: min(end, span.upperBound),
                    number: index + 1))
        }
    }

    /// Draws the bands, and above each its name, or its number if there are several.
    func write(_ page: inout HTMLWriter, _ chart: Chart, _ axis: Axis.Time) {
        var taken = 0.0
        for band in bands {
            let left = chart.x(axis.place(band.start))
            // A short one is visible too.
            let right = max(chart.x(axis.place(band.end)), left + 1.5)
            Chart.path(
                &page, "pause",
                "M\(Chart.number(left)) \(Chart.number(chart.top))H\(Chart.number(right))"
                    + "V\(Chart.number(Chart.bottom))H\(Chart.number(left))Z")
            let label = bands.count == 1 ? "stopped" : "\(band.number)"
            let half = TextSize.width(label) / 2
            let x = min(max((left + right) / 2, chart.left + half), Chart.width - half)
            guard x - half >= taken else { continue }
            taken = x + half + 3
            Chart.text(&page, "label mid", x, chart.top - 8, label)
        }
    }
}
