import Time

/// The time of the last acceptance, of any application but a given one.
struct RecentAcceptances: Sendable {
    private typealias Acceptance = (app: Int, at: Instant)

    private var last: Acceptance = (-1, Instant(nanoseconds: .min))
    /// The last acceptance of another application than `last`.
    private var other: Acceptance = (-1, Instant(nanoseconds: .min))

    /// Records an acceptance of a line of `app`.
    mutating func record(_ app: Int, now: Instant) {
        if app != last.app { other = last }
        last = (app, now)
    }

    /// The last acceptance of any application but `app`; the distant past if there was none.
    func last(besides app: Int) -> Instant { last.app == app ? other.at : last.at }
}
