extension RowBuffer {
    /// A point in time, in milliseconds since 1970, as RFC 3339 has it, quotes included:
    /// `"2026-01-01T00:00:00.000Z"`. Years are clamped to 1 to 9999.
    mutating func append(timestamp milliseconds: Int64) {
        // 0001-01-01 and 9999-12-31T23:59:59.999.
        let clamped = min(max(milliseconds, -62_135_596_800_000), 253_402_300_799_999)
        var day = Int(clamped / 86_400_000)
        var time = Int(clamped % 86_400_000)
        if time < 0 {
            time += 86_400_000
            day -= 1
        }
        // Civil date from a day count, by eras of 400 years that begin on 1 March
        // (H. Hinnant, "chrono-compatible low-level date algorithms").
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        append(byte: 0x22)
        append(padded: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), digits: 4)
        append(byte: 0x2d)
        append(padded: month, digits: 2)
        append(byte: 0x2d)
        append(padded: dayOfYear - (153 * monthFromMarch + 2) / 5 + 1, digits: 2)
        append(byte: 0x54)
        append(padded: time / 3_600_000, digits: 2)
        append(byte: 0x3a)
        append(padded: time / 60_000 % 60, digits: 2)
        append(byte: 0x3a)
        append(padded: time / 1000 % 60, digits: 2)
        append(byte: 0x2e)
        append(padded: time % 1000, digits: 3)
        append("Z\"")
    }

    /// A duration in nanoseconds as milliseconds with one decimal: `12.3`. Negative ones are 0.
    mutating func append(latency nanoseconds: Int64) {
        let tenths = (UInt64(max(nanoseconds, 0)) + 50_000) / 100_000
        append(decimal: tenths / 10)
        append(byte: 0x2e)
        append(byte: 0x30 + UInt8(truncatingIfNeeded: tenths % 10))
    }
}
