import Delivery

/// Maximum number of failures before the run stops: a count of at least 1, or a share of the
/// finished lines above 0 and at most 100 percent.
typealias ErrorLimit = DeliveryOptions.ErrorLimit

extension ErrorLimit {
    /// Reads `100` or `5%` or `0.5%`.
    init?(text: String) {
        guard text.hasSuffix("%") else {
            guard let count = WholeNumber.parse(text, in: 1...Int.max) else { return nil }
            self = .count(UInt64(count))
            return
        }
        var rest = text.dropLast().utf8
        guard let number = DecimalNumber.take(from: &rest), rest.isEmpty,
            number.doubleValue > 0, number.doubleValue <= 100
        else { return nil }
        self = .percent(number.doubleValue)
    }
}
