import Glibc

/// A scale from values to positions between 0 and 1, with readable ticks.
enum Axis {
    struct Tick: Equatable {
        var place: Double
        var label: String
        /// Whether it keeps its label where there is not room for all.
        var isMajor = false
    }

    /// A scale from 0 to a round number of at least `highest`.
    struct Linear {
        let end: Double
        let ticks: [Tick]

        /// - Parameter isCount: Whether the values are whole numbers.
        init(highest: Double, isCount: Bool = false) {
            let step = max(
                Axis.roundStep(atLeast: max(highest, 1e-9) / 4), isCount ? 1 : 0)
            let count = max(1, Int((highest / step - 1e-9).rounded(.up)))
            let end = step * Double(count)
            self.end = end
            ticks = (0...count).map { index in
                Tick(
                    place: Double(index) / Double(count),
                    label: Axis.label(step * Double(index), step: step))
            }
        }

        func place(_ value: Double) -> Double { min(max(value / end, 0), 1) }
    }

    /// A logarithmic scale of latencies in tenths of a millisecond.
    struct Latencies {
        let start: Double
        let end: Double
        let ticks: [Tick]

        /// Draws values below a tenth as half a tenth.
        init(lowest: Double, highest: Double) {
            let values = Axis.steps(lowest, highest) ?? Axis.decades(lowest, highest)
            let (start, end) = (values[0], values[values.count - 1])
            self.start = start
            self.end = end
            let powers = values.count { Axis.isPowerOfTen($0) }
            ticks = values.enumerated()
                .filter { powers < 3 || Axis.isPowerOfTen($0.element) }
                .map { index, value in
                    Tick(
                        place: Axis.log(value / start) / Axis.log(end / start),
                        label: Axis.latency(tenths: value),
                        isMajor: Axis.isPowerOfTen(value) || index == 0)
                }
        }

        func place(_ tenths: Double) -> Double {
            min(max(Axis.log(max(tenths, start) / start) / Axis.log(end / start), 0), 1)
        }
    }

    /// A scale of milliseconds since 1970.
    struct Time {
        let span: ClosedRange<Int64>
        let ticks: [Tick]

        private static let steps: [Int64] = [
            10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000,
            300_000, 600_000, 900_000, 1_800_000, 3_600_000, 7_200_000, 10_800_000, 21_600_000,
            43_200_000, 86_400_000, 172_800_000, 604_800_000, 2_592_000_000, 7_776_000_000,
            31_536_000_000, 315_360_000_000, 3_153_600_000_000, 94_608_000_000_000,
        ]

        init(_ span: ClosedRange<Int64>) {
            self.span = span
            let length = max(span.upperBound - span.lowerBound, 1)
            let step = Self.steps.first { length / $0 < 5 } ?? Self.steps[Self.steps.count - 1]
            var ticks: [Tick] = []
            // Rounds up, also before 1970.
            var time = span.lowerBound / step * step
            if time < span.lowerBound { time += step }
            while time <= span.upperBound {
                let place = Double(time - span.lowerBound) / Double(length)
                // A label at an edge would exceed the chart.
                if place > 0.02, place < 0.98 {
                    ticks.append(Tick(place: place, label: Self.label(time, step)))
                }
                time += step
            }
            self.ticks = ticks
        }

        func place(_ time: Int64) -> Double {
            let length = max(span.upperBound - span.lowerBound, 1)
            return Double(time - span.lowerBound) / Double(length)
        }

        private static func label(_ time: Int64, _ step: Int64) -> String {
            if step >= 2_592_000_000 { return TimeText.month(time) }
            if step >= 86_400_000 || time % 86_400_000 == 0 { return TimeText.day(time) }
            return TimeText.clock(
                time, step >= 60_000 ? .minutes : step >= 1000 ? .seconds : .milliseconds)
        }
    }

    /// Returns the values of a short scale, in equal steps; nil for a longer one, or for one near
    /// the precision of a row.
    private static func steps(_ lowest: Double, _ highest: Double) -> [Double]? {
        guard lowest >= 4, highest <= lowest * 2.5 else { return nil }
        let highest = max(highest, lowest * 1.1)
        let step = max(roundStep(atLeast: (highest - lowest) / 4), 1)
        let first = (lowest / step + 1e-9).rounded(.down)
        let last = max((highest / step - 1e-9).rounded(.up), first + 2)
        return stride(from: first, through: last, by: 1).map { $0 * step }
    }

    /// Returns the round numbers from at most `lowest` to at least `highest`.
    private static func decades(_ lowest: Double, _ highest: Double) -> [Double] {
        let start = roundDown(max(lowest, 0.5))
        let end = max(roundUp(max(highest, 0.5)), start * 2)
        return roundNumbers.filter { $0 >= start * 0.999 && $0 <= end * 1.001 }
    }

    /// 0.5, 1, 2, 5, 10 … tenths of a millisecond: to beyond two hours.
    private static let roundNumbers: [Double] = {
        var numbers = [0.5]
        var power = 1.0
        while power < 1e9 {
            numbers += [power, 2 * power, 5 * power]
            power *= 10
        }
        return numbers
    }()

    private static func log(_ value: Double) -> Double { Glibc.log(value) }

    private static func isPowerOfTen(_ value: Double) -> Bool {
        var power = 1.0
        while power < value { power *= 10 }
        return power == value
    }

    private static func roundDown(_ value: Double) -> Double {
        roundNumbers.last { $0 <= value } ?? roundNumbers[0]
    }

    private static func roundUp(_ value: Double) -> Double {
        roundNumbers.first { $0 >= value } ?? roundNumbers[roundNumbers.count - 1]
    }

    /// Returns 1, 2 or 5 times a power of ten.
    private static func roundStep(atLeast value: Double) -> Double {
        var power = 1e-9
        while power * 10 <= value { power *= 10 }
        for factor in [1.0, 2, 5] where factor * power >= value * 0.999_999 {
            return factor * power
        }
        return 10 * power
    }

    private static func label(_ value: Double, step: Double) -> String {
        if step >= 0.999 { return WholeNumber.shown(Int64(value.rounded())) }
        let scale = step >= 0.0999 ? 10.0 : step >= 0.00999 ? 100 : 1000
        let scaled = Int64((value * scale).rounded())
        let digits = String(scaled % Int64(scale))
        let places = scale == 10 ? 1 : scale == 100 ? 2 : 3
        return scaled == 0
            ? "0"
            : "\(scaled / Int64(scale))."
                + String(repeating: "0", count: places - digits.utf8.count) + digits
    }

    /// Formats `0.1 ms`, `20 ms`, `1.25 s`.
    private static func latency(tenths: Double) -> String {
        if tenths < 1 { return "0.05 ms" }
        let (value, places, unit) =
            tenths < 10_000 ? (Int64(tenths), 1, "ms") : (Int64(tenths), 4, "s")
        let scale: Int64 = places == 1 ? 10 : 10_000
        let fraction = String(scale + value % scale).dropFirst()
        let digits = fraction.reversed().drop { $0 == "0" }.reversed()
        return WholeNumber.shown(value / scale) + (digits.isEmpty ? "" : "." + String(digits))
            + " " + unit
    }
}
