package import Time

/// The applications that a run has to know something of: those with lines in the window, those that
/// must wait, and those that were refused lately.
///
/// Bounded: an application is forgotten when nothing is under way or due for it and more than
/// `capacity` are known, those seen longest ago first.
package struct AppTable: Sendable {
    /// How many applications are remembered beyond those with lines in the window.
    package static let capacity = 10_000
    /// When this many are, so many are forgotten at once that `capacity` are left. With a window of
    /// 4,096 lines beside them there are fewer than 2¹⁴: an array that grows by doubling has that many
    /// places then, 4 MB, and not twice as many.
    private static let mostIdle = capacity + capacity / 5

    /// What is known of one application.
    package struct App: Sendable {
        /// A hash of its id.
        package var key: UInt64 = 0
        /// Lines in the window.
        package var lines = 0
        /// Lines under way: in flight or waiting for their retry.
        var active = 0
        /// Lines that are ready to start.
        var ready = 0
        /// No start before; from `Retry-After`.
        package var pausedUntil = Instant(nanoseconds: .min)
        var pacer: Pacer?
        /// Answers of "no such application" in a row, while none was accepted.
        var goneInARow = 0
        var hasAccepted = false
        /// Whether its lines are not sent any more.
        package var isGivenUp = false
        /// Lines that wait for their turn, oldest first, linked through the lines. Under a limit
        /// of concurrency they are younger than those that are ready: no more of these stand in
        /// the queue than may start, or a line would be overtaken there.
        var firstBlocked = -1
        var lastBlocked = -1
        /// Whether a timer will look at the blocked lines.
        var hasTimer = false
        var lastSeen: UInt64 = 0
    }

    private var apps: [App] = []
    private var indexes: [UInt64: Int] = [:]
    private var free: [Int] = []
    private var clock: UInt64 = 0
    private var idle = 0

    package init() {}

    /// The application at a place that `enter` gave.
    package subscript(index: Int) -> App {
        _read { yield apps[index] }
        _modify { yield &apps[index] }
    }

    /// The number of applications known.
    package var count: Int { indexes.count }

    /// The place of the application with `key` (a hash of its id), for one more line.
    package mutating func enter(_ key: UInt64, now: Instant) -> Int {
        clock += 1
        if let index = indexes[key] {
            if apps[index].lines == 0 { idle -= 1 }
            apps[index].lines += 1
            apps[index].lastSeen = clock
            return index
        }
        if idle >= Self.mostIdle { forget(now: now) }
        let index: Int
        if let reused = free.popLast() {
            index = reused
            apps[index] = App()
        } else {
            index = apps.count
            apps.append(App())
        }
        apps[index].key = key
        apps[index].lines = 1
        apps[index].lastSeen = clock
        indexes[key] = index
        return index
    }

    /// Notes that a line of the application has left the window.
    package mutating func leave(_ index: Int) {
        apps[index].lines -= 1
        if apps[index].lines == 0 { idle += 1 }
    }

    /// Whether forgetting the application would lose a wait that it owes or what it was found to be.
    private func isKept(_ app: App, now: Instant) -> Bool {
        if app.isGivenUp || app.pausedUntil > now || app.goneInARow > 0 { return true }
        guard var pacer = app.pacer else { return false }
        return pacer.earliestStart(now: now) > now
    }

    /// Forgets the idle applications seen longest ago, down to `capacity`. Those that were given
    /// up or must still wait are kept before others, but not beyond it.
    private mutating func forget(now: Instant) {
        var candidates: [(isKept: Bool, seen: UInt64, index: Int)] = []
        candidates.reserveCapacity(idle)
        for (index, app) in apps.enumerated() where app.key != 0 || app.lastSeen != 0 {
            guard app.lines == 0, !app.hasTimer, indexes[app.key] == index else { continue }
            candidates.append(
                (isKept(app, now: now), app.lastSeen, index))
        }
        candidates.sort { ($0.isKept ? 1 : 0, $0.seen) < ($1.isKept ? 1 : 0, $1.seen) }
        for candidate in candidates.prefix(max(0, candidates.count - Self.capacity)) {
            indexes[apps[candidate.index].key] = nil
            apps[candidate.index] = App()
            free.append(candidate.index)
            idle -= 1
        }
    }
}
