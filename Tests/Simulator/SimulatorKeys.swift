import Delivery
import Sending
import TestSupport
import Time

/// The API keys of a scenario: the server accepts the newest one only.
struct SimulatorKeys {
    /// When the server accepts the next key instead of the one before.
    private let changes: [Int64]
    /// How much later the source of the program has it.
    private let delays: [Int64]

    init(from start: Int64, _ random: inout SplitMix64) {
        var changes: [Int64] = []
        var time = start
        for _ in 0...random.next(upTo: 3) {
            time += Int64(random.next(upTo: UInt64(3 * second)))
            changes.append(time)
        }
        self.changes = changes
        delays = changes.map { _ in
            random.next(upTo: 1) == 0 ? -second : Int64(random.next(upTo: UInt64(second)))
        }
    }

    /// The number of the key that the server accepts.
    func accepted(at time: Int64) -> Int { changes.count { $0 <= time } }

    /// The number of the key that the program reads.
    func read(at time: Int64) -> Int {
        zip(changes, delays).count { $0 + $1 <= time }
    }
}

extension SimulatorProcess {
    /// Begins to read the key again if the run waits for another one.
    func renewKey() {
        guard core.wantsKey, keyReadAt == nil else { return }
        let longest = world.random.next(upTo: 9) == 0 ? 20 * second : 50 * millisecond
        keyReadAt = world.clock + Int64(world.random.next(upTo: UInt64(longest)))
    }

    /// Takes the key that was read.
    func takeKey() {
        guard let at = keyReadAt, at <= world.clock else { return }
        keyReadAt = nil
        guard core.wantsKey else { return }
        if !flights.isEmpty || !connects.isEmpty {
            world.report(.order, "the key is replaced during an attempt")
        }
        let read = world.keys?.read(at: world.clock) ?? key
        let isNew = !refusedKeys.contains(read)
        if isNew, world.bug != .keyNotReplaced { key = read }
        core.renewKey(isNew: isNew || world.bug == .refusedKeyKept, now: now.instant)
    }

    /// Checks that a line starts with a key that was not refused.
    func checkKey(of line: SimulatorScenario.Line) {
        if refusedKeys.contains(key) {
            world.report(.order, "line \(line.id) starts with a key that was refused")
        }
    }
}
