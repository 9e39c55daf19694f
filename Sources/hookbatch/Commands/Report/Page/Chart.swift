/// The frame of a chart: its area and axes, in coordinates of the view box. On a phone, one unit is
/// about a pixel.
struct Chart {
    static let width = 400.0
    static let height = 214.0
    static let left = 58.0
    static let right = 394.0
    static let top = 10.0
    static let bottom = 184.0

    /// An id, unique in the page.
    let id: String
    let title: String
    /// The description for screen readers.
    let description: String

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

    static func x(_ place: Double) -> Double { left + place * (right - left) }

    static func y(_ place: Double) -> Double { bottom - place * (bottom - top) }

    /// Draws horizontal lines with labels on the left.
    static func vertical(_ page: inout HTMLWriter, _ ticks: [Axis.Tick]) {
        for tick in ticks {
            let y = y(tick.place)
            line(&page, tick.place == 0 ? "base" : "grid", left, y, right, y)
            text(&page, "tick end", left - 6, y + 4, tick.label)
        }
    }

    /// Draws ticks below the chart, with labels.
    static func horizontal(_ page: inout HTMLWriter, _ ticks: [Axis.Tick]) {
        line(&page, "base", left, bottom, right, bottom)
        for tick in ticks {
            let x = x(tick.place)
            line(&page, "base", x, bottom, x, bottom + 4)
            // Moves a label at the right edge to the left. On a phone a digit is almost 9 wide.
            let latest = width - Double(tick.label.count) * 4.4
            text(&page, "tick mid", min(x, latest), bottom + 18, tick.label)
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
