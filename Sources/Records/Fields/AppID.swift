/// The rules for application ids, which are segments of a URL's path.
package enum AppID {
    /// The maximum number of characters.
    package static let maxLength = 128

    /// Whether the bytes are a valid id.
    ///
    /// An id has 1 to 128 of the characters `A–Z a–z 0–9 . _ ~ -` (unreserved in RFC 3986 §2.3).
    /// `.` and `..` are invalid.
    package static func isValid(_ id: UnsafeRawBufferPointer) -> Bool {
        violation(in: id) == nil
    }

    /// The first violated rule and the index of the offending byte.
    static func violation(
        in id: UnsafeRawBufferPointer
    ) -> (reason: RecordProblem.Reason, index: Int)? {
        if id.isEmpty { return (.empty(.appID), 0) }
        for i in 0..<min(id.count, maxLength) where !isUnreserved(id[i]) {
            let codePoint = UTF8Text.codePoint(in: id, at: i)
            return (.invalidCharacter(.appID, codePoint: codePoint), i)
        }
        if id.count > maxLength { return (.tooLong(.appID, limit: maxLength), maxLength) }
        if id.count <= 2, id.allSatisfy({ $0 == Byte.dot }) { return (.dotSegment, 0) }
        return nil
    }

    @inline(__always)
    private static func isUnreserved(_ byte: UInt8) -> Bool {
        byte < 0x80 && (byte < 0x40 ? low >> UInt64(byte) : high >> UInt64(byte - 0x40)) & 1 == 1
    }

    /// One bit for each byte below 0x40: `-`, `.` and the digits.
    private static let low: UInt64 = 1 << 0x2D | 1 << 0x2E | 0x3FF << 0x30
    /// One bit for each byte from 0x40 to 0x7F: the letters, `_` and `~`.
    private static let high: UInt64 =
        (0x3FF_FFFF << 0x01) | (1 << 0x1F) | (0x3FF_FFFF << 0x21) | (1 << 0x3E)
}
