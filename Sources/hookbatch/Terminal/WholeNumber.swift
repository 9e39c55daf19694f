/// Whole numbers: reads plain digits, writes thousands separators.
enum WholeNumber {
    /// Reads digits within `range`; nil for other text, including signs and separators.
    static func parse(_ text: String, in range: ClosedRange<Int>) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
            let value = Int(text), range.contains(value)
        else { return nil }
        return value
    }

    /// Formats `1234567` as `1,234,567`.
    static func shown(_ value: some BinaryInteger) -> String {
        let digits = Array(String(value.magnitude).utf8)
        var text: [UInt8] = value < 0 ? [UInt8(ascii: "-")] : []
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(UInt8(ascii: ",")) }
            text.append(digit)
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Formats a count with its noun: `1 line`, `2 lines`.
    static func shown(_ value: some BinaryInteger, _ noun: String, plural: String? = nil) -> String
    {
        "\(shown(value)) \(value == 1 ? noun : plural ?? noun + "s")"
    }
}
