/// Texts to compare with: patterns, and any number of whole texts.
///
/// A whole text is kept as 128 bits of hash, so that a million of them need 16 MB.
package struct TextSet: Hashable, Sendable {
    private struct Key: Hashable, Comparable {
        var first: UInt64
        var second: UInt64

        init(_ text: UnsafeRawBufferPointer) {
            first = XXH64.hash(text)
            second = XXH64.hash(text, seed: 0x9E37_79B9_7F4A_7C15)
        }

        static func < (a: Key, b: Key) -> Bool {
            a.first != b.first ? a.first < b.first : a.second < b.second
        }
    }

    /// Maximum bytes of a line; a longer one equals no text.
    private static let maxLine = 1 << 20

    /// In ascending order.
    private var keys: [Key] = []
    private var patterns: [TextPattern]

    package init(_ patterns: [TextPattern]) { self.patterns = patterns }

    /// Creates the set of the lines of a text, without surrounding blanks, empty lines and a byte
    /// order mark. A line in double quotes is there with them and without.
    ///
    /// - Parameter read: Reads the next bytes into the memory and returns their number; 0 at the end.
    package init<E: Error>(
        readingLines read: (UnsafeMutableRawBufferPointer) throws(E) -> Int
    ) throws(E) {
        patterns = []
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
        defer { buffer.deallocate() }
        var line: [UInt8] = []
        var isFirst = true
        while true {
            let count = try read(buffer)
            for byte in buffer[..<count] {
                if byte != UInt8(ascii: "\n") {
                    if line.count < Self.maxLine { line.append(byte) }
                    continue
                }
                add(line, isFirst: isFirst)
                isFirst = false
                line.removeAll(keepingCapacity: true)
            }
            if count == 0 { break }
        }
        add(line, isFirst: isFirst)
        keys.sort()
    }

    private mutating func add(_ line: [UInt8], isFirst: Bool) {
        let hasMark = isFirst && line.starts(with: TextEncoding.utf8Mark)
        func isBlank(_ byte: UInt8) -> Bool {
            byte == Byte.space || byte == Byte.tab || byte == UInt8(ascii: "\r")
        }
        let start = (hasMark ? line.dropFirst(3) : line[...]).drop(while: isBlank)
        let text = start.dropLast(start.reversed().prefix(while: isBlank).count)
        guard !text.isEmpty else { return }
        text.withUnsafeBytes { keys.append(Key($0)) }
        // As exports of tables have it.
        let quote = UInt8(ascii: "\"")
        guard text.count > 2, text.first == quote, text.last == quote else { return }
        text.dropFirst().dropLast().withUnsafeBytes { keys.append(Key($0)) }
    }

    package var isEmpty: Bool { keys.isEmpty && patterns.isEmpty }

    package func contains(_ text: UnsafeRawBufferPointer) -> Bool {
        if patterns.contains(where: { $0.matches(text) }) { return true }
        guard !keys.isEmpty else { return false }
        let key = Key(text)
        var (low, high) = (0, keys.count)
        while low < high {
            let middle = (low + high) / 2
            if keys[middle] < key { low = middle + 1 } else { high = middle }
        }
        return low < keys.count && keys[low] == key
    }
}
