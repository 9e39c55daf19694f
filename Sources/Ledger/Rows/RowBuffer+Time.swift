import HTTP

extension RowBuffer {
    /// A point in time, in milliseconds since 1970, as RFC 3339 has it, quotes included:
    /// `"2026-01-01T00:00:00.000Z"`. Years are clamped to 1 to 9999.
    mutating func append(timestamp milliseconds: Int64) {
        // 0001-01-01 and 9999-12-31T23:59:59.999.
        let clamped = min(max(milliseconds, -62_135_596_800_000), 253_402_300_799_999)
        // Rows that follow each other are mostly of one second.
        let second = clamped >= 0 ? clamped / 1000 : -1
        if second >= 0, second == lastSecond {
            append(word: lastSecondText.0)
            append(word: lastSecondText.1)
            append(word: lastSecondText.2)
            cut(to: count - 3)
        } else {
            let start = count
            append(upToSecondOf: clamped)
            let text = UnsafeRawPointer(base + start)
            lastSecond = second
            lastSecondText = (
                text.loadUnaligned(as: UInt64.self),
                text.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
                text.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
            )
        }
        append(padded: Int((clamped % 1000 + 1000) % 1000), digits: 3)
        append("Z\"")
    }

    /// The first 21 bytes of a time that is not out of range; 3 more are reserved.
    private mutating func append(upToSecondOf clamped: Int64) {
        reserve(24)
        var day = clamped / 86_400_000
        var time = Int(clamped % 86_400_000)
        if time < 0 {
            time += 86_400_000
            day -= 1
        }
        let date = CivilDate(daysSince1970: day)
        append(byte: 0x22)
        append(padded: Int(date.year), digits: 4)
        append(byte: 0x2d)
        append(padded: Int(date.month), digits: 2)
        append(byte: 0x2d)
        append(padded: Int(date.day), digits: 2)
        append(byte: 0x54)
        append(padded: time / 3_600_000, digits: 2)
        append(byte: 0x3a)
        append(padded: time / 60_000 % 60, digits: 2)
        append(byte: 0x3a)
        append(padded: time / 1000 % 60, digits: 2)
        append(byte: 0x2e)
    }

    /// A duration in nanoseconds as milliseconds with one decimal: `12.3`. Negative ones are 0.
    mutating func append(latency nanoseconds: Int64) {
        let tenths = (UInt64(max(nanoseconds, 0)) + 50_000) / 100_000
        append(decimal: tenths / 10)
        append(byte: 0x2e)
        append(byte: 0x30 + UInt8(truncatingIfNeeded: tenths % 10))
    }
}
