import Delivery

extension Rate {
    /// Reads `200/s`, `90/m`, `5000/h`, `0.5/s` exactly. Returns nil for other text, and for a rate
    /// of zero or below one per day.
    init?(text: String) {
        var rest = text[...].utf8
        guard let number = DecimalNumber.take(from: &rest), number.digits > 0 else { return nil }
        let second: Int64 = 1_000_000_000
        let unit: Int64
        switch String(Substring(rest)) {
        case "/s": unit = second
        case "/m": unit = 60 * second
        case "/h": unit = 3600 * second
        default: return nil
        }
        let (period, overflow) = unit.multipliedReportingOverflow(by: number.divisor)
        guard !overflow, period / number.digits <= 86_400 * second else { return nil }
        self.init(count: number.digits, perNanoseconds: period)
    }

    /// The text for `init(text:)`.
    var text: String {
        let seconds = Double(period) / 1e9
        for (unit, length) in [("s", 1), ("m", 60), ("h", 3600)] as [(String, Double)] {
            var power = 1.0
            for places in 0...9 {
                if seconds == length * power { return Self.decimal(count, places) + "/" + unit }
                power *= 10
            }
        }
        return Figure.shown(perSecond) + "/s"
    }

    /// A number divided by a power of ten.
    private static func decimal(_ number: Int64, _ places: Int) -> String {
        let digits = String(number)
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        let whole = padded.dropLast(places)
        return places == 0 ? digits : "\(whole).\(padded.suffix(places))"
    }

    /// Returns the time for `count` messages at this rate; the first starts at once.
    func time(for count: UInt64) -> Duration {
        guard count > 1 else { return .zero }
        let nanoseconds = Double(count - 1) * Double(period) / Double(self.count)
        return .nanoseconds(nanoseconds < 9e18 ? Int64(nanoseconds) : .max)
    }
}
