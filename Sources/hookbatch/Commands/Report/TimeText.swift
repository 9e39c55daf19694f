import Time

/// Times (in UTC) and durations of a report as text.
enum TimeText {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// `23 Nov 2026`, of milliseconds since 1970.
    static func date(_ time: Int64) -> String {
        let date = civil(time)
        return "\(date.day) \(months[Int(date.month) - 1]) \(date.year)"
    }

    /// `23 Nov`.
    static func day(_ time: Int64) -> String {
        let date = civil(time)
        return "\(date.day) \(months[Int(date.month) - 1])"
    }

    /// `Nov 2026`.
    static func month(_ time: Int64) -> String {
        let date = civil(time)
        return "\(months[Int(date.month) - 1]) \(date.year)"
    }

    /// `12:03`, or `12:03:01`, or `12:03:01.250`.
    static func clock(_ time: Int64, _ precision: Precision) -> String {
        let ofDay = CivilDate.split(milliseconds: time).ofDay
        var text = "\(padded(ofDay / 3_600_000, 2)):\(padded(ofDay / 60_000 % 60, 2))"
        if precision != .minutes { text += ":\(padded(ofDay / 1000 % 60, 2))" }
        if precision == .milliseconds { text += ".\(padded(ofDay % 1000, 3))" }
        return text
    }

    enum Precision { case minutes, seconds, milliseconds }

    /// `23 Nov 2026, 12:03:01 to 12:05:10 UTC (2 min 9 s)`, with both dates if they differ.
    static func span(_ span: ClosedRange<Int64>) -> String {
        let (start, end) = (span.lowerBound, span.upperBound)
        if start / 1000 == end / 1000 { return "\(date(start)), \(clock(start, .seconds)) UTC" }
        let length = Duration.milliseconds(end - start)
        let isOneDay = civil(start) == civil(end)
        return "\(date(start)), \(clock(start, .seconds)) to "
            + (isOneDay ? "" : "\(date(end)), ") + "\(clock(end, .seconds)) UTC (\(length.shown))"
    }

    /// The width of a time bucket: `10 ms`, `2 s`, `10 min`, `6 h`, `4 d`.
    static func width(_ milliseconds: Int64) -> String {
        switch milliseconds {
        case ..<1000: "\(milliseconds) ms"
        case ..<60_000: "\(milliseconds / 1000) s"
        case ..<3_600_000: "\(milliseconds / 60_000) min"
        case ..<86_400_000: "\(milliseconds / 3_600_000) h"
        default: "\(milliseconds / 86_400_000) d"
        }
    }

    /// `0.25 ms`, `12 ms`, `1.5 s`.
    static func latency(tenths: Double) -> String {
        tenths == 0 ? "0 ms" : PaceText.shown(nanoseconds: Int64(min(tenths, 1e13) * 100_000))
    }

    private static func civil(_ time: Int64) -> CivilDate {
        CivilDate.split(milliseconds: time).date
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
