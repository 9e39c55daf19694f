/// A decimal number before a unit: digits, optionally with a fraction.
///
/// An integer and a power of ten represent it, so `0.1h` is exactly 360 s.
struct DecimalNumber: Hashable, Sendable {
    /// The digits without the point.
    var digits: Int64
    /// 10 to the number of digits after the point: 1 to 10⁹.
    var divisor: Int64

    var isWhole: Bool { divisor == 1 }

    var doubleValue: Double { Double(digits) / Double(divisor) }

    /// Multiplies by `unit` and rounds down; nil if the result exceeds `Int64.max`.
    func times(_ unit: Int64) -> Int64? {
        let product = digits.multipliedFullWidth(by: unit)
        // The quotient fits if and only if the high half is smaller than the divisor's share.
        guard product.high < divisor / 2 || (product.high == 0 && product.low <= Int64.max) else {
            return nil
        }
        return divisor.dividingFullWidth(product).quotient
    }

    /// Removes a number from the front of `text`: at least one digit before a point, one to nine
    /// after it, no sign, no exponent. Returns nil and keeps `text` if there is none.
    static func take(from text: inout Substring.UTF8View) -> DecimalNumber? {
        var rest = text
        guard let whole = takeDigits(from: &rest, into: 0, atMost: 18) else { return nil }
        var number = DecimalNumber(digits: whole.value, divisor: 1)
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            guard let fraction = takeDigits(from: &rest, into: number.digits, atMost: 9) else {
                return nil
            }
            number.digits = fraction.value
            for _ in 0..<fraction.count { number.divisor *= 10 }
        }
        text = rest
        return number
    }

    private static func takeDigits(
        from text: inout Substring.UTF8View, into start: Int64, atMost limit: Int
    ) -> (value: Int64, count: Int)? {
        var value = start
        var count = 0
        while let byte = text.first, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
            guard count < limit else { return nil }
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflow2) = tens.addingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
            if overflow || overflow2 { return nil }
            value = sum
            count += 1
            text.removeFirst()
        }
        return count == 0 ? nil : (value, count)
    }
}
