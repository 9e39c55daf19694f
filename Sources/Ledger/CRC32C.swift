import CPosix

/// CRC-32C (Castagnoli, RFC 3720 appendix B.4), eight bytes per step.
///
/// It is the largest cost of a row: with tables 1.5 GB/s, 250 ns a row. So the processor's
/// instruction is used if there is one (SSE 4.2 on x86-64, the CRC extension on arm64).
package enum CRC32C {
    private static let hasInstruction = hb_has_crc32c() != 0

    /// Returns the checksum of `bytes`; of `"123456789"` it is `e3069283`.
    package static func of(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        hasInstruction ? ~hb_crc32c(.max, bytes.baseAddress, bytes.count) : byTables(bytes)
    }

    /// Returns the checksum with eight tables, on any processor.
    package static func byTables(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        let table = Self.table
        var crc: UInt32 = 0xffff_ffff
        var index = 0
        let count = bytes.count
        guard let base = bytes.baseAddress else { return 0 }
        while count - index >= 8 {
            let word = UInt64(
                littleEndian: base.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            let low = UInt32(truncatingIfNeeded: word) ^ crc
            let high = UInt32(truncatingIfNeeded: word >> 32)
            let first =
                table[1792 + Int(low & 0xff)] ^ table[1536 + Int((low >> 8) & 0xff)]
                ^ table[1280 + Int((low >> 16) & 0xff)] ^ table[1024 + Int(low >> 24)]
            let second =
                table[768 + Int(high & 0xff)] ^ table[512 + Int((high >> 8) & 0xff)]
                ^ table[256 + Int((high >> 16) & 0xff)] ^ table[Int(high >> 24)]
            crc = first ^ second
            index += 8
        }
        while index < count {
            let byte = base.load(fromByteOffset: index, as: UInt8.self)
            crc = table[Int((crc ^ UInt32(byte)) & 0xff)] ^ (crc >> 8)
            index += 1
        }
        return ~crc
    }

    /// Eight tables of 256 entries: entry *b* of table *k* is the checksum of byte *b* followed by
    /// *k* zero bytes.
    ///
    /// `nonisolated(unsafe)`: written only by its initializer, before it is shared.
    nonisolated(unsafe) private static let table: UnsafePointer<UInt32> = {
        let table = UnsafeMutablePointer<UInt32>.allocate(capacity: 8 * 256)
        for byte in 0..<256 {
            var crc = UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ 0x82f6_3b78 : crc >> 1 }
            table[byte] = crc
        }
        for index in 256..<2048 {
            let previous = table[index - 256]
            table[index] = table[Int(previous & 0xff)] ^ (previous >> 8)
        }
        return UnsafePointer(table)
    }()
}
