/// The id of a run: 80 random bits as 16 characters.
///
/// The characters are Crockford's base 32, in lower case.
package struct RunID: Hashable, Sendable, CustomStringConvertible {
    /// The upper 16 of 80 bits.
    private let high: UInt16
    private let low: UInt64

    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    /// Creates a new id from the system's random source.
    package static func random() -> RunID {
        var source = SystemRandomNumberGenerator()
        return RunID(high: UInt16.random(in: .min ... .max, using: &source), low: source.next())
    }

    private init(high: UInt16, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Parses 16 characters of the alphabet; nil for any other text.
    package init?(_ text: String) {
        guard text.utf8.count == 16 else { return nil }
        var high: UInt16 = 0
        var low: UInt64 = 0
        for byte in text.utf8 {
            guard let digit = Self.alphabet.firstIndex(of: byte) else { return nil }
            high = high << 5 | UInt16(truncatingIfNeeded: low >> 59)
            low = low << 5 | UInt64(digit)
        }
        self.init(high: high, low: low)
    }

    package var description: String {
        var text = [UInt8](repeating: 0, count: 16)
        var high = high
        var low = low
        for index in text.indices.reversed() {
            text[index] = Self.alphabet[Int(low & 31)]
            low = low >> 5 | UInt64(high & 31) << 59
            high >>= 5
        }
        return String(decoding: text, as: UTF8.self)
    }
}
