/// Times as numbers since 1970.
package enum UnixTime {
    /// The unit of a number.
    package enum Unit: Hashable, Sendable {
        case seconds, milliseconds, microseconds, nanoseconds

        /// How many of them are a second.
        fileprivate var perSecond: Int64 {
            switch self {
            case .seconds: 1
            case .milliseconds: 1000
            case .microseconds: 1_000_000
            case .nanoseconds: 1_000_000_000
            }
        }

        /// The unit in which a number of this size is a time from 1973 to 5138; smaller numbers are
        /// seconds.
        fileprivate init(ofSize number: Int64) {
            switch number {
            case ..<100_000_000_000: self = .seconds
            case ..<100_000_000_000_000: self = .milliseconds
            case ..<100_000_000_000_000_000: self = .microseconds
            default: self = .nanoseconds
            }
        }
    }

    /// Parses a number with or without a sign and a fraction.
    ///
    /// - Parameter unit: nil to judge it by the size.
    static func parse(_ text: UnsafeRawBufferPointer, unit: Unit?) -> Timestamp? {
        var scanner = TimeScanner(text)
        let isNegative = scanner.take("-")
        guard let number = scanner.number() else { return nil }
        var fraction: Int64 = 0
        if scanner.take(".") {
            guard let given = scanner.fraction() else { return nil }
            fraction = given
        }
        guard scanner.isAtEnd else { return nil }
        let perSecond = (unit ?? Unit(ofSize: number)).perSecond
        let (seconds, rest) = number.quotientAndRemainder(dividingBy: perSecond)
        let nanoseconds = rest * (1_000_000_000 / perSecond) + fraction / perSecond
        return isNegative
            ? Timestamp(seconds: -seconds, nanoseconds: -nanoseconds)
            : Timestamp(seconds: seconds, nanoseconds: nanoseconds)
    }
}
