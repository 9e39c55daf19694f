/// Application ids, which become a segment of a URL's path.
package enum AppID {
    /// The most characters an id may have.
    package static let maxLength = 128

    /// Whether the bytes are an id: 1 to 128 of `A–Z a–z 0–9 . _ ~ -` (the unreserved characters of
    /// RFC 3986 §2.3), and neither `.` nor `..`.
    package static func isValid(_ id: UnsafeRawBufferPointer) -> Bool {
        fault(in: id) == nil
    }

    /// What is wrong with an id, and the index of the byte at which it shows.
    static func fault(
        in id: UnsafeRawBufferPointer
    ) -> (fault: RecordProblem.Fault, index: Int)? {
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
