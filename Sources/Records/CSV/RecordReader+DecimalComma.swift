/// Reads numbers as much of Europe and South America writes them.
extension RecordReader {
    /// Writes the JSON number of a text such as `-1.234,50` to scratch; nil for any other text.
    ///
    /// Points are only between groups of three digits, or in none of the places; a point before any
    /// other number of digits may be a decimal point.
    mutating func appendNumber(withDecimalComma text: ByteRange) -> ByteRange? {
        guard Self.hasDecimalComma(bytes(text)) else { return nil }
        let first = scratch.count
        scratch.reserve(text.count)
        // The text may be in scratch, which does not move from here on.
        for byte in bytes(text) where byte != UInt8(ascii: ".") {
            scratch.append(byte == Byte.comma ? UInt8(ascii: ".") : byte)
        }
        let number = scratch.range(from: first)
        let scanner = JSONScanner(bytes: pointer(to: number), end: number.count)
        // Without a leading zero.
        return scanner.value(at: 0, depth: 0) == number.count ? number : nil
    }

    private static func hasDecimalComma(_ text: UnsafeRawBufferPointer) -> Bool {
        var rest = text[...]
        func isDigit(_ byte: UInt8) -> Bool { (Byte.zero...Byte.nine).contains(byte) }
        if rest.first == Byte.minus { rest.removeFirst() }
        let parts = rest.split(separator: Byte.comma, omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty }) else { return false }
        if parts.count == 2, !parts[1].allSatisfy(isDigit) { return false }
        let groups = parts[0].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard groups.allSatisfy({ $0.allSatisfy(isDigit) }) else { return false }
        return groups.count == 1
            || (1...3).contains(groups[0].count) && groups.dropFirst().allSatisfy { $0.count == 3 }
    }
}
