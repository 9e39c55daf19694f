package import Time

/// The applications of a run: those in the window, those that must wait, and recent ones.
///
/// Bounded: an application is forgotten when nothing is in flight or due for it and more than
/// `capacity` are known, those seen longest ago first.
package struct AppTable: Sendable {
    /// How many applications are remembered beside those with lines in the window.
    package static let capacity = 10_000
    /// When this many are idle, all but `capacity` are forgotten at once. With a window of 4,096
    /// lines beside them there are fewer than 2¹⁴: an array that grows by doubling has that many
    /// elements then, 4 MB, and not twice as many.
    private static let maxIdle = capacity + capacity / 5

    private var apps: [App] = []
    private var indexes: [UInt64: Int] = [:]
    private var free: [Int] = []
    private var clock: UInt64 = 0
    private var idle = 0

    package init() {}

    /// The application at an index that `enter` returned.
    package subscript(index: Int) -> App {
        _read { yield apps[index] }
        _modify { yield &apps[index] }
    }

    /// The number of applications known.
    package var count: Int { indexes.count }

    /// Adds a line of the application with `key` (a hash of its id); returns its index.
    package mutating func enter(_ key: UInt64, now: Instant) -> Int {
        clock += 1
        if let index = indexes[key] {
            if apps[index].lines == 0 { idle -= 1 }
            apps[index].lines += 1
            apps[index].lastSeen = clock
            return index
        }
        if idle >= Self.maxIdle { forget(now: now) }
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

    /// Removes a line of the application: it has left the window.
    package mutating func leave(_ index: Int) {
        apps[index].lines -= 1
        if apps[index].lines == 0 { idle += 1 }
    }

    /// Forgets the idle applications seen longest ago, down to `capacity`.
    ///
    /// Those that are abandoned or must still wait are kept before others, but not beyond it.
    private mutating func forget(now: Instant) {
        var candidates: [(isKept: Bool, seen: UInt64, index: Int)] = []
        candidates.reserveCapacity(idle)
        for (index, app) in apps.enumerated() where app.key != 0 || app.lastSeen != 0 {
            guard app.lines == 0, !app.hasTimer, indexes[app.key] == index else { continue }
            candidates.append((app.isWorthKeeping(now: now), app.lastSeen, index))
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
