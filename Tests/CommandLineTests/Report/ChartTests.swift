import TestSupport
import Testing

@testable import hookbatch

@Suite("Labels of charts") struct ChartTests {
    @Test(
        "The longest label of a vertical axis is inside the chart",
        arguments: ["0", "0.05 ms", "1,000,000", "250,000,000", "1,000,000,000,000"])
    func left(label: String) {
        let chart = Chart(
            id: "x", title: "", description: "", labels: [Axis.Tick(place: 1, label: label)])
        // The label ends 6 before the area.
        #expect(chart.left - 6 - TextSize.width(label) >= 0)
    }

    @Test("Labels of a horizontal axis do not overlap, and are inside the chart")
    func horizontal() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<300 {
            let ticks = (0..<Int.random(in: 1...12, using: &generator)).map { number in
                Axis.Tick(
                    place: Double.random(in: 0...1, using: &generator), label: "\(number)00 ms",
                    isMajor: number.isMultiple(of: 3))
            }
            let chart = Chart(id: "x", title: "", description: "", labels: [])
            var page = HTMLWriter()
            chart.horizontal(&page, ticks)
            let text = String(decoding: page.bytes, as: UTF8.self)
            let spans = try text.matches(of: /<text[^>]* x="([0-9.]+)"[^>]*>([^<]*)</).map {
                match in
                let x = try #require(Double(match.1))
                let half = TextSize.width(String(match.2)) / 2 - 0.1
                return x - half...x + half
            }.sorted { $0.lowerBound < $1.lowerBound }
            #expect(!spans.isEmpty, "seed \(seed)")
            for (span, next) in zip(spans, spans.dropFirst()) {
                #expect(span.upperBound <= next.lowerBound, "seed \(seed)")
            }
            #expect(spans.allSatisfy { $0.lowerBound >= -0.1 && $0.upperBound <= Chart.width })
        }
    }

    @Test("The labels of p50 and p99 overlap neither each other nor the edge, at any distance")
    func percentiles() {
        let area = 60.0...392.0
        for p50 in stride(from: 60.0, through: 392, by: 1) {
            for p99 in stride(from: p50, through: 392, by: 0.5) {
                let marks = PercentileMarks(p50: p50, p99: p99, in: area)
                let boxes = marks.labels.map { label in
                    let width = TextSize.width(label.text)
                    let start = label.isLeft ? label.x - width : label.x
                    return start...start + width
                }
                let text = "\(p50) and \(p99)"
                #expect(boxes.allSatisfy { area.contains($0.lowerBound) }, "\(text)")
                #expect(boxes.allSatisfy { area.contains($0.upperBound) }, "\(text)")
                // No line crosses a label.
                for line in marks.lines {
                    #expect(boxes.allSatisfy { !$0.contains(line) }, "\(text)")
                }
                if boxes.count == 2 {
                    #expect(!boxes[0].overlaps(boxes[1]), "\(text)")
                } else {
                    #expect(marks.labels.map(\.text) == ["p50, p99"], "\(text)")
                }
            }
        }
    }
}
