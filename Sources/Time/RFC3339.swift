/// Timestamps of RFC 3339 in UTC, with milliseconds: `2026-11-23T18:17:36.123Z`.
package enum RFC3339 {
    /// The length of each timestamp, in bytes.
    package static let byteCount = 24

    /// From 0001-01-01 to the last millisecond of 9999, in milliseconds since 1970.
    private static let range: ClosedRange<Int64> = -62_135_596_800_000...253_402_300_799_999

    /// Writes a time into the first `byteCount` bytes of `target`.
    ///
    /// - Parameter milliseconds: Since 1970; years are clamped to 1 to 9999.
    package static func write(_ milliseconds: Int64, into target: UnsafeMutableRawPointer) {
        let clamped = min(max(milliseconds, range.lowerBound), range.upperBound)
        let (date, time) = CivilDate.split(milliseconds: clamped)
        var writer = Writer(target: target)
        writer.write(date.year, digits: 4, then: "-")
        writer.write(date.month, digits: 2, then: "-")
        writer.write(date.day, digits: 2, then: "T")
        writer.write(time / 3_600_000, digits: 2, then: ":")
        writer.write(time / 60_000 % 60, digits: 2, then: ":")
        writer.write(time / 1000 % 60, digits: 2, then: ".")
        writer.write(time % 1000, digits: 3, then: "Z")
    }

    /// The timestamp as text, within the same limits as `write`.
    package static func text(milliseconds: Int64) -> String {
        String(unsafeUninitializedCapacity: byteCount) { buffer in
            guard let start = buffer.baseAddress else { return 0 }
            write(milliseconds, into: start)
            return byteCount
        }
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
