/// The time in the common log format of web servers: `02/Nov/2026:08:15:04 +0000`.
enum AccessLogTime {
    private static let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]

    /// Parses a time, with or without its square brackets.
    static func parse(_ text: UnsafeRawBufferPointer) -> Timestamp? {
        var scanner = TimeScanner(text)
        let isBracketed = scanner.take("[")
        guard let day = scanner.number(digits: 2), scanner.take("/"),
            let name = scanner.letters(), scanner.take("/"),
            let month = months.firstIndex(of: name.lowercased()),
            let year = scanner.number(digits: 4), scanner.take(":"),
            let seconds = scanner.clock(), scanner.take(" ")
        else { return nil }
        // An offset would take the bracket for its minutes.
        let isWest = scanner.next == UInt8(ascii: "-")
        guard scanner.take("+-"), let hours = scanner.number(digits: 2),
            let minutes = scanner.number(digits: 2), hours < 24, minutes < 60,
            !isBracketed || scanner.take("]"), scanner.isAtEnd
        else { return nil }
        let date = CivilDate(year: year, month: Int64(month) + 1, day: day)
        guard date.isValid else { return nil }
        let offset = (hours * 3600 + minutes * 60) * (isWest ? -1 : 1)
        return Timestamp(date, seconds: seconds - offset)
    }
}
