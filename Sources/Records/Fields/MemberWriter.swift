/// A writer of an object's members to memory with enough room.
struct MemberWriter {
    private let output: UnsafeMutablePointer<UInt8>
    private let text: UnsafeBufferPointer<UInt8>
    /// The number of bytes that were written.
    private(set) var count = 0

    /// Creates a writer that may overwrite up to `UnquotedCopy.slack` bytes after the written ones.
    ///
    /// - Parameter text: That of the layout.
    init(to output: UnsafeMutablePointer<UInt8>, text: UnsafeBufferPointer<UInt8>) {
        self.output = output
        self.text = text
    }

    mutating func append(_ byte: UInt8) {
        output[count] = byte
        count += 1
    }

    mutating func append(_ text: StaticString) {
        append(text.utf8Start, count: text.utf8CodeUnitCount)
    }

    mutating func append(_ bytes: UnsafePointer<UInt8>, count added: Int) {
        (output + count).update(from: bytes, count: added)
        count += added
    }

    /// Writes a comma unless the member is the first of its object.
    mutating func separate() {
        // No value ends in an opening brace.
        if output[count - 1] != Byte.openBrace { append(Byte.comma) }
    }

    /// Starts a member with a part of the layout's text.
    mutating func appendMember(_ part: PayloadLayout.Part) {
        separate()
        guard let start = text.baseAddress else { return }
        append(start + part.start, count: part.count)
    }

    mutating func append(_ literal: LiteralWriter) { count += literal.write(to: output + count) }

    /// Copies bytes in which each quote is doubled.
    mutating func appendUnquoted(_ bytes: UnsafePointer<UInt8>, count: Int) {
        var copy = UnquotedCopy(from: bytes, to: output + self.count)
        copy.unquote(0, to: count)
        self.count += copy.written
    }
}
