/// A reader of the digits and separators of a time in text.
struct TimeScanner {
    private let text: UnsafeRawBufferPointer
    private var position = 0

    init(_ text: UnsafeRawBufferPointer) { self.text = text }

    var isAtEnd: Bool { position == text.count }

    /// The next byte; nil at the end.
    var next: UInt8? { isAtEnd ? nil : text[position] }

    /// Takes the next byte if it is one of these ASCII characters.
    mutating func take(_ characters: StaticString) -> Bool {
        guard let next else { return false }
        let isThere = characters.withUTF8Buffer { $0.contains(next) }
        if isThere { position += 1 }
        return isThere
    }

    /// Takes exactly this many digits; nil, and no digit, if there are fewer.
    mutating func number(digits: Int) -> Int64? {
        guard text.count - position >= digits else { return nil }
        var number: Int64 = 0
        for byte in text[position..<position + digits] {
            guard Self.isDigit(byte) else { return nil }
            number = number * 10 + Int64(byte - 0x30)
        }
        position += digits
        return number
    }

    /// Takes all digits that follow, at least one; nil if they overflow.
    mutating func number() -> Int64? {
        let start = position
        var number: Int64 = 0
        while let next, Self.isDigit(next) {
            let (tenfold, overflow) = number.multipliedReportingOverflow(by: 10)
            let (sum, overflow2) = tenfold.addingReportingOverflow(Int64(next - 0x30))
            guard !overflow, !overflow2 else { return nil }
            number = sum
            position += 1
        }
        return position > start ? number : nil
    }

    /// Takes the digits after a decimal point, at least one.
    ///
    /// - Returns: The first nine, as a number of thousand-millionths.
    mutating func fraction() -> Int64? {
        let start = position
        var fraction: Int64 = 0
        var scale: Int64 = 100_000_000
        while let next, Self.isDigit(next) {
            fraction += Int64(next - 0x30) * scale
            scale /= 10
            position += 1
        }
        return position > start ? fraction : nil
    }

    /// Takes three letters; nil, and no letter, if there are fewer.
    mutating func letters() -> String? {
        guard text.count - position >= 3 else { return nil }
        let word = text[position..<position + 3]
        guard word.allSatisfy({ (0x61...0x7A).contains($0 | 0x20) }) else { return nil }
        position += 3
        return String(decoding: word, as: UTF8.self)
    }

    /// Takes `08:15:04`. Returns the seconds of the day: up to 86,400 with a leap second.
    mutating func clock() -> Int64? {
        guard let minutes = hoursAndMinutes(), take(":"), let second = second() else { return nil }
        return minutes * 60 + second
    }

    /// Takes `04`. Returns the second of a minute: up to 60, a leap second.
    mutating func second() -> Int64? { number(digits: 2).flatMap { $0 <= 60 ? $0 : nil } }

    /// Takes `08:15`. Returns the minutes of the day.
    mutating func hoursAndMinutes() -> Int64? {
        guard let hour = number(digits: 2), take(":"), let minute = number(digits: 2), hour < 24,
            minute < 60
        else { return nil }
        return hour * 60 + minute
    }

    /// Takes `Z`, `+01:00`, `+0100` or `+01`. Returns the seconds east of UTC.
    mutating func offset() -> Int64? {
        if take("Zz") { return 0 }
        let isWest = next == UInt8(ascii: "-")
        guard take("+-"), let hours = number(digits: 2) else { return nil }
        var minutes: Int64 = 0
        if !isAtEnd {
            _ = take(":")
            guard let given = number(digits: 2) else { return nil }
            minutes = given
        }
        guard hours < 24, minutes < 60 else { return nil }
        return (hours * 3600 + minutes * 60) * (isWest ? -1 : 1)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
}
