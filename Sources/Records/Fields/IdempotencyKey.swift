/// The rules of an idempotency key taken from a record: 1 to 255 visible ASCII characters.
enum IdempotencyKey {
    static let maxLength = 255

    /// What is wrong with a key, and the index of the byte at which it shows.
    static func fault(
        in key: UnsafeRawBufferPointer
    ) -> (fault: RecordProblem.Fault, index: Int)? {
        if key.isEmpty { return (.empty(.idempotencyKey), 0) }
        for i in 0..<min(key.count, maxLength) where !(0x21...0x7E).contains(key[i]) {
            let codePoint = UTF8Text.codePoint(in: key, at: i)
            return (.invalidCharacter(.idempotencyKey, codePoint: codePoint), i)
        }
        return key.count > maxLength
            ? (.tooLong(.idempotencyKey, limit: maxLength), maxLength) : nil
    }
}
