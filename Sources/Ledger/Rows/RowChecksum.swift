/// The last member of every journal row: `,"crc":"xxxxxxxx"}`.
package enum RowChecksum {
    /// Bytes of the member and the closing brace.
    static let length = 18

    /// Returns the bytes that the checksum of `row` covers: the row without its last member.
    ///
    /// Returns nil if that member is missing or wrong. The row has no line feed.
    package static func body(of row: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        let count = row.count - length
        guard count > 0 else { return nil }
        let body = UnsafeRawBufferPointer(rebasing: row[..<count])
        var tail = RowScanner(UnsafeRawBufferPointer(rebasing: row[count...]))
        guard tail.skip(",\"crc\":"), let checksum = tail.hex(digits: 8), tail.skip("}"),
            checksum == UInt64(CRC32C.of(body))
        else { return nil }
        return body
    }

    /// Closes the row in `row`, an object without its brace, with its checksum and a line feed.
    package static func close(_ row: inout [UInt8]) {
        let checksum = row.withUnsafeBytes { CRC32C.of($0) }
        let digits = String(checksum, radix: 16)
        row += ",\"crc\":\"".utf8
        row += repeatElement(UInt8(ascii: "0"), count: 8 - digits.utf8.count)
        row += digits.utf8
        row += "\"}\n".utf8
    }

    /// Whether a row ends before the end of `bytes`.
    ///
    /// It is false for a torn row, which is the beginning of one row. The bytes `,"crc":"` can't
    /// occur in a string, where quotes are escaped.
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

extension RowBuffer {
    /// Closes the row that begins at `start` with its checksum.
    @inline(__always)
    mutating func close(rowFrom start: Int) {
        let row = UnsafeRawBufferPointer(start: base + start, count: count - start)
        let checksum = CRC32C.of(row)
        append(",\"crc\":\"")
        append(hex: checksum)
        append("\"}\n")
    }
}
