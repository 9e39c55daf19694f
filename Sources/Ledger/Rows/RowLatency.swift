/// A latency as rows have it: milliseconds with one decimal, here in tenths of a millisecond.
package enum RowLatency {
    /// Returns a latency rounded to tenths; 0 if it is negative.
    @inline(__always)
    package static func tenths(ofNanoseconds nanoseconds: Int64) -> UInt64 {
        (UInt64(max(nanoseconds, 0)) + 50_000) / 100_000
    }

    /// Reads digits with one decimal, `12.3`; nil for too many digits.
    @inline(__always)
    package static func tenths(_ text: UnsafeRawBufferPointer) -> UInt64? {
        guard text.count <= 18 else { return nil }
        var value: UInt64 = 0
        for byte in text where byte != 0x2e { value = value &* 10 &+ UInt64(byte & 15) }
        return value
    }
}
