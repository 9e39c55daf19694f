/// A spelling of bytes as text. Other characters among its own, such as separators, are ignored.
enum Encoding: Equatable {
    /// Base64 or base64url. `skipping`: digits before the first whole group of four.
    case base64(skipping: Int)
    /// Hexadecimal, with or without `0x`. `skipping`: digits before the first pair.
    case hexadecimal(skipping: Int)
    /// Numbers up to 255, as in `[115, 107]`.
    case decimal

    /// All encodings, at each alignment: a text before the encoded bytes may move them.
    static let all =
        (0..<4).map(Encoding.base64) + (0..<2).map(Encoding.hexadecimal) + [.decimal]

    /// Maximum number of bytes that `text` encodes: all digits are among those of base64.
    static func maxBytes(encodedIn text: UnsafeRawBufferPointer) -> Int {
        var digits = 0
        for index in text.indices where base64Digit(text, index) != nil { digits += 1 }
        return digits - digits / 4
    }

    /// Writes the decoded bytes and returns their number. `output` must be as large as `text`.
    ///
    /// `isCut`: a number at the end may lack digits, and is left out.
    func decode(
        _ text: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer, isCut: Bool
    ) -> Int {
        switch self {
        case .base64(let skipped):
            return Self.decode(text, into: output, bits: 6, skipping: skipped, Self.base64Digit)
        case .hexadecimal(let skipped):
            return Self.decode(text, into: output, bits: 4, skipping: skipped, Self.hexDigit)
        case .decimal:
            return Self.decodeDecimal(text, into: output, isCut: isCut)
        }
    }

    /// Joins the digits' bits. `digit` returns nil for a character that is not a digit.
    @inline(__always)
    private static func decode(
        _ text: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer,
        bits: Int, skipping skipped: Int,
        _ digit: (_ text: UnsafeRawBufferPointer, _ index: Int) -> UInt8?
    ) -> Int {
        var (skipped, joined, held, count) = (skipped, UInt32(0), 0, 0)
        for index in text.indices {
            guard let value = digit(text, index) else { continue }
            if skipped > 0 {
                skipped -= 1
                continue
            }
            joined = joined << UInt32(bits) | UInt32(value)
            held += bits
            if held >= 8 {
                held -= 8
                output[count] = UInt8(truncatingIfNeeded: joined >> UInt32(held))
                count += 1
            }
        }
        return count
    }

    @inline(__always)
    private static func base64Digit(_ text: UnsafeRawBufferPointer, _ index: Int) -> UInt8? {
        switch text[index] {
        case let byte where byte &- 0x41 < 26: byte - 0x41
        case let byte where byte &- 0x61 < 26: byte - 0x61 + 26
        case let byte where byte &- 0x30 < 10: byte - 0x30 + 52
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: nil
        }
    }

    @inline(__always)
    private static func hexDigit(_ text: UnsafeRawBufferPointer, _ index: Int) -> UInt8? {
        let isPrefix =
            text[index] == UInt8(ascii: "0") && index + 1 < text.count
            && text[index + 1] | 0x20 == UInt8(ascii: "x")
        return isPrefix ? nil : text[index].hexDigit
    }

    private static func decodeDecimal(
        _ text: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer, isCut: Bool
    ) -> Int {
        var (value, count, isNumber) = (0, 0, false)
        for index in 0...text.count {
            if index < text.count, text[index] &- 0x30 < 10 {
                value = min(value * 10 + Int(text[index] - 0x30), 256)
                isNumber = true
            } else if isNumber {
                if value < 256, index < text.count || !isCut {
                    output[count] = UInt8(value)
                    count += 1
                }
                (value, isNumber) = (0, false)
            }
        }
        return count
    }
}

extension UInt8 {
    /// The value of a hexadecimal digit; nil for another character.
    var hexDigit: UInt8? {
        if self &- 0x30 < 10 { return self - 0x30 }
        let letter = (self | 0x20) &- 0x61
        return letter < 6 ? letter + 10 : nil
    }
}
