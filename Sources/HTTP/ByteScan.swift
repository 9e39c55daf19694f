// Searches and comparisons over raw bytes that the parsers share. Eight bytes at a time in a
// `UInt64`, since SIMD comparisons do not vectorise well here.

/// The ASCII bytes with a meaning in HTTP/1.1.
enum ASCII {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let space: UInt8 = 0x20
    static let comma: UInt8 = 0x2C
    static let slash: UInt8 = 0x2F
    static let zero: UInt8 = 0x30
    static let nine: UInt8 = 0x39
    static let colon: UInt8 = 0x3A
    static let semicolon: UInt8 = 0x3B
    static let questionMark: UInt8 = 0x3F
    static let delete: UInt8 = 0x7F
}

extension UnsafeRawBufferPointer {
    /// The same bytes from `start` to before `end`, indexed from 0.
    func part(_ start: Int, _ end: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: self[start..<end])
    }

    /// Whether the other buffer, of the same length, has the same bytes.
    func isSame(as other: UnsafeRawBufferPointer) -> Bool {
        precondition(count == other.count, "as many bytes are compared")
        var index = 0
        while count - index >= 8 {
            guard
                loadUnaligned(fromByteOffset: index, as: UInt64.self)
                    == other.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            else { return false }
            index += 8
        }
        while index < count, self[index] == other[index] { index += 1 }
        return index == count
    }

    /// The index of the first control byte (below 0x20, or 0x7F) from `start` to before `end`;
    /// otherwise `end`.
    func firstControl(from start: Int, to end: Int) -> Int {
        precondition(0 <= start && start <= end && end <= count, "a range outside of the buffer")
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        var index = start
        while end - index >= 8 {
            let word = UInt64(
                littleEndian: loadUnaligned(fromByteOffset: index, as: UInt64.self))
            let flipped = word ^ (0x7F &* ones)
            // Each term's lowest mark is exact; borrows spoil only the marks above it.
            let low = (word &- 0x20 &* ones) & ~word
            let delete = (flipped &- ones) & ~flipped
            let marks = (low | delete) & highs
            if marks != 0 { return index + marks.trailingZeroBitCount / 8 }
            index += 8
        }
        while index < end, self[index] >= 0x20, self[index] != ASCII.delete { index += 1 }
        return index
    }

    /// Whether the bytes are `name` (lower-case letters, digits and `-`), in any case.
    ///
    /// The bytes must contain no control byte: `| 0x20` would map 0x0D to `-`.
    func equalsIgnoringCase(_ name: StaticString) -> Bool {
        guard count == name.utf8CodeUnitCount else { return false }
        return starts(withIgnoringCase: name)
    }

    /// Whether the bytes begin with `name`; requirements as for `equalsIgnoringCase`.
    func starts(withIgnoringCase name: StaticString) -> Bool {
        let length = name.utf8CodeUnitCount
        guard count >= length else { return false }
        return name.withUTF8Buffer { expected in
            for index in 0..<length where self[index] | 0x20 != expected[index] { return false }
            return true
        }
    }

    /// The bytes without the spaces and tabs at both ends (OWS, RFC 9110 §5.6.3).
    var trimmed: UnsafeRawBufferPointer {
        var start = 0
        var end = count
        while start < end, self[start] == ASCII.space || self[start] == ASCII.tab { start += 1 }
        while start < end, self[end - 1] == ASCII.space || self[end - 1] == ASCII.tab { end -= 1 }
        return part(start, end)
    }

    /// The number in decimal digits; nil without digits, with any other byte, or above
    /// `Int64.max`.
    var decimal: Int64? {
        guard !isEmpty else { return nil }
        var number: Int64 = 0
        for byte in self {
            guard byte >= ASCII.zero, byte <= ASCII.nine else { return nil }
            let (tenfold, overflow) = number.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tenfold.addingReportingOverflow(Int64(byte - ASCII.zero))
            guard !overflow, !carry else { return nil }
            number = sum
        }
        return number
    }
}

extension UInt8 {
    /// Whether the byte is allowed in a token: a method or a field name (RFC 9110 §5.6.2).
    var isTokenByte: Bool {
        // One bit for each of ! # $ % & ' * + - . 0-9 and of A-Z ^ _ ` a-z | ~.
        let low: UInt64 = 0x03FF_6CFA_0000_0000
        let high: UInt64 = 0x57FF_FFFF_C7FF_FFFE
        if self < 64 { return (low >> UInt64(self)) & 1 == 1 }
        if self < 128 { return (high >> UInt64(self - 64)) & 1 == 1 }
        return false
    }
}

/// The members of a comma-separated field value, trimmed, empty ones included (RFC 9110 §5.6.1).
struct ListMembers: Sequence, IteratorProtocol {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    mutating func next() -> UnsafeRawBufferPointer? {
        guard position <= bytes.count else { return nil }
        var end = position
        while end < bytes.count, bytes[end] != ASCII.comma { end += 1 }
        defer { position = end + 1 }
        return bytes.part(position, end).trimmed
    }
}
