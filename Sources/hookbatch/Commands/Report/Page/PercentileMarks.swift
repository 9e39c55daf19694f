/// The p50 and p99 of a histogram as lines with labels that do not overlap.
struct PercentileMarks {
    struct Label: Equatable {
        var text: String
        /// The position of the label's end or start, next to its line.
        var x: Double
        /// Whether the label is to the left of its line.
        var isLeft: Bool
    }

    /// The positions of the lines.
    let lines: [Double]
    let labels: [Label]

    /// The distance from a label to its line.
    private static let gap = 4.0

    /// - Parameters:
    ///   - p50: The position of its line.
    ///   - p99: The position of its line; at least `p50`.
    ///   - area: The labels are inside.
    init(p50: Double, p99: Double, in area: ClosedRange<Double>) {
        lines = [p50, p99]
        let width = TextSize.width("p50") + 2 * Self.gap
        let isLeft = p50 - width > area.lowerBound
        let isRight = p99 + width < area.upperBound
        // Between the lines are the labels that have no room outside.
        let needed = (isLeft ? 0 : width) + (isRight ? 0 : width)
        if p99 - p50 >= max(needed, 3) {
            labels = [
                Self.label("p50", at: p50, isLeft: isLeft),
                Self.label("p99", at: p99, isLeft: !isRight),
            ]
        } else {
            let both = "p50, p99"
            let fits = p99 + TextSize.width(both) + Self.gap < area.upperBound
            labels = [Self.label(both, at: fits ? p99 : p50, isLeft: !fits)]
        }
    }

    private static func label(_ text: String, at x: Double, isLeft: Bool) -> Label {
        Label(text: text, x: isLeft ? x - gap : x + gap, isLeft: isLeft)
    }

    func write(_ page: inout HTMLWriter, _ chart: Chart) {
        for x in lines { Chart.line(&page, "mark", x, chart.top - 16, x, Chart.bottom) }
        for label in labels {
            Chart.text(
                &page, label.isLeft ? "label end" : "label start", label.x, chart.top - 8,
                label.text)
        }
    }
}
