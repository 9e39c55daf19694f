import Foundation
import TestSupport
import Testing
import Time

/// The time of a text in nanoseconds since 1970; nil if it is not one.
private func parse(_ text: String, _ format: TimeFormat = .automatic) -> Int64? {
    Array(text.utf8).withUnsafeBytes { format.parse($0)?.nanoseconds }
}

private func pattern(_ text: String) throws -> TimeFormat {
    .pattern(try #require(TimePattern(text)))
}

@Suite("Times in text")
struct TimeFormatTests {
    private static let second: Int64 = 1_000_000_000

    @Test(
        "RFC 3339 is read with any offset and fraction, and so are its relatives",
        arguments: [
            ("1970-01-01T00:00:00Z", 0, 0), ("1970-01-01t00:00:01z", 1, 0),
            ("2026-11-02T08:15:04Z", 1_793_607_304, 0),
            ("2026-11-02T09:15:04+01:00", 1_793_607_304, 0),
            ("2026-11-02T02:45:04-05:30", 1_793_607_304, 0),
            ("2026-11-02 08:15:04", 1_793_607_304, 0),
            ("2026-11-02 08:15:04.5", 1_793_607_304, 500_000_000),
            ("2026-11-02 08:15:04,123", 1_793_607_304, 123_000_000),
            ("2026-11-02 09:15:04+01", 1_793_607_304, 0),
            ("2026-11-02 09:15:04 +0100", 1_793_607_304, 0),
            ("2026-11-02T08:15:04.123456789123Z", 1_793_607_304, 123_456_789),
            ("2026-11-02 08:15", 1_793_607_300, 0), ("2026-11-02T09:15+01:00", 1_793_607_300, 0),
            ("2026-11-02", 1_793_577_600, 0), ("2024-02-29T00:00:00Z", 1_709_164_800, 0),
            ("2000-02-29T23:59:59Z", 951_868_799, 0), ("2016-12-31T23:59:60Z", 1_483_228_800, 0),
            ("1969-12-31T23:59:59.25Z", -1, 250_000_000),
        ] as [(String, Int64, Int64)])
    func rfc3339(text: String, seconds: Int64, nanoseconds: Int64) {
        #expect(parse(text) == seconds * Self.second + nanoseconds)
        #expect(parse(text, .rfc3339) == parse(text))
    }

    @Test(
        "A text that is not a whole valid time is refused",
        arguments: [
            "", " ", "x", "-", "2026", "2026-", "2026-11", "2026-1-02", "2026-00-01", "2026-13-01",
            "2026-11-00", "2026-11-31", "2023-02-29", "1900-02-29", "2026-11-02T", "2026-11-02x",
            "2026-11-02T08", "2026-11-02T08:15,5", "2026-11-02T08:15:", "2026-11-02T24:00Z",
            "2026-11-02T24:00:00Z", "2026-11-02T08:60", "2026-11-02T08:60:00Z",
            "2026-11-02T08:15:61Z", "2026-11-02T08:15:04.Z", "2026-11-02T08:15:04+",
            "2026-11-02T08:15:04+1", "2026-11-02T08:15:04+24:00", "2026-11-02T08:15:04+01:60",
            "2026-11-02T08:15:04Zx", " 2026-11-02T08:15:04Z", "2026-11-02T08:15:04Z ",
            "+2026-11-02T08:15:04Z", "2026-11-02T08:15:04+01:00:00", "2026-11-02T8:15:04Z",
        ])
    func refused(text: String) {
        #expect(parse(text, .rfc3339) == nil)
        if text != "2026" { #expect(parse(text) == nil) }
    }

    @Test("The time of an access log is read, with or without its brackets")
    func accessLog() {
        let expected: Int64 = 1_793_607_304 * Self.second
        for text in [
            "02/Nov/2026:08:15:04 +0000", "[02/Nov/2026:08:15:04 +0000]",
            "02/nov/2026:09:15:04 +0100", "01/NOV/2026:22:45:04 -0930",
        ] {
            #expect(parse(text) == expected)
            #expect(parse(text, .accessLog) == expected)
        }
        for text in [
            "31/Nov/2026:08:15:04 +0000", "02/Non/2026:08:15:04 +0000", "2/Nov/2026:08:15:04 +0000",
            "02/Nov/2026:08:15:04", "02/Nov/2026 08:15:04 +0000", "[02/Nov/2026:08:15:04 +0000",
            "02/Nov/2026:08:15:04 +0000]", "02/Nov/2026:08:15:04 +000", "02/11/2026:08:15:04 +0000",
            "02/Nov/2026:08:15:04 +00:00", "/", "2026/11/02",
        ] {
            #expect(parse(text) == nil, "\(text)")
        }
    }

    @Test(
        "A number is of the unit that its size tells",
        arguments: [
            ("0", 0), ("-1", -1_000_000_000), ("1.5", 1_500_000_000),
            ("-1.5", -1_500_000_000), ("1793607304", 1_793_607_304_000_000_000),
            ("1793607304.123456", 1_793_607_304_123_456_000),
            ("1793607304123", 1_793_607_304_123_000_000),
            ("1793607304123.25", 1_793_607_304_123_250_000),
            ("1793607304123456", 1_793_607_304_123_456_000),
            ("1793607304123456789", 1_793_607_304_123_456_789),
            ("-1793607304123", -1_793_607_304_123_000_000),
            ("99999999999", .max), ("100000000000", 100_000_000_000_000_000),
            ("99999999999999", .max), ("100000000000000", 100_000_000_000_000_000),
            ("100000000000000000", 100_000_000_000_000_000),
            ("007", 7_000_000_000), ("9223372036854775807", .max),
        ] as [(String, Int64)])
    func numbers(text: String, expected: Int64) {
        #expect(parse(text) == expected)
    }

    @Test(
        "A named unit holds for each number, whatever its size",
        arguments: [
            (.seconds, "1", 1_000_000_000), (.milliseconds, "1", 1_000_000),
            (.microseconds, "1", 1_000), (.nanoseconds, "1", 1), (.milliseconds, "-1", -1_000_000),
            (.seconds, "1793607304123", .max), (.seconds, "-1793607304123", .min),
            (.milliseconds, "0.5", 500_000), (.nanoseconds, "0.5", 0),
        ] as [(UnixTime.Unit, String, Int64)])
    func units(unit: UnixTime.Unit, text: String, expected: Int64) {
        #expect(parse(text, .unix(unit)) == expected)
    }

    @Test(
        "A number with anything else around it is refused",
        arguments: [
            "1 ", " 1", "+1", "1.", ".5", "1e9", "0x1", "--1", "1.5.5", "9223372036854775808",
        ])
    func badNumbers(text: String) {
        #expect(parse(text) == nil)
        #expect(parse(text, .unix(.seconds)) == nil)
    }

    @Test(
        "A pattern reads what strptime reads, in UTC without an offset",
        arguments: [
            ("%d.%m.%Y %H:%M:%S", "02.11.2026 08:15:04", 1_793_607_304),
            ("%d.%m.%Y %H:%M:%S %z", "02.11.2026 09:15:04 +0100", 1_793_607_304),
            ("%b %d %Y %I:%M:%S %p", "Nov 02 2026 08:15:04 AM", 1_793_607_304),
            ("%Y%m%d", "20261102", 1_793_577_600), ("day %j of %Y", "day 001 of 1970", 0),
            ("%H:%M", "00:01", 60), ("100%% %Y", "100% 1970", 0),
        ] as [(String, String, Int64)])
    func patterns(text: String, time: String, seconds: Int64) throws {
        let format = try pattern(text)
        #expect(parse(time, format) == seconds * Self.second)
        for other in [time + "x", "", String(time.dropLast(1)) + "?", time + "\u{0}"] {
            #expect(parse(other, format) == nil, "\(other)")
        }
    }

    @Test("A pattern refuses a day that the calendar does not have, and a long text")
    func badPatternTimes() throws {
        #expect(parse("31.02.2026", try pattern("%d.%m.%Y")) == nil)
        #expect(parse("29.02.2024", try pattern("%d.%m.%Y")) != nil)
        #expect(parse(String(repeating: " ", count: 300) + "1970", try pattern(" %Y")) == nil)
    }

    @Test(
        "A pattern without a conversion, or with one that strptime lacks, is refused",
        arguments: ["", "x", "%", "%%", "%Y%", "%Y.%f", "%Y\u{0}"])
    func badPatterns(text: String) { #expect(TimePattern(text) == nil) }

    @Test("Random times are read as they were written, in each format")
    func seeded() throws {
        var generator = SeededGenerator.fromEnvironment()
        let seed = generator.seed
        let pattern = try pattern("%Y/%m/%d %H-%M-%S %z")
        let months = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
        func two(_ number: Int64) -> String { (number < 10 ? "0" : "") + String(number) }
        for _ in 0..<3000 {
            let seconds = Int64.random(in: -9_000_000_000...9_000_000_000, using: &generator)
            let nanoseconds = Int64.random(in: 0..<Self.second, using: &generator)
            let offset = Int64.random(in: -1439...1439, using: &generator)
            let (date, milliseconds) = CivilDate.split(milliseconds: (seconds + offset * 60) * 1000)
            let ofDay = milliseconds / 1000
            let (hour, minute, second) = (
                two(ofDay / 3600), two(ofDay / 60 % 60), two(ofDay % 60)
            )
            let (year, month, day) = (
                String(10_000 + date.year).dropFirst(), two(date.month), two(date.day)
            )
            let sign = offset < 0 ? "-" : "+"
            let (east, rest) = (two(abs(offset) / 60), two(abs(offset) % 60))
            let fraction = String(Self.second + nanoseconds).dropFirst()
            let whole = seconds * Self.second
            #expect(
                parse(
                    "\(year)-\(month)-\(day)T\(hour):\(minute):\(second).\(fraction)\(sign)\(east):\(rest)"
                )
                    == whole + nanoseconds, "seed \(seed)")
            #expect(
                parse(
                    "\(day)/\(months[Int(date.month) - 1])/\(year):\(hour):\(minute):\(second) "
                        + "\(sign)\(east)\(rest)") == whole, "seed \(seed)")
            #expect(
                parse(
                    "\(year)/\(month)/\(day) \(hour)-\(minute)-\(second) \(sign)\(east)\(rest)",
                    pattern)
                    == whole, "seed \(seed)")
            #expect(parse("\(whole + nanoseconds)", .unix(.nanoseconds)) == whole + nanoseconds)
            let milli = seconds * 1000 + nanoseconds / 1_000_000
            #expect(parse("\(milli)", .unix(.milliseconds)) == milli * 1_000_000, "seed \(seed)")
        }
    }

    @Test("Random bytes never trap")
    func garbage() throws {
        var generator = SeededGenerator.fromEnvironment()
        let formats: [TimeFormat] = [
            .automatic, .rfc3339, .accessLog, .unix(.seconds), try pattern("%c"), try pattern("%s"),
        ]
        let bytes = Array("0123456789-+:./TZ [] NovFeb\u{0}\u{FF}".utf8)
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 0..<40, using: &generator)).map { _ in
                bytes[Int.random(in: 0..<bytes.count, using: &generator)]
            }
            for format in formats { _ = text.withUnsafeBytes { format.parse($0) } }
        }
    }
}
