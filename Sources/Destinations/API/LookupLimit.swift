import Time

/// The limit of name lookups.
///
/// Each connect looks its name up, so that a name that moves is followed and the connections are
/// spread over its addresses. A server that closes each connection after an answer would cause as many
/// lookups as messages: from the limit on, the last addresses are used again for a second. Where lookups
/// take longer than a connect may, what one finds at last serves the connects of a minute.
struct LookupLimit {
    /// The lookups of a second. Arbitrary: more than the first connects of most runs.
    static let maxPerSecond = 100

    private var second = Instant(nanoseconds: .min)
    private var count = 0
    /// Until when the connects use addresses of earlier lookups.
    private var slowUntil = Instant(nanoseconds: .min)
    private static let slowSeconds = 60

    /// Records a connect that took too long.
    mutating func recordLateConnect(now: Instant) {
        slowUntil = now.advanced(byNanoseconds: Int64(Self.slowSeconds) * 1_000_000_000)
    }

    /// For how many seconds the connect that begins now may use addresses of earlier lookups.
    mutating func cacheSeconds(now: Instant) -> Int {
        if second.nanoseconds == .min || now.nanoseconds(since: second) >= 1_000_000_000 {
            second = now
            count = 0
        }
        count += 1
        if now < slowUntil { return Self.slowSeconds }
        return count > Self.maxPerSecond ? 1 : 0
    }
}
