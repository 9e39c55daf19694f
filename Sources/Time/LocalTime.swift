import Glibc

/// A moment as the clocks of the process's time zone show it.
package struct LocalTime: Equatable, Sendable {
    package let date: CivilDate
    package let timeOfDay: TimeOfDay
    /// Seconds east of UTC.
    package let offset: Int
    /// The zone's abbreviation at this moment, such as `CET` or `+05`.
    package let abbreviation: String

    /// - Parameter milliseconds: Since 1970, UTC.
    package init(at milliseconds: Int64) {
        var seconds = time_t(
            milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000)
        var fields = tm()
        guard localtime_r(&seconds, &fields) != nil else {
            // Only a year that is too large for an Int32.
            preconditionFailure("a time that the calendar has")
        }
        date = CivilDate(
            year: Int64(fields.tm_year) + 1900, month: Int64(fields.tm_mon) + 1,
            day: Int64(fields.tm_mday))
        // A leap second belongs to the second before it.
        timeOfDay = TimeOfDay(
            seconds: Int(fields.tm_hour) * 3600 + Int(fields.tm_min) * 60
                + min(Int(fields.tm_sec), 59))
        offset = fields.tm_gmtoff
        abbreviation = fields.tm_zone.map { String(cString: $0) } ?? "UTC"
    }

    /// Returns the moment at which local clocks show a date and a time, in milliseconds since 1970.
    ///
    /// Of a time that clocks show twice it is the first one. A time that clocks skip counts by the
    /// offset before the gap: where 02:00 becomes 03:00, 02:30 is 03:30.
    package static func milliseconds(_ date: CivilDate, _ time: TimeOfDay) -> Int64 {
        let shown = (date.daysSince1970 * 86_400 + Int64(time.seconds)) * 1000
        let day: Int64 = 86_400_000
        let before = shown - Int64(LocalTime(at: shown - day).offset) * 1000
        let after = shown - Int64(LocalTime(at: shown + day).offset) * 1000
        for moment in [min(before, after), max(before, after)] {
            let local = LocalTime(at: moment)
            if local.date == date, local.timeOfDay == time { return moment }
        }
        return before
    }
}
