import HTTP

/// A time as RFC 3339 text in UTC, to the millisecond: `2026-11-23T18:17:36.123Z`.
package enum UTCTimestamp {
    /// The length of the text, in bytes.
    package static let byteCount = 24

    /// The first and the last millisecond with a year of four digits from 1970.
    private static let range: ClosedRange<Int64> = 0...253_402_300_799_999

    /// Writes `milliseconds` since 1970 into the first `byteCount` bytes of `target`; times
    /// before 1970 or after 9999 become the nearest that can be written.
    package static func write(_ milliseconds: Int64, into target: UnsafeMutableRawPointer) {
        let clamped = min(max(milliseconds, range.lowerBound), range.upperBound)
        let (days, withinDay) = clamped.quotientAndRemainder(dividingBy: 86_400_000)
        let date = CivilDate(daysSince1970: days)
        var rest = withinDay
        var writer = Writer(target: target)
        writer.write(date.year, digits: 4, then: "-")
        writer.write(date.month, digits: 2, then: "-")
        writer.write(date.day, digits: 2, then: "T")
        writer.write(rest / 3_600_000, digits: 2, then: ":")
        rest %= 3_600_000
        writer.write(rest / 60_000, digits: 2, then: ":")
        rest %= 60_000
        writer.write(rest / 1000, digits: 2, then: ".")
        writer.write(rest % 1000, digits: 3, then: "Z")
    }

    private struct Writer {
        var target: UnsafeMutableRawPointer
        var position = 0

        mutating func write(_ value: Int64, digits: Int, then separator: Unicode.Scalar) {
            var value = value
            for place in stride(from: digits - 1, through: 0, by: -1) {
                target.storeBytes(
                    of: 0x30 + UInt8(value % 10), toByteOffset: position + place, as: UInt8.self)
                value /= 10
            }
            target.storeBytes(
                of: UInt8(ascii: separator), toByteOffset: position + digits, as: UInt8.self)
            position += digits + 1
        }
    }
}
