/// The last member of every journal row: `,"crc":"xxxxxxxx"}`.
enum RowChecksum {
    /// Bytes of the member and the closing brace.
    static let length = 18

    /// What the checksum of `row`, which has no line feed, covers: the row without its last
    /// member; nil if that member is missing or another.
    static func body(of row: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        let count = row.count - length
        guard count > 0 else { return nil }
        let body = UnsafeRawBufferPointer(rebasing: row[..<count])
        var tail = RowScanner(UnsafeRawBufferPointer(rebasing: row[count...]))
        guard tail.skip(",\"crc\":"), let checksum = tail.hex(digits: 8), tail.skip("}"),
            checksum == UInt64(CRC32C.of(body))
        else { return nil }
        return body
    }

    /// Whether a row ends somewhere before the end of `bytes`.
    ///
    /// A torn row is the beginning of one row, so there it is false. The sequence looked for can't
    /// stand within a string, where quotes are escaped.
    static func closesEarly(in bytes: UnsafeRawBufferPointer) -> Bool {
        var index = 0
        while bytes.count - index > length {
            var tail = RowScanner(UnsafeRawBufferPointer(rebasing: bytes[index...]))
            if tail.skip(",\"crc\":\"") { return true }
            index += 1
        }
        return false
    }
}
