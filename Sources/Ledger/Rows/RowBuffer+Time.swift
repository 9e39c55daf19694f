import Time

extension RowBuffer {
    /// Appends a time in RFC 3339, quotes included: `"2026-01-01T00:00:00.000Z"`.
    ///
    /// - Parameter milliseconds: Milliseconds since 1970, clamped to the years 1 to 9999.
    mutating func append(timestamp milliseconds: Int64) {
        // 0001-01-01 and 9999-12-31T23:59:59.999.
        let clamped = min(max(milliseconds, -62_135_596_800_000), 253_402_300_799_999)
        // Adjacent rows are mostly of the same second.
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

    /// Appends the opening quote and the timestamp without its milliseconds.
    ///
    /// Four more bytes are reserved.
    private mutating func append(upToSecondOf clamped: Int64) {
        reserve(25)
        append(byte: 0x22)
        RFC3339.write(clamped, into: base + count)
        count += 20
    }

    /// Appends a duration as milliseconds with one decimal: `12.3`; `0.0` if it is negative.
    mutating func append(latency nanoseconds: Int64) {
        let tenths = RowLatency.tenths(ofNanoseconds: nanoseconds)
        append(decimal: tenths / 10)
        append(byte: 0x2e)
        append(byte: 0x30 + UInt8(truncatingIfNeeded: tenths % 10))
    }
}
