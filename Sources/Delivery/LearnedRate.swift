package import Time

/// A rate learned from 429s, for servers that limit requests per second.
///
/// Against such a limit no limit of requests in flight helps. More than a few 429s set the rate to
/// nine tenths of the responses without one in the last second. Each response without one raises it a
/// little, so that a server's limit is reached again every few seconds and exceeded by a few
/// requests only. It rises faster as long as nothing is known, and again after a longer time without
/// 429s: a server that was busy with others is not left idle.
///
/// One 429 among a hundred responses tells nothing of the rate: it may be of one application, or of
/// one server of many. If every 429 counted, stray ones would keep the rate low. At a limit 429s are
/// many and close together, and below it there are none for a while. 429s that persist below 15 %
/// at any rate are treated as noise: that share is tolerated then. Without any 429 there is no rate.
package struct LearnedRate: Sendable {
    /// Servers count by the second: a shorter time tells nothing of their limit. In nanoseconds.
    private static let window: Int64 = 1_000_000_000
    /// The lowest rate that is set before a whole second was counted. The number is arbitrary.
    private static let minGuess = 20.0
    /// The share of 429s among the responses that is always tolerated.
    private static let minTolerated = 0.02
    /// The largest share of 429s that counts as noise. The number is arbitrary.
    private static let maxIndependent = 0.15
    /// After so many consecutive decreases without effect, none is made.
    private static let maxFutile = 3
    /// Three 429s among so many responses are no chance. Fewer may be, whatever share of a second's
    /// few responses they are.
    private static let farApart = 50
    /// The gain of each response, in starts per second: the rate doubles in a second.
    private static let fastGain = 0.7
    /// The rate grows by 3 % in a second.
    private static let carefulGain = 0.03

    /// Starts per second; nil as long as there was no 429.
    package private(set) var perSecond: Double?
    private var nextStart = Instant(nanoseconds: .min)
    private var windowStart: Instant
    /// The responses in the window.
    private var present = Responses()
    /// The responses per second in the window before.
    private var previous = Responses()
    private var hasCounted = false
    private var lastDecrease: Instant?
    /// The share of 429s that is tolerated now.
    private var tolerated = minTolerated
    /// Consecutive decreases without effect: the next was needed as soon as they could show one.
    private var futile = 0
    /// The responses since the last decrease with effect, without the second after each decrease.
    private var sinceDecrease = Responses()
    /// The responses since the last 429 and since the one before it, over any time. A decrease keeps
    /// them: where a limit is low, the next 429 tells of it.
    private var sinceRefusal = (last: farApart, previous: farApart)
    /// Whether the rate is sought: for the first time, or again.
    private var isSeeking = true

    private struct Responses {
        var unthrottled = 0.0
        var refused = 0.0

        var shareRefused: Double { refused == 0 ? 0 : refused / (unthrottled + refused) }
    }

    package init(now: Instant) { windowStart = now }

    /// When the next start conforms: not after `now` if it may happen at once.
    package func earliestStart(now: Instant) -> Instant { perSecond == nil ? now : nextStart }

    /// Records a start at `now`.
    package mutating func recordStart(now: Instant) {
        guard let perSecond else { return }
        // Up to 10 ms of lateness are made up for, as in `Pacer`.
        let from = max(nextStart, now.advanced(byNanoseconds: -Pacer.lateness))
        nextStart = from.advanced(byNanoseconds: Int64(1e9 / perSecond))
    }

    /// Records a response other than 429.
    package mutating func recordUnthrottled(now: Instant) {
        turnWindow(now)
        present.unthrottled += 1
        sinceRefusal.last += 1
        sinceRefusal.previous += 1
        guard let perSecond, let lastDecrease else { return }
        if now.nanoseconds(since: lastDecrease) >= Self.window { sinceDecrease.unthrottled += 1 }
        // A rate that is not used, for another reason, must not grow without bound.
        guard inLastSecond(now: now).unthrottled > perSecond / 2 else { return }
        self.perSecond = perSecond + gain(now: now)
    }

    /// Records a 429 to a request that started at `startedAt`.
    package mutating func recordRefusal(startedAt: Instant, now: Instant) {
        turnWindow(now)
        if let lastDecrease {
            // 429s to requests in flight at that time tell nothing new. Nor do those in the rest of
            // a second in which a server that counts by it accepts nothing any more.
            guard startedAt >= lastDecrease,
                now.nanoseconds(since: lastDecrease) >= Self.window
            else { return }
            sinceDecrease.refused += 1
        }
        present.refused += 1
        let mayBeChance = sinceRefusal.previous >= Self.farApart
        sinceRefusal = (last: 0, previous: sinceRefusal.last)
        let last = inLastSecond(now: now)
        guard !mayBeChance, last.refused > last.unthrottled * tolerated else { return }
        if let lastDecrease { recordEffect(of: lastDecrease, now: now) }
        if !isSeeking || perSecond == nil {
            let achieved = hasCounted ? last.unthrottled : max(last.unthrottled, Self.minGuess)
            perSecond = max(0.5, min(achieved, perSecond ?? .infinity) * 0.9)
        }
        lastDecrease = now
        nextStart = now
        present.refused = 0
        previous.refused = 0
    }

    /// Records the effect of the last decrease, as another is needed. After too many without effect
    /// the rate is sought again, and the present share of 429s is tolerated.
    private mutating func recordEffect(of lastDecrease: Instant, now: Instant) {
        isSeeking = false
        let share = sinceDecrease.shareRefused
        if now.nanoseconds(since: lastDecrease) < 2 * Self.window {
            futile += 1
            guard futile >= Self.maxFutile, share <= Self.maxIndependent else { return }
            tolerated = max(Self.minTolerated, 2 * share)
            isSeeking = true
        } else if share < tolerated / 4 {
            tolerated = Self.minTolerated
        }
        futile = 0
        sinceDecrease = Responses()
    }

    /// The responses in the last second, approximately.
    private func inLastSecond(now: Instant) -> Responses {
        let elapsed = Double(now.nanoseconds(since: windowStart)) / Double(Self.window)
        let rest = max(0, 1 - elapsed)
        let share = 1 / max(1, elapsed)
        return Responses(
            unthrottled: previous.unthrottled * rest + present.unthrottled * share,
            refused: previous.refused * rest + present.refused * share)
    }

    private mutating func turnWindow(_ now: Instant) {
        let elapsed = now.nanoseconds(since: windowStart)
        guard elapsed >= Self.window else { return }
        let perSecond = Double(Self.window) / Double(elapsed)
        previous = Responses(
            unthrottled: present.unthrottled * perSecond, refused: present.refused * perSecond)
        present = Responses()
        windowStart = now
        hasCounted = true
    }

    /// The gain of a response: it doubles with every five seconds without a decrease.
    private func gain(now: Instant) -> Double {
        guard !isSeeking, let lastDecrease else { return Self.fastGain }
        let quiet = now.nanoseconds(since: lastDecrease) / (5 * Self.window)
        return min(Self.fastGain, Self.carefulGain * Double(1 << min(quiet, 5)))
    }
}
