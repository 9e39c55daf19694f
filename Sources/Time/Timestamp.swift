/// A point in time on the civil calendar, in UTC.
package struct Timestamp: Hashable, Sendable {
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// RFC 3339 with milliseconds: `2026-03-01T12:00:00.250Z`. Years 1677 to 2262 fit.
    package var rfc3339: String {
        let (milliseconds, fraction) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000)
        return RFC3339.text(milliseconds: fraction < 0 ? milliseconds - 1 : milliseconds)
    }
}
