import Time

/// When an application other than a given one was last accepted from.
struct RecentAcceptances: Sendable {
    private typealias Acceptance = (app: Int, at: Instant)

    private var last: Acceptance = (-1, Instant(nanoseconds: .min))
    /// The last one of another application than `last`.
    private var other: Acceptance = (-1, Instant(nanoseconds: .min))

    mutating func note(_ app: Int, now: Instant) {
        if app != last.app { other = last }
        last = (app, now)
    }

    /// The time of the last acceptance of any application but `app`; the distant past if there
    /// was none.
    func lastBesides(_ app: Int) -> Instant { last.app == app ? other.at : last.at }
}
