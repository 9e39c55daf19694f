/// A point in time on the civil calendar, in UTC.
struct Timestamp: Hashable, Sendable {
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    var nanoseconds: Int64

    /// RFC 3339 with milliseconds: `2026-03-01T12:00:00.250Z`. Years 1677 to 2262 fit.
    var rfc3339: String {
        let (days, ofDay) = Self.floorDivide(nanoseconds, 86_400_000_000_000)
        let (year, month, day) = Self.civil(fromDays: days)
        let milliseconds = ofDay / 1_000_000
        return Self.padded(year, 4) + "-" + Self.padded(month, 2) + "-" + Self.padded(day, 2) + "T"
            + Self.padded(milliseconds / 3_600_000, 2) + ":"
            + Self.padded(milliseconds / 60_000 % 60, 2) + ":"
            + Self.padded(milliseconds / 1000 % 60, 2) + "."
            + Self.padded(milliseconds % 1000, 3) + "Z"
    }

    /// The date of a day counted from 1970-01-01, in the proleptic Gregorian calendar: years are
    /// counted from March, so that the leap day is a year's last, in eras of 400 years.
    private static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = floorDivide(days + 719_468, 146_097)
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
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
