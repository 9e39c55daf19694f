import HTTP

/// A point in time on the civil calendar, in UTC.
struct Timestamp: Hashable, Sendable {
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    var nanoseconds: Int64

    /// RFC 3339 with milliseconds: `2026-03-01T12:00:00.250Z`. Years 1677 to 2262 fit.
    var rfc3339: String {
        let (days, ofDay) = Self.floorDivide(nanoseconds, 86_400_000_000_000)
        let date = CivilDate(daysSince1970: days)
        let milliseconds = ofDay / 1_000_000
        return Self.padded(date.year, 4) + "-" + Self.padded(date.month, 2) + "-"
            + Self.padded(date.day, 2) + "T" + Self.padded(milliseconds / 3_600_000, 2) + ":"
            + Self.padded(milliseconds / 60_000 % 60, 2) + ":"
            + Self.padded(milliseconds / 1000 % 60, 2) + "."
            + Self.padded(milliseconds % 1000, 3) + "Z"
    }

    private static func floorDivide(_ a: Int64, _ b: Int64) -> (quotient: Int64, rest: Int64) {
        let (quotient, rest) = a.quotientAndRemainder(dividingBy: b)
        return rest < 0 ? (quotient - 1, rest + b) : (quotient, rest)
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
