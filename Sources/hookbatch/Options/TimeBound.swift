import Platform
import Time

/// A bound in time: a time, or a duration before now.
enum TimeBound: Hashable, Sendable {
    case at(Timestamp)
    case ago(Duration)

    /// Reads `2h`, and a time in any format that `TimeFormat.automatic` knows: `2026-03-01`,
    /// `2026-03-01 12:00`, `2026-03-01T12:00:00.250+01:00`, `1772366400`.
    ///
    /// - Parameter zone: The zone of a time without an offset.
    init?(text: String, zone: TimeFormat.Zone = .utc) {
        if let duration = Duration(text: text) {
            self = .ago(duration)
            return
        }
        // A year or an hour alone is not a number of seconds.
        let isShort = text.utf8.count < 9
        guard !isShort,
            let time = Array(text.utf8).withUnsafeBytes({
                TimeFormat.automatic.parse($0, zone: zone)
            })
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

    /// Returns the part that an invalid text lacks, if one does, and what was probably meant;
    /// nil if unknown.
    ///
    /// - Parameter now: In nanoseconds since 1970.
    static func correction(
        of text: String, now: Int64
    ) -> (lacking: String?, example: String)? {
        func day(_ days: Int64) -> String {
            let nanoseconds = max(0, now - days * 86_400_000_000_000)
            return String(Timestamp(nanoseconds: nanoseconds).rfc3339.prefix(10))
        }
        switch text.lowercased() {
        case "today": return (nil, day(0))
        case "yesterday": return (nil, day(1))
        default: break
        }
        let clock = text.prefix { $0 == ":" || ("0"..."9").contains($0) }
        let parts = clock.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2 || parts.count == 3 else { return nil }
        let hour = parts[0].count == 1 ? "0" + clock : String(clock)
        let example = "\(day(0))T\(hour)\(text.dropFirst(clock.count))"
        return TimeBound(text: example) != nil ? ("date", example) : nil
    }

    /// The time as text, `now` in nanoseconds since 1970.
    func rfc3339(now: Int64) -> String { time(now: now).rfc3339 }
}

extension ValueSyntax<TimeBound> {
    static let timeBound = ValueSyntax(
        "TIME", noun: "a date, a time or a duration", example: "2026-03-01T12:00:00Z",
        correction: { TimeBound.correction(of: $0, now: WallClock.nanoseconds) },
        parse: { TimeBound(text: $0) })
}
