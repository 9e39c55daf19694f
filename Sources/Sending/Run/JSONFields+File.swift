package import Platform
package import Records

extension JSONFields {
    /// Maximum bytes of a summary.
    private static let maxFileBytes: UInt64 = 16 << 20

    /// Reads a summary; nil if it is missing, not a regular file, or too long.
    package init?(readFrom path: String) throws(SystemError) {
        guard let status = try FileStatus.of(path), status.isRegular,
            status.size < Self.maxFileBytes
        else { return nil }
        let file = try File.open(path, for: .read)
        let count = Int(status.size)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(count, 1), alignment: 1)
        defer { buffer.deallocate() }
        let got = try file.read(into: buffer, at: 0)
        self.init(text: Array(buffer[..<got]))
    }
}
