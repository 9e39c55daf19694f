package import Time

/// The decision whether connections to a server's address are kept for further requests.
///
/// Some servers close each connection without a word after a response or two, and a request on it
/// is uncertain. After `maxBroken` of the last `window` reused connections broke before a byte of
/// the response, each connection is used once. After a pause one connection is tried again; the
/// pause doubles each time that this fails.
package struct ConnectionReuse {
    package static let window = 20
    package static let maxBroken = 2
    /// Nanoseconds. Arbitrary: a server that was restarted is soon trusted again.
    package static let firstPause: Int64 = 30_000_000_000
    /// Nanoseconds. Arbitrary: one uncertain line an hour at most.
    package static let maxPause: Int64 = 3_600_000_000_000
    private static let mask: UInt32 = 1 << window - 1

    /// A bit for each of the last reuses, the newest lowest: 1 if the connection broke.
    private var broken: UInt32 = 0
    /// When reuse is tried again; nil while connections are kept.
    private var retryAt: Instant?
    private var pause = Self.firstPause
    /// The connection that is tried, and its successful reuses.
    private var trial: Int?
    private var trialReuses = 0

    package init() {}

    /// Whether the connection may be kept after a response; it may become the one that is tried.
    package mutating func mayKeep(_ connection: Int, now: Instant) -> Bool {
        guard let retryAt else { return true }
        if trial == nil, now >= retryAt {
            trial = connection
            trialReuses = 0
        }
        return trial == connection
    }

    /// Records a response on a reused connection.
    package mutating func recordResponse(on connection: Int) {
        broken = broken << 1 & Self.mask
        guard trial == connection else { return }
        trialReuses += 1
        if trialReuses == Self.window {
            trial = nil
            retryAt = nil
            broken = 0
        }
    }

    /// Records that a reused connection broke before a byte of the response.
    ///
    /// Returns whether no connection is kept from now on.
    package mutating func recordBreak(of connection: Int, now: Instant) -> Bool {
        if retryAt == nil {
            broken = (broken << 1 | 1) & Self.mask
            if broken.nonzeroBitCount < Self.maxBroken { return false }
        } else if trial != connection {
            // It was in flight when the pause began.
            return false
        }
        trial = nil
        retryAt = now.advanced(byNanoseconds: pause)
        pause = min(pause * 2, Self.maxPause)
        return true
    }

    /// Records that a connection was closed.
    package mutating func recordClose(of connection: Int) {
        if trial == connection { trial = nil }
    }
}
