/// The rules for a record's idempotency key: 1 to 255 visible ASCII characters.
package enum IdempotencyKey {
    static let maxLength = 255

    /// Whether a text can be a key.
    package static func isValid(_ key: String) -> Bool {
        var key = key
        return key.withUTF8 { violation(in: UnsafeRawBufferPointer($0)) == nil }
    }

    /// The first violated rule and the index of the offending byte.
    static func violation(
        in key: UnsafeRawBufferPointer
    ) -> (reason: RecordProblem.Reason, index: Int)? {
        if key.isEmpty { return (.empty(.idempotencyKey), 0) }
        for i in 0..<min(key.count, maxLength) where !(0x21...0x7E).contains(key[i]) {
            let codePoint = UTF8Text.codePoint(in: key, at: i)
            return (.invalidCharacter(.idempotencyKey, codePoint: codePoint), i)
        }
        return key.count > maxLength
            ? (.tooLong(.idempotencyKey, limit: maxLength), maxLength) : nil
    }
}
