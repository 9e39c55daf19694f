import Glibc
package import Records

extension UnsafeRawBufferPointer {
    /// The bytes of `range`.
    package subscript(range: ByteRange) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: self[range.start..<range.start + range.count])
    }

    /// Returns the index of the first line feed at or after `start`.
    func lineFeed(from start: Int) -> Int? {
        guard let base = baseAddress, start < count,
            let found = memchr(base + start, 0x0a, count - start)
        else { return nil }
        return UnsafeRawPointer(found) - base
    }
}
