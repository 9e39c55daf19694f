/// The in-place change of a payload, with which the original record can be restored.
///
/// Positions are in bytes from the start of the record.
package struct PayloadChange: Sendable {
    enum Kind: Sendable {
        /// From doubled quotes to single ones.
        case unquoted
        /// From a text with doubled quotes to a JSON string literal.
        case literal
    }

    let kind: Kind
    /// The start of the payload.
    let start: Int
    /// The payload's length in bytes before the change.
    let oldCount: Int
    /// The payload's length in bytes after the change.
    let newCount: Int

    /// Restores the original record in `record`, which has its start and its original length.
    ///
    /// If the payload has grown, the end of the changed record must follow `record` in memory. The
    /// payload and later fields return to their original positions.
    package func revert(in record: UnsafeMutableRawBufferPointer) {
        guard let bytes = record.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
        switch kind {
        case .unquoted:
            doubleQuotes(in: bytes)
        case .literal:
            readLiteral(in: bytes)
            let end = start + oldCount
            (bytes + end).update(from: bytes + start + newCount, count: record.count - end)
        }
    }

    /// Doubles the quotes of the payload, from its last byte to its first.
    ///
    /// In this order no byte is overwritten before it is read.
    private func doubleQuotes(in bytes: UnsafeMutablePointer<UInt8>) {
        var at = start + oldCount
        var i = start + newCount
        while i > start {
            while i - 8 >= start {
                let word = Word.load(UnsafePointer(bytes), at: i - 8)
                guard Word.zeros(in: word ^ Word.repeating(Byte.quote)) == 0 else { break }
                i -= 8
                at -= 8
                UnsafeMutableRawPointer(bytes + at).storeBytes(
                    of: word.littleEndian, as: UInt64.self)
            }
            guard i > start else { break }
            i -= 1
            at -= 1
            let byte = bytes[i]
            bytes[at] = byte
            if byte == Byte.quote {
                at -= 1
                bytes[at] = byte
            }
        }
        precondition(at == start, "the restored cell has another length")
    }

    /// Decodes a literal of `LiteralWriter`.
    private func readLiteral(in bytes: UnsafeMutablePointer<UInt8>) {
        var at = start
        var i = start + 1
        let end = start + newCount - 1
        while i < end {
            while i + 8 <= end {
                let word = Word.load(UnsafePointer(bytes), at: i)
                guard Word.zeros(in: word ^ Word.repeating(Byte.backslash)) == 0 else { break }
                UnsafeMutableRawPointer(bytes + at).storeBytes(
                    of: word.littleEndian, as: UInt64.self)
                i += 8
                at += 8
            }
            guard i < end else { break }
            guard bytes[i] == Byte.backslash else {
                bytes[at] = bytes[i]
                i += 1
                at += 1
                continue
            }
            var scalars = JSONStringScalars(UnsafePointer(bytes), from: i, to: end)
            let byte = UInt8(scalars.next() ?? 0)
            i = scalars.position
            for _ in 0..<(byte == Byte.quote ? 2 : 1) {
                bytes[at] = byte
                at += 1
            }
        }
        precondition(at == start + oldCount, "the restored cell has another length")
    }
}
