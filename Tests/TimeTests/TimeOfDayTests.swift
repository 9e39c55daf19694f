import Testing
import Time

@Suite("Times of day")
struct TimeOfDayTests {
    @Test(
        "Hours and minutes with or without seconds are read and written",
        arguments: [
            ("00:00", 0), ("06:00", 21_600), ("22:30", 81_000), ("23:59:59", 86_399),
            ("12:00:05", 43_205),
        ])
    func texts(text: String, seconds: Int) {
        #expect(TimeOfDay(text: text)?.seconds == seconds)
        #expect(TimeOfDay(seconds: seconds).text == text)
    }

    @Test(
        "Other texts are refused",
        arguments: [
            "", "6", "6:00", "24:00", "12:60", "12:00:60", "12:00:00:00", "12:0a", "+1:00", "12:",
            ":00", "١٢:٠٠", "12:00 ",
        ])
    func refused(text: String) { #expect(TimeOfDay(text: text) == nil) }

    @Test("The distance of two times goes forward over midnight")
    func distance() {
        let (morning, night) = (TimeOfDay(seconds: 6 * 3600), TimeOfDay(seconds: 22 * 3600))
        #expect(night.seconds(since: morning) == 16 * 3600)
        #expect(morning.seconds(since: night) == 8 * 3600)
        #expect(night.seconds(since: night) == 0)
    }

    @Test(
        "The rules of a zone in POSIX's grammar are accepted",
        arguments: [
            "UTC0", "CET-1", "CET-1CEST,M3.5.0,M10.5.0/3", "EST5EDT4,M3.2.0/2:00:00,M11.1.0",
            "<+0330>-3:30", "<-03>3<-02>,M3.5.0/-2,M10.5.0/-1", "XYZ-24ABC,J60,J300/167",
        ])
    func rules(text: String) { #expect(POSIXTimeZone.isValid(text)) }

    @Test(
        "Other texts are no rules of a zone",
        arguments: [
            "", "UTC", "Mars", "CE-1", "CET-25", "CET-1CEST", "CET-1CEST,M3.5.0",
            "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0", "CET-1:60", "<CET-1",
            "CET-1CEST,M3.5.0,M10.5.0/3,", "../etc/passwd", "CET-99999999999999999999",
        ])
    func noRules(text: String) { #expect(!POSIXTimeZone.isValid(text)) }
}
