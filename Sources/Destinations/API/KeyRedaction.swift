/// The removal of the key from a server's texts.
///
/// A server may repeat a wrong key in its error message. The search finds it as it is, and with
/// characters escaped as in JSON (`\/`, `\u002f`) or in a URL (`%2F`).
package struct KeyRedaction {
    package static let mark: StaticString = "[redacted]"
    private let key: [UInt8]

    package init(key: [UInt8]) { self.key = key }

    /// The length from which a key counts as secret: shorter ones occur in ordinary texts by chance.
    private static let minSecretBytes = 8

    /// Whether `text` contains a key of at least `minSecretBytes`.
    package func occurs(in text: UnsafeRawBufferPointer) -> Bool {
        if key.count < Self.minSecretBytes || text.count < key.count { return false }
        for start in 0...(text.count - key.count) where match(in: text, from: start) != nil {
            return true
        }
        return false
    }

    /// `text` with every occurrence of the key replaced.
    package func apply(to text: [UInt8]) -> [UInt8] {
        if key.isEmpty || text.isEmpty { return text }
        return text.withUnsafeBytes { text in
            var result: [UInt8] = []
            result.reserveCapacity(text.count)
            var at = 0
            while at < text.count {
                if let end = match(in: text, from: at) {
                    result += UnsafeRawBufferPointer(
                        start: Self.mark.utf8Start, count: Self.mark.utf8CodeUnitCount)
                    at = end
                } else {
                    result.append(text[at])
                    at += 1
                }
            }
            return result
        }
    }

    /// The end of the key that starts at `start`; nil if none starts there.
    private func match(in text: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var at = start
        for byte in key {
            guard let length = spelling(of: byte, in: text, at: at) else { return nil }
            at += length
        }
        return at
    }

    /// The length of a spelling of `byte` at `at`, or nil.
    private func spelling(of byte: UInt8, in text: UnsafeRawBufferPointer, at: Int) -> Int? {
        if at >= text.count { return nil }
        if text[at] == byte && byte != UInt8(ascii: "\\") { return 1 }
        if text[at] == UInt8(ascii: "\\") {
            if at + 1 < text.count {
                if text[at + 1] == byte { return 2 }
                if text[at + 1] == UInt8(ascii: "u"),
                    isHex(of: byte, in: text, at: at + 2, digits: 4)
                {
                    return 6
                }
            }
            return text[at] == byte ? 1 : nil
        }
        if text[at] == UInt8(ascii: "%"), isHex(of: byte, in: text, at: at + 1, digits: 2) {
            return 3
        }
        return nil
    }

    private func isHex(
        of value: UInt8, in text: UnsafeRawBufferPointer, at: Int, digits: Int
    ) -> Bool {
        if at + digits > text.count { return false }
        var found = 0
        for byte in text[at..<(at + digits)] {
            guard let digit = Character(UnicodeScalar(byte)).hexDigitValue else { return false }
            found = found << 4 | digit
        }
        return found == Int(value)
    }
}
