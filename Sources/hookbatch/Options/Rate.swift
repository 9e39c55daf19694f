/// How many messages start in a stretch of time, kept as the interval between two starts.
struct Rate: Hashable, Sendable {
    /// Nanoseconds from one start to the next, at least 1.
    var intervalNanoseconds: Int64

    var perSecond: Double { 1e9 / Double(intervalNanoseconds) }

    /// Reads `200/s`, `90/m`, `5000/h`, `0.5/s`; nil for anything else, and for a rate of zero or
    /// below one a day.
    init?(text: String) {
        var rest = text[...].utf8
        guard let number = DecimalNumber.take(from: &rest), number.digits > 0 else { return nil }
        let second = 1e9
        let unit: Double
        switch String(Substring(rest)) {
        case "/s": unit = second
        case "/m": unit = 60 * second
        case "/h": unit = 3600 * second
        default: return nil
        }
        let interval = (unit / number.doubleValue).rounded()
        guard interval <= 86_400 * second else { return nil }
        intervalNanoseconds = max(1, Int64(interval))
    }

    /// How long `count` messages take when each waits for its turn; the first starts at once.
    func time(for count: UInt64) -> Duration {
        guard count > 1 else { return .zero }
        let (total, overflow) = Int64(clamping: count - 1)
            .multipliedReportingOverflow(by: intervalNanoseconds)
        return .nanoseconds(overflow ? .max : total)
    }
}
