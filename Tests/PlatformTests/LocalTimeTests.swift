import Platform
import Testing
import Time

/// The zone belongs to the whole process, so one test goes through them.
@Suite("Local time", .serialized)
struct LocalTimeTests {
    /// 2026-03-29: 02:00 becomes 03:00. 2026-10-25: 03:00 becomes 02:00.
    private static let vienna = "CET-1CEST,M3.5.0,M10.5.0/3"

    private func milliseconds(_ hour: Int64, _ minute: Int64 = 0, month: Int64, day: Int64)
        -> Int64
    {
        (CivilDate(year: 2026, month: month, day: day).daysSince1970 * 1440 + hour * 60 + minute)
            * 60_000
    }

    private func moment(_ time: String, month: Int64, day: Int64) throws -> Int64 {
        LocalTime.milliseconds(
            CivilDate(year: 2026, month: month, day: day), try #require(TimeOfDay(text: time)))
    }

    @Test("Local clocks skip an hour in spring and repeat one in autumn")
    func changes() throws {
        #expect(LocalTime.setZone(Self.vienna))
        let march = LocalTime(at: milliseconds(0, 59, month: 3, day: 29) + 59_999)
        #expect(march.timeOfDay.text == "01:59:59")
        #expect(march.offset == 3600)
        #expect(march.abbreviation == "CET")
        #expect(LocalTime(at: milliseconds(1, month: 3, day: 29)).timeOfDay.text == "03:00")
        for utc in [0, 1] as [Int64] {
            let twice = LocalTime(at: milliseconds(utc, 30, month: 10, day: 25))
            #expect(twice.timeOfDay.text == "02:30")
            #expect(twice.abbreviation == (utc == 0 ? "CEST" : "CET"))
        }
        // A time that is skipped, and the first one of two.
        #expect(
            try moment("02:30", month: 3, day: 29) == milliseconds(1, 30, month: 3, day: 29))
        #expect(try moment("02:30", month: 10, day: 25) == milliseconds(0, 30, month: 10, day: 25))
        #expect(try moment("03:00", month: 10, day: 25) == milliseconds(2, month: 10, day: 25))

        for hour in stride(
            from: milliseconds(0, month: 1, day: 1), to: 1_800_000_000_000, by: 3_600_000)
        {
            let local = LocalTime(at: hour)
            let back = LocalTime.milliseconds(local.date, local.timeOfDay)
            #expect(back == hour || LocalTime(at: back) != local)
        }

        #expect(LocalTime.setZone("<+0545>-5:45"))
        #expect(LocalTime(at: -1).timeOfDay.text == "05:44:59")
        #expect(LocalTime(at: -1).date == CivilDate(year: 1970, month: 1, day: 1))
        #expect(LocalTime.setZone("UTC"))
        #expect(LocalTime(at: -1).timeOfDay.text == "23:59:59")
    }

    @Test(
        "A zone that does not exist is refused",
        arguments: [
            "Mars/Olympus", "", "../../../etc/passwd", "/etc/localtime", "Europe", "Europe//Vienna",
            "Europe/./Vienna", "zone.tab", ":UTC", "CET-1CEST",
        ])
    func refused(zone: String) { #expect(!LocalTime.isZone(zone)) }
}
