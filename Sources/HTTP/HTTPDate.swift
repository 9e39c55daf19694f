import Time

/// Dates as HTTP writes them (RFC 9110 §5.6.7), as seconds since 1970-01-01 00:00:00 UTC.
package enum HTTPDate {
    private static let months: StaticString = "JanFebMarAprMayJunJulAugSepOctNovDec"
    private static let shortDays: StaticString = "SunMonTueWedThuFriSat"
    private static let longDays: [StaticString] = [
        "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
    ]

    /// Reads one of the three formats that a recipient must take:
    /// `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` and
    /// `Sun Nov  6 08:49:37 1994`. Nil for anything else, and for days that do not exist.
    ///
    /// The day of the week must be one, but may be the wrong one. A year of two digits is
    /// 1970 to 2069. Second 60 is taken as the next minute's first.
    package static func parse(_ bytes: UnsafeRawBufferPointer) -> Int64? {
        if bytes.count == 29 { return parseFixed(bytes) }
        if bytes.count == 24 { return parseAsctime(bytes) }
        return parseObsolete(bytes)
    }

    /// Appends the date as `Sun, 06 Nov 1994 08:49:37 GMT`: always 29 bytes.
    ///
    /// - Parameter seconds: since 1970, within the years 0 to 9999.
    package static func append(_ seconds: Int64, to output: inout [UInt8]) {
        let days = (seconds >= 0 ? seconds : seconds - 86_399) / 86_400
        let second = seconds - days * 86_400
        let date = CivilDate(daysSince1970: days)
        precondition((0...9999).contains(date.year), "a year that HTTP can't write")
        // 1970-01-01 was a Thursday.
        let weekday = Int(((days + 4) % 7 + 7) % 7)
        appendName(weekday, of: shortDays, to: &output)
        output.append(contentsOf: ", ".utf8)
        appendDigits(date.day, 2, to: &output)
        output.append(ASCII.space)
        appendName(Int(date.month) - 1, of: months, to: &output)
        output.append(ASCII.space)
        appendDigits(date.year, 4, to: &output)
        output.append(ASCII.space)
        appendDigits(second / 3600, 2, to: &output)
        output.append(ASCII.colon)
        appendDigits(second / 60 % 60, 2, to: &output)
        output.append(ASCII.colon)
        appendDigits(second % 60, 2, to: &output)
        output.append(contentsOf: " GMT".utf8)
    }

    /// The date as `Sun, 06 Nov 1994 08:49:37 GMT`, under the terms of `append`.
    package static func format(_ seconds: Int64) -> String {
        var output: [UInt8] = []
        append(seconds, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    private static func parseFixed(_ bytes: UnsafeRawBufferPointer) -> Int64? {
        guard index(of: bytes.part(0, 3), in: shortDays) != nil, holds(bytes, ", ", at: 3),
            holds(bytes, " ", at: 7), holds(bytes, " ", at: 11), holds(bytes, " ", at: 16),
            holds(bytes, " GMT", at: 25),
            let month = index(of: bytes.part(8, 11), in: months)
        else { return nil }
        return seconds(
            year: bytes.part(12, 16).decimal, month: month, day: bytes.part(5, 7).decimal,
            time: bytes.part(17, 25))
    }

    private static func parseAsctime(_ bytes: UnsafeRawBufferPointer) -> Int64? {
        let day = bytes[8] == ASCII.space ? bytes.part(9, 10) : bytes.part(8, 10)
        guard index(of: bytes.part(0, 3), in: shortDays) != nil, holds(bytes, " ", at: 3),
            holds(bytes, " ", at: 7), holds(bytes, " ", at: 10), holds(bytes, " ", at: 19),
            let month = index(of: bytes.part(4, 7), in: months)
        else { return nil }
        return seconds(
            year: bytes.part(20, 24).decimal, month: month, day: day.decimal,
            time: bytes.part(11, 19))
    }

    /// The format of RFC 850: behind the name of the day, it has 24 bytes.
    private static func parseObsolete(_ bytes: UnsafeRawBufferPointer) -> Int64? {
        let nameLength = bytes.count - 24
        guard nameLength >= 6 else { return nil }
        let name = bytes.part(0, nameLength)
        let rest = bytes.part(nameLength, bytes.count)
        guard
            longDays.contains(where: {
                holds(name, $0, at: 0) && name.count == $0.utf8CodeUnitCount
            }),
            holds(rest, ", ", at: 0), holds(rest, "-", at: 4), holds(rest, "-", at: 8),
            holds(rest, " ", at: 11), holds(rest, " GMT", at: 20),
            let month = index(of: rest.part(5, 8), in: months),
            let year = rest.part(9, 11).decimal
        else { return nil }
        return seconds(
            year: year < 70 ? 2000 + year : 1900 + year, month: month,
            day: rest.part(2, 4).decimal, time: rest.part(12, 20))
    }

    /// - Parameter time: `HH:MM:SS`.
    private static func seconds(
        year: Int64?, month: Int, day: Int64?, time: UnsafeRawBufferPointer
    ) -> Int64? {
        guard let year, let day, holds(time, ":", at: 2), holds(time, ":", at: 5),
            let hour = time.part(0, 2).decimal, let minute = time.part(3, 5).decimal,
            let second = time.part(6, 8).decimal, hour < 24, minute < 60, second <= 60
        else { return nil }
        let date = CivilDate(year: year, month: Int64(month) + 1, day: day)
        guard date.isValid else { return nil }
        return date.daysSince1970 * 86_400 + hour * 3600 + minute * 60 + second
    }

    private static func holds(
        _ bytes: UnsafeRawBufferPointer, _ expected: StaticString, at start: Int
    ) -> Bool {
        let length = expected.utf8CodeUnitCount
        guard start + length <= bytes.count else { return false }
        return expected.withUTF8Buffer { wanted in
            for index in 0..<length where bytes[start + index] != wanted[index] { return false }
            return true
        }
    }

    /// Which of the three-letter names in `names` this is, counted from 0.
    private static func index(
        of name: UnsafeRawBufferPointer, in names: StaticString
    ) -> Int? {
        names.withUTF8Buffer { all in
            for index in 0..<all.count / 3
            where all[3 * index] == name[0] && all[3 * index + 1] == name[1]
                && all[3 * index + 2] == name[2]
            {
                return index
            }
            return nil
        }
    }

    private static func appendName(
        _ index: Int, of names: StaticString, to output: inout [UInt8]
    ) {
        names.withUTF8Buffer { output.append(contentsOf: $0[3 * index..<3 * index + 3]) }
    }

    private static func appendDigits(_ number: Int64, _ width: Int, to output: inout [UInt8]) {
        var divisor: Int64 = 1
        for _ in 1..<width { divisor *= 10 }
        while divisor > 0 {
            output.append(ASCII.zero + UInt8(number / divisor % 10))
            divisor /= 10
        }
    }
}
