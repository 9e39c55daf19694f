/// A character in UTF-8.
enum UTF8Scalar {
    /// Decodes the character whose first byte, at `index`, is 0x80 or more.
    ///
    /// Returns nil for bytes that are not UTF-8 (RFC 3629: no overlong forms, no surrogates).
    static func decode(
        _ bytes: UnsafeRawBufferPointer, at index: Int
    ) -> (scalar: UInt32, length: Int)? {
        let first = UInt32(bytes[index])
        let length: Int
        let minimum: UInt32
        var scalar: UInt32
        switch first {
        case 0xc2...0xdf: (length, minimum, scalar) = (2, 0x80, first & 0x1f)
        case 0xe0...0xef: (length, minimum, scalar) = (3, 0x800, first & 0x0f)
        case 0xf0...0xf4: (length, minimum, scalar) = (4, 0x10000, first & 0x07)
        default: return nil
        }
        guard bytes.count - index >= length else { return nil }
        for next in bytes[index + 1..<index + length] {
            guard next & 0xc0 == 0x80 else { return nil }
            scalar = scalar << 6 | UInt32(next & 0x3f)
        }
        guard scalar >= minimum, scalar <= 0x10ffff, !(0xd800...0xdfff).contains(scalar) else {
            return nil
        }
        return (scalar, length)
    }
}
