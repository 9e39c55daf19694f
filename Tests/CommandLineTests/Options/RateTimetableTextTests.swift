import Delivery
import Sending
import TestSupport
import Testing
import Time

@testable import hookbatch

@Suite("Timetables of rates as text") struct RateTimetableTextTests {
    /// Each part as text, `pause` without a rate.
    private static func shown(_ table: RateTimetable) -> [String] {
        table.parts.map { "\($0.from.text) \($0.rate?.text ?? "pause")" }
    }

    @Test(
        "Rates with times apply until the next time, over midnight",
        arguments: [
            ("20/s, 22:00 200/s, 06:00 20/s", ["06:00 20/s", "22:00 200/s"]),
            ("06:00 20/s,22:00 200/s", ["06:00 20/s", "22:00 200/s"]),
            ("22:00\t200/s\r\n 06:00   20/s \n\n", ["06:00 20/s", "22:00 200/s"]),
            (
                "08:00 0/s, 20:00:30 0.5/s, 00:00 90/m",
                ["00:00 90/m", "08:00 pause", "20:00:30 0.5/s"]
            ),
            ("20/s", ["00:00 20/s"]), ("20/s, 22:00 20/s", ["00:00 20/s"]),
            ("0/h, 22:00 1/h, 06:00 0/s", ["06:00 pause", "22:00 1/h"]),
        ])
    func read(text: String, parts: [String]) throws {
        #expect(Self.shown(try RateTimetable(text: text)) == parts)
    }

    @Test(
        "A timetable that is not clear is refused with what to write",
        arguments: [
            (
                "20/s, 22:00 200/s",
                "20/s has no time, and the rate from 22:00 on lasts until 22:00 of the next day; "
                    + "add the time (example: '06:00 20/s, 22:00 ...')"
            ),
            (
                "22:00 200/s",
                "22:00 is its only time; add the rate of the rest of the day "
                    + "(example: '22:00 200/s, 06:00 20/s')"
            ),
            (
                "06:00 1/s, 12:00 2/s, 09:00 3/s",
                "its times are not in order; begin with any time and pass midnight once at most"
            ),
            ("22:00 1/s, 22:00:00 2/s", "22:00 occurs twice; keep one"),
            ("1/s, 2/s", "'2/s' has no time (example: 06:00 2/s)"),
            ("22:00 1/s, 24:00 2/s", "'24:00' is not a time of day (example: 22:00)"),
            ("22:00 20, 06:00 2/s", "'20' is not a rate (example: 20/s)"),
            ("22:00 to 1/s", "'22:00 to 1/s' is not a time and a rate (example: 22:00 20/s)"),
            (" , \n", "it contains no rate (example: 20/s)"),
            ("\u{1B}[31m, 1/s", #"'\u{001B}[31m' is not a rate (example: 20/s)"#),
            (
                String(repeating: "x", count: 5000),
                "'\(String(repeating: "x", count: 40))…' is not a rate (example: 20/s)"
            ),
            (
                "0/s",
                "it is always 0, so nothing would be sent; add a rate with a time "
                    + "(example: '06:00 0/s, 22:00 200/s')"
            ),
        ])
    func refused(text: String, reason: String) {
        #expect(throws: InvalidRateText(reason)) { try RateTimetable(text: text) }
    }

    @Test("In a file a pause alone is a rate")
    func pause() throws {
        #expect(try RateTimetable(text: "0/s\n", isFile: true).isAlwaysPaused)
    }

    @Test(
        "A rate is written as it was given",
        arguments: ["200/s", "90/m", "5000/h", "0.5/s", "0.05/s", "12.25/m", "0.1/h", "1/s"])
    func texts(text: String) {
        #expect(Rate(text: text)?.text == text)
    }

    @Test(
        "A rate for each application has no timetable", arguments: ["06:00 1/s, 22:00 2/s", "@f"])
    func applications(text: String) throws {
        let words = ["send", "a.ndjson", "--app-rate", text]
        guard case .run(let arguments) = try Invocation(words: words) else { return }
        let error = #expect(throws: UsageError.self) {
            try SendOptions(arguments, words: words, environment: Environment())
        }
        #expect(error?.message.hasPrefix("--app-rate: '\(text)' is not a rate") == true)
    }
}
