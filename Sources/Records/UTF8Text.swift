import CBytes

/// UTF-8 by RFC 3629: no surrogates, no overlong forms, at most U+10FFFF.
enum UTF8Text {
    /// The length, 2 to 4, of the non-ASCII sequence at `i`; 0 if malformed.
    @inline(__always)
    static func sequenceLength(_ bytes: UnsafePointer<UInt8>, at i: Int, end: Int) -> Int {
        let lead = bytes[i]
        if lead < 0xE0 {
            return lead >= 0xC2 && i + 1 < end && isContinuation(bytes[i + 1]) ? 2 : 0
        }
        if lead < 0xF0 {
            guard i + 2 < end, isContinuation(bytes[i + 1]), isContinuation(bytes[i + 2]) else {
                return 0
            }
            if lead == 0xE0, bytes[i + 1] < 0xA0 { return 0 }  // overlong
            if lead == 0xED, bytes[i + 1] >= 0xA0 { return 0 }  // surrogate
            return 3
        }
        guard lead < 0xF5, i + 3 < end, isContinuation(bytes[i + 1]),
            isContinuation(bytes[i + 2]), isContinuation(bytes[i + 3])
        else { return 0 }
        if lead == 0xF0, bytes[i + 1] < 0x90 { return 0 }  // overlong
        if lead == 0xF4, bytes[i + 1] >= 0x90 { return 0 }  // above U+10FFFF
        return 4
    }

    /// The index of the first malformed byte in `start..<end`, or nil.
    static func firstMalformedByte(
        _ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int
    ) -> Int? {
        var i = start
        while true {
            while i + 64 <= end {
                let high = hb_high64(bytes + i)
                i += high == 0 ? 64 : high.trailingZeroBitCount
                if high != 0 { break }
            }
            while i + 8 <= end, Word.load(bytes, at: i) & Word.highs == 0 { i += 8 }
            while i < end, bytes[i] < 0x80 { i += 1 }
            guard i < end else { return nil }
            repeat {
                let length = sequenceLength(bytes, at: i, end: end)
                guard length > 0 else { return i }
                i += length
            } while i < end && bytes[i] >= 0x80
        }
    }

    /// The scalar and the length of the well-formed sequence at `i`.
    static func scalar(_ bytes: UnsafePointer<UInt8>, at i: Int) -> (value: UInt32, length: Int) {
        let lead = UInt32(bytes[i])
        if lead < 0x80 { return (lead, 1) }
        func tail(_ k: Int) -> UInt32 { UInt32(bytes[i + k] & 0x3F) }
        if lead < 0xE0 { return ((lead & 0x1F) << 6 | tail(1), 2) }
        if lead < 0xF0 { return ((lead & 0x0F) << 12 | tail(1) << 6 | tail(2), 3) }
        return ((lead & 0x07) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3), 4)
    }

    /// The code point of the character at `i`; the byte itself if malformed.
    @inline(never)
    static func codePoint(in text: UnsafeRawBufferPointer, at i: Int) -> UInt32 {
        text.withMemoryRebound(to: UInt8.self) { text in
            guard let bytes = text.baseAddress else { return 0 }
            let isMalformed =
                bytes[i] >= 0x80 && sequenceLength(bytes, at: i, end: text.count) == 0
            return isMalformed ? UInt32(bytes[i]) : scalar(bytes, at: i).value
        }
    }

    /// Calls `body` with each UTF-8 byte of a scalar (not a surrogate).
    @inline(__always)
    static func encode(_ scalar: UInt32, _ body: (UInt8) -> Void) {
        if scalar < 0x80 { return body(UInt8(scalar)) }
        func tail(_ shift: UInt32) -> UInt8 { 0x80 | UInt8(scalar >> shift & 0x3F) }
        if scalar < 0x800 {
            body(0xC0 | UInt8(scalar >> 6))
        } else {
            if scalar < 0x10000 {
                body(0xE0 | UInt8(scalar >> 12))
            } else {
                body(0xF0 | UInt8(scalar >> 18))
                body(tail(12))
            }
            body(tail(6))
        }
        body(tail(0))
    }

    @inline(__always)
    private static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }
}
