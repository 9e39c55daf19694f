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

    /// Returns the time for `count` messages at this rate; the first starts at once.
    func time(for count: UInt64) -> Duration {
        guard count > 1 else { return .zero }
        let nanoseconds = Double(count - 1) * Double(period) / Double(self.count)
        return .nanoseconds(nanoseconds < 9e18 ? Int64(nanoseconds) : .max)
    }
}
