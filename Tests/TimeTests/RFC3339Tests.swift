import Foundation
import TestSupport
import Testing
import Time

@Suite("RFC 3339 timestamps")
struct RFC3339Tests {
    @Test(
        "Known times are written in UTC with milliseconds",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_709_251_199_999, "2024-02-29T23:59:59.999Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        ] as [(Int64, String)])
    func known(milliseconds: Int64, text: String) {
        #expect(RFC3339.text(milliseconds: milliseconds) == text)
    }

    @Test(
        "Times outside the years 1 to 9999 are clamped",
        arguments: [
            (Int64.min, "0001-01-01T00:00:00.000Z"), (.max, "9999-12-31T23:59:59.999Z"),
        ])
    func clamped(milliseconds: Int64, text: String) {
        #expect(RFC3339.text(milliseconds: milliseconds) == text)
    }

    @Test("Timestamps agree with Foundation's on every kind of day")
    func foundation() {
        var generator = SeededGenerator.fromEnvironment()
        let seed = generator.seed
        var formatter = Date.ISO8601FormatStyle(includingFractionalSeconds: false)
        formatter.timeZone = TimeZone(secondsFromGMT: 0) ?? .gmt
        var seconds = Array(stride(from: Int64(-9_000_000_000), to: 9_000_000_000, by: 12_345_679))
        seconds += (0..<2000).map { _ in Int64.random(in: 0..<253_402_300_800, using: &generator) }
        for second in seconds {
            let milliseconds = Int64.random(in: 0..<1000, using: &generator)
            let date = Date(timeIntervalSince1970: Double(second)).formatted(formatter)
            let expected = date.dropLast() + "." + String(milliseconds + 1000).dropFirst() + "Z"
            #expect(
                RFC3339.text(milliseconds: second * 1000 + milliseconds) == expected,
                "seed \(seed)")
        }
    }

    @Test("A timestamp rounds nanoseconds down, before 1970 too")
    func nanoseconds() {
        #expect(Timestamp(nanoseconds: -1).rfc3339 == "1969-12-31T23:59:59.999Z")
        #expect(Timestamp(nanoseconds: 1_999_999).rfc3339 == "1970-01-01T00:00:00.001Z")
    }
}
