/// The frame of a chart: its area and axes, in coordinates of the view box. On a phone, one unit is
/// a bit less than a pixel.
struct Chart {
    static let width = 400.0
    static let height = 214.0
    static let right = 392.0
    /// The baseline, which is at the same height in all charts.
    static let bottom = 184.0

    /// An id, unique in the page.
    let id: String
    let title: String
    /// The description for screen readers.
    let description: String
    /// The left edge of the area, after the labels of the vertical axes.
    let left: Double
    /// The upper edge, below a line for labels.
    let top = 22.0

    /// - Parameter labels: Those of the vertical axes.
    init(id: String, title: String, description: String, labels: [Axis.Tick]) {
        self.id = id
        self.title = title
        self.description = description
        left = 8 + (labels.map { TextSize.width($0.label) }.max() ?? 0)
    }

    /// Writes the chart as an image with a title and a description.
    func write(_ page: inout HTMLWriter, _ content: (inout HTMLWriter) -> Void) {
        page.element(
            "svg",
            [
                "viewBox": "0 0 \(Int(Self.width)) \(Int(Self.height))", "role": "img",
                "aria-labelledby": "\(id)-title", "aria-describedby": "\(id)-text",
            ]
        ) { page in
            page.element("title", ["id": "\(id)-title"], text: title)
            page.element("desc", ["id": "\(id)-text"], text: description)
            content(&page)
        }
    }

    func x(_ place: Double) -> Double { left + place * (Self.right - left) }

    /// Returns the height of a place between `top` and `bottom`.
    func y(_ place: Double, bottom: Double = Self.bottom) -> Double {
        bottom - place * (bottom - top)
    }

    /// Draws horizontal lines with labels on the left.
    func vertical(_ page: inout HTMLWriter, _ ticks: [Axis.Tick], bottom: Double = Self.bottom) {
        for tick in ticks {
            let y = y(tick.place, bottom: bottom)
            Self.line(&page, tick.place == 0 ? "base" : "grid", left, y, Self.right, y)
            Self.text(&page, "tick end", left - 6, y + 4, tick.label)
        }
    }

    /// Draws ticks below the chart, with those labels that have room; major ones first.
    func horizontal(_ page: inout HTMLWriter, _ ticks: [Axis.Tick]) {
        Self.line(&page, "base", left, Self.bottom, Self.right, Self.bottom)
        for tick in ticks {
            let x = x(tick.place)
            Self.line(&page, "base", x, Self.bottom, x, Self.bottom + 4)
        }
        var taken: [ClosedRange<Double>] = []
        for tick in ticks.filter(\.isMajor) + ticks.filter({ !$0.isMajor }) {
            let half = TextSize.width(tick.label) / 2
            let x = min(max(x(tick.place), half), Self.width - half)
            let span = x - half - 4...x + half + 4
            guard !taken.contains(where: { $0.overlaps(span) }) else { continue }
            taken.append(span)
            Self.text(&page, "tick mid", x, Self.bottom + 19, tick.label)
        }
    }

    static func line(
        _ page: inout HTMLWriter, _ style: String, _ x1: Double, _ y1: Double, _ x2: Double,
        _ y2: Double
    ) {
        path(
            &page, style,
            "M\(number(x1)) \(number(y1))" + (x1 == x2 ? "V\(number(y2))" : "H\(number(x2))"))
    }

    static func path(_ page: inout HTMLWriter, _ style: String, _ path: String) {
        page.element("path", ["class": style, "d": path]) { _ in }
    }

    static func text(
        _ page: inout HTMLWriter, _ style: String, _ x: Double, _ y: Double, _ text: String
    ) {
        page.element("text", ["class": style, "x": number(x), "y": number(y)], text: text)
    }

    /// Formats a coordinate with at most one decimal.
    static func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        let magnitude = tenths.magnitude
        return (tenths < 0 ? "-" : "") + "\(magnitude / 10)"
            + (magnitude % 10 == 0 ? "" : ".\(magnitude % 10)")
    }
}
