import Foundation
import HTTP
import TestSupport
import Testing

/// Dates are read in the three formats of RFC 9110 §5.6.7, and written in the first.
@Suite("HTTP dates")
struct HTTPDateTests {
    static func parse(_ text: String) -> Int64? {
        Array(text.utf8).withUnsafeBytes { HTTPDate.parse($0) }
    }

    @Test(
        "HTTP dates are parsed in all three formats",
        arguments: [
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
            ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777),
            ("Sun Nov  6 08:49:37 1994", 784_111_777),
            ("Wed Nov 16 08:49:37 1994", 784_975_777),
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Wed, 31 Dec 1969 23:59:59 GMT", -1),
            ("Thu, 29 Feb 2024 12:00:00 GMT", 1_709_208_000),
            ("Fri, 31 Dec 9999 23:59:59 GMT", 253_402_300_799),
            ("Sat, 31 Dec 2016 23:59:60 GMT", 1_483_228_800),
            ("Thursday, 01-Jan-70 00:00:00 GMT", 0),
            ("Tuesday, 31-Dec-69 23:59:59 GMT", 3_155_759_999),
        ] as [(String, Int64)])
    func formats(_ text: String, _ seconds: Int64) {
        #expect(Self.parse(text) == seconds)
    }

    @Test(
        "Malformed HTTP dates are refused",
        arguments: [
            "", "0", "Sun", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC",
            "Sun, 06 nov 1994 08:49:37 GMT", "Xxx, 06 Nov 1994 08:49:37 GMT",
            "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 31 Nov 1994 08:49:37 GMT",
            "Wed, 29 Feb 2023 12:00:00 GMT", "Thu, 29 Feb 1900 12:00:00 GMT",
            "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:60:00 GMT",
            "Sun, 06 Nov 1994 08:49:61 GMT", "Sun, +6 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov -994 08:49:37 GMT", "Sun,  6 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08.49.37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT ",
            "Sun, 06-Nov-94 08:49:37 GMT", "Sundax, 06-Nov-94 08:49:37 GMT",
            "Sunday, 06-Nov-1994 08:49:37 GMT", "Sun Nov 6 08:49:37 1994",
            "Sun Nov  6 08:49:37 94  ", "Sun Nov    08:49:37 1994", "1994-11-06T08:49:37Z",
        ])
    func refused(_ text: String) {
        #expect(Self.parse(text) == nil)
    }

    @Test("HTTP dates agree with Foundation's calendar and survive a round trip")
    func roundTrip() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
        var generator = SeededGenerator.fromEnvironment()
        let seed = generator.seed
        for _ in 0..<2000 {
            // From 1600 on: before, Foundation's calendar is the Julian one.
            let seconds = Int64.random(in: -11_600_000_000..<253_400_000_000, using: &generator)
            let text = HTTPDate.format(seconds)
            try #require(Self.parse(text) == seconds, "seed \(seed): \(seconds) as \(text)")
            let parts = calendar.dateComponents(
                [.day, .year, .hour, .minute, .second, .weekday],
                from: Date(timeIntervalSince1970: TimeInterval(seconds)))
            let names = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
            let expected = String(
                format: "%02d %04d %02d:%02d:%02d GMT", parts.day ?? 0, parts.year ?? 0,
                parts.hour ?? 0, parts.minute ?? 0, parts.second ?? 0)
            let withoutMonth = text.dropFirst(5).prefix(3) + text.dropFirst(12)
            try #require(withoutMonth == expected, "seed \(seed): \(seconds) as \(text)")
            try #require(text.hasPrefix(names[(parts.weekday ?? 1) - 1]), "seed \(seed)")
        }
    }
}

/// `Retry-After` is obeyed only where it can be read without a clock.
@Suite("Retry-After")
struct RetryAfterTests {
    static func seconds(_ fields: String) -> Int64? {
        ResponseReading(wire("HTTP/1.1 503 Busy\n\(fields)\nContent-Length: 0\n\n"))
            .head?.retryAfterSeconds
    }

    @Test(
        "Retry-After is read as a number of seconds",
        arguments: [
            ("0", 0), ("120", 120), ("007", 7), ("1000000000000", 1_000_000_000_000),
            ("1000000000001", 1_000_000_000_000), ("9223372036854775807", 1_000_000_000_000),
            ("9223372036854775808", 1_000_000_000_000),
            ("99999999999999999999999", 1_000_000_000_000), ("-1", nil), ("+1", nil), ("1.5", nil),
            ("soon", nil),
            ("", nil), ("1 2", nil), ("1,2", nil),
        ] as [(String, Int64?)])
    func delay(_ value: String, _ expected: Int64?) {
        #expect(Self.seconds("Retry-After: \(value)") == expected)
    }

    @Test(
        "A Retry-After date is relative to the response's Date",
        arguments: [
            ("Sun, 06 Nov 1994 08:50:37 GMT", 60), ("Sunday, 06-Nov-94 08:50:37 GMT", 60),
            ("Sun Nov  6 08:50:37 1994", 60), ("Sun, 06 Nov 1994 08:49:36 GMT", 0),
            ("Mon, 01 Jan 1900 00:00:00 GMT", 0), ("Sun, 06 Nov 1994", nil),
        ] as [(String, Int64?)])
    func date(_ value: String, _ expected: Int64?) {
        let date = "Date: Sun, 06 Nov 1994 08:49:37 GMT"
        #expect(Self.seconds("\(date)\nRetry-After: \(value)") == expected)
        #expect(Self.seconds("Retry-After: \(value)\n\(date)") == expected)
    }

    @Test("A Retry-After date without a valid Date is ignored")
    func noDate() {
        let wish = "Retry-After: Sun, 06 Nov 1994 08:50:37 GMT"
        #expect(Self.seconds(wish) == nil)
        #expect(Self.seconds("Date: today\n\(wish)") == nil)
    }

    @Test("Contradictory Retry-After fields are ignored")
    func repeated() {
        #expect(Self.seconds("Retry-After: 5\nRetry-After: 5") == 5)
        #expect(Self.seconds("Retry-After: 5\nRetry-After: 6") == nil)
        #expect(Self.seconds("Retry-After: 5\nRetry-After: x") == nil)
        #expect(Self.seconds("Retry-After: 5\nRetry-After: 6\nRetry-After: 6") == nil)
    }
}
