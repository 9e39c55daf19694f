import Glibc
import Records

/// A parser of rows in exactly the written form.
///
/// Members are in order, without white space. A step that does not match returns nil or false and
/// does not advance.
struct RowScanner {
    let bytes: UnsafeRawBufferPointer
    private(set) var index = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var isAtEnd: Bool { index == bytes.count }

    /// Skips `text`.
    @inline(__always)
    mutating func skip(_ text: StaticString) -> Bool {
        let length = text.utf8CodeUnitCount
        guard bytes.count - index >= length, let base = bytes.baseAddress else { return false }
        guard memcmp(base + index, text.utf8Start, length) == 0 else { return false }
        index += length
        return true
    }

    /// Parses a decimal number without leading zeros, at most `UInt64.max`.
    mutating func number() -> UInt64? {
        var value: UInt64 = 0
        var end = index
        // Any eighteen digits fit without an overflow check.
        let safeEnd = min(bytes.count, index + 18)
        while end < safeEnd, bytes[end] &- 0x30 < 10 {
            value = value &* 10 &+ UInt64(bytes[end] &- 0x30)
            end += 1
        }
        while end < bytes.count, bytes[end] &- 0x30 < 10 {
            let (scaled, tooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflow) = scaled.addingReportingOverflow(UInt64(bytes[end] &- 0x30))
            guard !tooLarge, !overflow else { return nil }
            value = sum
            end += 1
        }
        guard end > index, bytes[index] != 0x30 || end == index + 1 else { return nil }
        index = end
        return value
    }

    /// Skips one decimal digit.
    mutating func digit() -> Bool {
        guard index < bytes.count, bytes[index] >= 0x30, bytes[index] <= 0x39 else { return false }
        index += 1
        return true
    }

    /// Parses an integer that fits into `Int`.
    mutating func integer() -> Int? {
        let start = index
        let isNegative = skip("-")
        if let magnitude = number(), let value = Int(exactly: magnitude) {
            return isNegative ? -value : value
        }
        index = start
        return nil
    }

    /// Parses `null` or a value with `read`; the outer optional is nil if neither matches.
    mutating func optional<Value>(_ read: (inout RowScanner) -> Value?) -> Value?? {
        if skip("null") { return .some(nil) }
        if let value = read(&self) { return .some(value) }
        return nil
    }

    mutating func bool() -> Bool? {
        if skip("true") { return true }
        if skip("false") { return false }
        return nil
    }

    /// Parses a string and returns the range of its literal, quotes included.
    mutating func string() -> ByteRange? {
        guard index < bytes.count, bytes[index] == 0x22 else { return nil }
        let start = index
        var end = index + 1
        while end < bytes.count {
            if bytes.count - end >= 8 {
                let word = bytes.loadUnaligned(fromByteOffset: end, as: UInt64.self)
                let plain = PlainText.plainBytes(at: word)
                end += plain
                guard plain < 8 else { continue }
            }
            switch bytes[end] {
            case 0x22:
                index = end + 1
                return ByteRange(start: start, count: index - start)
            case 0x5c:
                end += 2
            case 0..<0x20:
                return nil
            default:
                end += 1
            }
        }
        return nil
    }

    /// Parses a string and returns its decoded text.
    mutating func text() -> String? {
        guard let literal = string() else { return nil }
        var text: [UInt8] = []
        RowText.append(textOf: bytes[literal], to: &text, keepingEscapes: false)
        return String(decoding: text, as: UTF8.self)
    }

    /// Parses a string of exactly `digits` lower-case hexadecimal digits.
    mutating func hex(digits: Int) -> UInt64? {
        let start = index
        guard let literal = string(), literal.count == digits + 2,
            let value = Self.hex(bytes[ByteRange(start: start + 1, count: digits)])
        else {
            index = start
            return nil
        }
        return value
    }

    /// Returns the value of up to 16 lower-case hexadecimal digits.
    static func hex(_ digits: UnsafeRawBufferPointer) -> UInt64? {
        var value: UInt64 = 0
        for byte in digits {
            // Without branches, which random digits would mispredict: the letters have bit 6 set.
            let nibble = (byte & 15) &+ 9 &* (byte >> 6)
            let written = nibble < 10 ? 0x30 &+ nibble : 0x57 &+ nibble
            guard written == byte else { return nil }
            value = value << 4 | UInt64(nibble)
        }
        return value
    }
}
