package import Time

/// A rate learned from refusals, for servers that limit requests a second rather than requests in
/// flight: against those no limit of concurrency helps.
///
/// More than a few 429 set the rate to nine tenths of what was let through in the last second; each
/// answer without one raises it a little, so that a server's limit is met again every few seconds
/// and passed by a few requests only. After the first time, when nothing is known yet, and again the
/// longer it stays quiet, it rises faster: a server that was busy with others is not left idle.
///
/// One 429 among a hundred answers says nothing of the rate: it may be of one application, or of one
/// server of many. Were each taken for the limit, such ones would hold the rate down to where they
/// are as seldom as its rising is slow. At a limit they are many and close together, and for a while
/// there are none where the rate is below it. Where few go on coming however much slower it gets,
/// they do not tell of the rate: as many are passed over then. Without any 429 there is no rate.
package struct LearnedRate: Sendable {
    /// Servers count by the second: what came through in less says nothing of their limit.
    private static let window: Int64 = 1_000_000_000
    /// The lowest rate that is set before a whole second was counted. The number is arbitrary.
    private static let leastGuess = 20.0
    /// The share of refusals among the answers that is always passed over.
    private static let leastTolerated = 0.02
    /// No larger share of refusals is taken for independent of the rate. The number is arbitrary.
    private static let mostIndependent = 0.15
    /// After so many decreases one after the other that changed nothing, none is made.
    private static let mostFutile = 3
    /// Three refusals among so many answers are no chance; fewer may be, whatever share of a second's
    /// few answers they are.
    private static let farApart = 50
    /// What each answer adds to the rate, in starts a second: it doubles in a second.
    private static let fastGain = 0.7
    /// It grows by 3 % in a second.
    private static let carefulGain = 0.03

    /// Starts a second; nil as long as nothing was refused.
    package private(set) var perSecond: Double?
    private var nextStart = Instant(nanoseconds: .min)
    private var windowStart: Instant
    /// Answers in the window.
    private var answers = Answers()
    /// Answers a second in the window before.
    private var before = Answers()
    private var hasCounted = false
    private var lastDecrease: Instant?
    /// The share of refusals that is passed over now.
    private var tolerated = leastTolerated
    /// Decreases after which the next was called for as soon as they could have shown.
    private var futile = 0
    /// Answers since the last decrease that is not one of those, each time from a second after it.
    private var sinceDecrease = Answers()
    /// Answers since the last refusal, and since the one before it, however long that took. A decrease
    /// does not forget them: where a limit is low, the next refusal tells of it.
    private var sinceRefusal = (last: farApart, before: farApart)
    /// Whether the rate is sought: for the first time, or anew.
    private var isSeeking = true

    private struct Answers {
        var letThrough = 0.0
        var refused = 0.0

        var shareRefused: Double { refused == 0 ? 0 : refused / (letThrough + refused) }
    }

    package init(now: Instant) { windowStart = now }

    /// When the next start conforms: not after `now` if it may happen at once.
    package func earliestStart(now: Instant) -> Instant { perSecond == nil ? now : nextStart }

    /// Notes a start at `now`.
    package mutating func take(now: Instant) {
        guard let perSecond else { return }
        // Up to 10 ms of lateness are made good, as in `Pacer`.
        let from = max(nextStart, now.advanced(byNanoseconds: -Pacer.lateness))
        nextStart = from.advanced(byNanoseconds: Int64(1e9 / perSecond))
    }

    /// Notes an answer other than 429.
    package mutating func noteLetThrough(now: Instant) {
        turnWindow(now)
        answers.letThrough += 1
        sinceRefusal.last += 1
        sinceRefusal.before += 1
        guard let perSecond, let lastDecrease else { return }
        if now.nanoseconds(since: lastDecrease) >= Self.window { sinceDecrease.letThrough += 1 }
        // A rate that something else keeps from being used must not grow into the sky.
        guard inLastSecond(now: now).letThrough > perSecond / 2 else { return }
        self.perSecond = perSecond + gain(now: now)
    }

    /// Notes a 429 to a request that started at `startedAt`.
    package mutating func noteRefusal(startedAt: Instant, now: Instant) {
        turnWindow(now)
        if let lastDecrease {
            // What was under way then tells the same once more. So does the rest of a second in
            // which a server that counts by it lets nothing through any more.
            guard startedAt >= lastDecrease,
                now.nanoseconds(since: lastDecrease) >= Self.window
            else { return }
            sinceDecrease.refused += 1
        }
        answers.refused += 1
        let mayBeChance = sinceRefusal.before >= Self.farApart
        sinceRefusal = (last: 0, before: sinceRefusal.last)
        let last = inLastSecond(now: now)
        guard !mayBeChance, last.refused > last.letThrough * tolerated else { return }
        if let lastDecrease { noteEffect(of: lastDecrease, now: now) }
        if !isSeeking || perSecond == nil {
            let achieved = hasCounted ? last.letThrough : max(last.letThrough, Self.leastGuess)
            perSecond = max(0.5, min(achieved, perSecond ?? .infinity) * 0.9)
        }
        lastDecrease = now
        nextStart = now
        answers.refused = 0
        before.refused = 0
    }

    /// Notes what came of the last decrease, now that another is called for. If it was one too many
    /// that changed nothing, the rate is sought anew, and as many refusals are passed over as come.
    private mutating func noteEffect(of lastDecrease: Instant, now: Instant) {
        isSeeking = false
        let share = sinceDecrease.shareRefused
        if now.nanoseconds(since: lastDecrease) < 2 * Self.window {
            futile += 1
            guard futile >= Self.mostFutile, share <= Self.mostIndependent else { return }
            tolerated = max(Self.leastTolerated, 2 * share)
            isSeeking = true
        } else if share < tolerated / 4 {
            tolerated = Self.leastTolerated
        }
        futile = 0
        sinceDecrease = Answers()
    }

    /// The answers in the last second, about.
    private func inLastSecond(now: Instant) -> Answers {
        let elapsed = Double(now.nanoseconds(since: windowStart)) / Double(Self.window)
        let rest = max(0, 1 - elapsed)
        let share = 1 / max(1, elapsed)
        return Answers(
            letThrough: before.letThrough * rest + answers.letThrough * share,
            refused: before.refused * rest + answers.refused * share)
    }

    private mutating func turnWindow(_ now: Instant) {
        let elapsed = now.nanoseconds(since: windowStart)
        guard elapsed >= Self.window else { return }
        let perSecond = Double(Self.window) / Double(elapsed)
        before = Answers(
            letThrough: answers.letThrough * perSecond, refused: answers.refused * perSecond)
        answers = Answers()
        windowStart = now
        hasCounted = true
    }

    /// What an answer adds: it doubles with every five quiet seconds.
    private func gain(now: Instant) -> Double {
        guard !isSeeking, let lastDecrease else { return Self.fastGain }
        let quiet = now.nanoseconds(since: lastDecrease) / (5 * Self.window)
        return min(Self.fastGain, Self.carefulGain * Double(1 << min(quiet, 5)))
    }
}
