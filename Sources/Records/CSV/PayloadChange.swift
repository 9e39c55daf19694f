/// How a payload was changed where it stands, so that its record can be had again as it was read.
///
/// Places are distances in bytes from the start of the record.
package struct PayloadChange: Sendable {
    enum Kind: Sendable {
        /// Doubled quotes were made single.
        case unquoted
        /// A JSON string was made of a text with doubled quotes.
        case literal
    }

    let kind: Kind
    /// Where the payload starts.
    let start: Int
    /// How many bytes it had, and has.
    let oldCount: Int
    let newCount: Int

    /// Makes the record what it was, in the bytes that it had: `record` begins where it does now, and
    /// has its old length. Behind lies as much as the payload has grown, of which nothing else is
    /// needed. The payload, and the fields behind it, are where they were before it was prepared.
    package func takeBack(in record: UnsafeMutableRawBufferPointer) {
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

    /// From the last byte to the first: what is still to be written is never shorter than what is
    /// still to be read.
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
        precondition(at == start, "a cell has another length than it had")
    }

    /// What `LiteralWriter` writes, and nothing else.
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
        precondition(at == start + oldCount, "a cell has another length than it had")
    }
}
