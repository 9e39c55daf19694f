extension RFC3339 {
    /// Parses a time with any offset and fraction, or its relatives.
    ///
    /// A space may be in place of the `T`, and a comma in place of the point. Without an offset the
    /// time is in `zone`, without a time the day's start counts, and without seconds the minute's.
    /// Digits after nanoseconds are ignored. The leap second 60 is the next second.
    package static func parse(
        _ text: UnsafeRawBufferPointer, zone: TimeFormat.Zone = .utc
    ) -> Timestamp? {
        var scanner = TimeScanner(text)
        guard let year = scanner.number(digits: 4), scanner.take("-"),
            let month = scanner.number(digits: 2), scanner.take("-"),
            let day = scanner.number(digits: 2)
        else { return nil }
        let date = CivilDate(year: year, month: month, day: day)
        guard date.isValid else { return nil }
        if scanner.isAtEnd { return Timestamp(date, seconds: 0, in: zone) }
        guard scanner.take("Tt "), let minutes = scanner.hoursAndMinutes() else { return nil }
        var (seconds, nanoseconds) = (minutes * 60, Int64(0))
        if scanner.take(":") {
            guard let second = scanner.second() else { return nil }
            seconds += second
            if scanner.take(".,") {
                guard let fraction = scanner.fraction() else { return nil }
                nanoseconds = fraction
            }
        }
        guard !scanner.isAtEnd else {
            return Timestamp(date, seconds: seconds, nanoseconds: nanoseconds, in: zone)
        }
        // PostgreSQL writes no space, and some logs one.
        _ = scanner.take(" ")
        guard let offset = scanner.offset(), scanner.isAtEnd else { return nil }
        return Timestamp(date, seconds: seconds - offset, nanoseconds: nanoseconds)
    }
}

extension Timestamp {
    /// The time of a day in UTC, clamped to the years that fit.
    ///
    /// - Parameters:
    ///   - seconds: From the day's start.
    ///   - nanoseconds: 0 or more, in addition.
    init(_ date: CivilDate, seconds: Int64, nanoseconds: Int64 = 0) {
        self.init(seconds: date.daysSince1970 * 86_400 + seconds, nanoseconds: nanoseconds)
    }

    /// The time of a day in a zone; see the other.
    init(_ date: CivilDate, seconds: Int64, nanoseconds: Int64 = 0, in zone: TimeFormat.Zone) {
        guard zone == .local else {
            self.init(date, seconds: seconds, nanoseconds: nanoseconds)
            return
        }
        // A leap second is the next second.
        let time = TimeOfDay(seconds: Int(min(seconds, 86_399)))
        self.init(
            seconds: LocalTime.milliseconds(date, time) / 1000 + (seconds - Int64(time.seconds)),
            nanoseconds: nanoseconds)
    }

    /// A time in seconds since 1970 and nanoseconds in addition, clamped to the years that fit.
    init(seconds: Int64, nanoseconds: Int64) {
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflow2) = whole.addingReportingOverflow(nanoseconds)
        self.init(nanoseconds: overflow || overflow2 ? (seconds < 0 ? .min : .max) : sum)
    }
}
