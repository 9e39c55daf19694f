package import Records

extension UnsafeRawBufferPointer {
    /// The bytes of `range`.
    package subscript(range: ByteRange) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: self[range.start..<range.start + range.count])
    }
}
