import Time

/// A bound in time: a time, or a duration before now.
enum TimeBound: Hashable, Sendable {
    case at(Timestamp)
    case ago(Duration)

    /// Reads `2h`, and a time in any format that `TimeFormat.automatic` knows: `2026-03-01`,
    /// `2026-03-01T12:00:00.250+01:00`, `1772366400`.
    init?(text: String) {
        if let duration = Duration(text: text) {
            self = .ago(duration)
            return
        }
        // A year or an hour alone is not a number of seconds.
        let isShort = text.utf8.count < 9
        guard !isShort,
            let time = Array(text.utf8).withUnsafeBytes({ TimeFormat.automatic.parse($0) })
        else { return nil }
        self = .at(time)
    }

    /// The time, in whole milliseconds.
    ///
    /// - Parameter now: In nanoseconds since 1970.
    func time(now: Int64) -> Timestamp {
        switch self {
        case .at(let time): return time
        case .ago(let duration):
            let nanoseconds = max(0, now - duration.inNanoseconds)
            return Timestamp(nanoseconds: nanoseconds - nanoseconds % 1_000_000)
        }
    }

    /// The time as text, `now` in nanoseconds since 1970.
    func rfc3339(now: Int64) -> String { time(now: now).rfc3339 }
}

extension ValueSyntax<TimeBound> {
    static let timeBound = ValueSyntax(
        "TIME", noun: "a date, a time or a duration", example: "2026-03-01T12:00:00Z",
        parse: TimeBound.init(text:))
}
