import Delivery
import TestSupport

/// A run from a seed: its lines, its options and its faults.
struct SimulatorScenario {
    /// The response to a line of a server without faults.
    enum Response: CaseIterable {
        case created
        case badRequest
        /// The line's application does not exist.
        case unknownApp
        /// The server fails on this line every time.
        case poison
    }

    struct Line {
        var id: LineID
        var ordinal: UInt64
        var app: Int
        var bytes: Int
        var isValid: Bool
        var response: Response
    }

    let seed: UInt64
    let lines: [Line]
    let fileCount: Int
    let appCount: Int
    let options: DeliveryOptions
    /// Whether the destination is a store, which needs no `sent` rows and no leases.
    let isStore: Bool
    /// Whether the input can't be read again, so that records are kept in a spool.
    let isStream: Bool
    /// Whether the response to each line is always the same.
    ///
    /// Then the report is known beforehand, except for what a crash leaves uncertain.
    let isDeterministic: Bool
    /// The share of requests with a fault of the server, in thousandths.
    let faults: UInt64
    /// The share of the journal's writes (in thousandths) and syncs (in hundredths) that fail.
    let diskFaults: UInt64
    /// The number of processes that may die or be stopped.
    let roughProcesses: Int
    /// The share of deaths that are power cuts, in tenths.
    let powerCuts: UInt64
    /// The share of the points of a process where it is paused, in thousandths.
    let pauses: UInt64
    /// Whether most attempts wait for a connection.
    let isSlowToConnect: Bool
    /// Rates that follow the clock; nil if `options` has the only rate, or none.
    let rates: SimulatorRates?
    /// The times at which lines were recorded; nil without a replay.
    let replay: SimulatorReplay?
    /// Whether the server closes connections after a response without announcing it.
    let isSilentCloser: Bool

    /// Whether the run is a shard on a file system between machines: a second process may take over
    /// while the first one is frozen.
    let isShared: Bool
    /// The number of outcomes from one `checkpoint` row to the next.
    let checkpointInterval: UInt64

    init(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        func chance(_ part: UInt64, of whole: UInt64) -> Bool {
            random.next(upTo: whole - 1) < part
        }
        func number(_ range: ClosedRange<Int>) -> Int {
            range.lowerBound + Int(random.next(upTo: UInt64(range.count - 1)))
        }
        self.seed = seed
        isStore = chance(1, of: 10)
        isStream = seed.isMultiple(of: 3)
        isDeterministic = isStore || chance(1, of: 3)
        faults = isDeterministic ? 0 : [5, 50, 200, 600][number(0...3)]
        diskFaults = chance(1, of: 4) ? 30 : 0
        roughProcesses = number(0...6)
        powerCuts = [0, 3, 7, 10][number(0...3)]
        fileCount = number(1...2)
        appCount = number(1...5)

        let unknownApp = chance(1, of: 4) ? 0 : -1
        let isPoisonous = !isDeterministic && chance(1, of: 5)
        var lines: [Line] = []
        for file in 1...fileCount {
            var physical: UInt64 = chance(1, of: 2) ? 1 : 2
            let count = number(file == 1 ? 10...40 : 0...20)
            for ordinal in 0..<count {
                let app = number(0...appCount - 1)
                var response = Response.created
                if app == unknownApp {
                    response = .unknownApp
                } else if chance(1, of: 8) {
                    response = .badRequest
                } else if isPoisonous, chance(1, of: 12) {
                    response = .poison
                }
                lines.append(
                    Line(
                        id: LineID(file: file, line: physical), ordinal: UInt64(ordinal + 1),
                        app: app, bytes: number(50...900), isValid: !chance(1, of: 10),
                        response: response))
                physical += chance(1, of: 6) ? UInt64(number(2...30)) : 1
            }
        }
        self.lines = lines

        var options = DeliveryOptions()
        options.guarantee = chance(1, of: 3) ? .atMostOnce : .atLeastOnce
        options.concurrency = number(1...8)
        options.isConcurrencyAutomatic = chance(1, of: 5)
        options.appConcurrency = chance(1, of: 2) ? [1, 1, 2][number(0...2)] : nil
        if chance(1, of: 3) {
            let count: Int64 = [1, 7, 50, 333, 2000][number(0...4)]
            options.rate = Rate(count: count, perNanoseconds: second)
            options.burst = [1, 1, 3, 20][number(0...3)]
            options.ramp = chance(1, of: 4) ? 5 * second : 0
        }
        if chance(1, of: 8) { options.appRate = Rate(count: 20, perNanoseconds: second) }
        options.retries = [0, 1, 3, 5][number(0...3)]
        options.maxRetryAfter = chance(1, of: 4) ? 3 * second : 300 * second
        options.appGiveUp = chance(1, of: 3) ? number(1...3) : nil
        options.window = number(4...40)
        options.maxBytesInFlight = chance(1, of: 3) ? number(500...4000) : 8 << 20
        options.usesLeases = !isStore
        options.firstLease = UInt64(number(2...24))
        options.outagePatience = chance(1, of: 6) ? minute : 2 * hour
        options.seed = random.next()
        options.startPatience = chance(1, of: 2) ? minute : 0
        var rateRandom = SplitMix64(seed: seed ^ 0x7A7E_5000)
        if options.rate != nil, rateRandom.next(upTo: 1) == 0 {
            rates = SimulatorRates(&rateRandom)
            options.rate = nil
        } else {
            rates = nil
        }
        var replayRandom = SplitMix64(seed: seed ^ 0x2E91_A700)
        let isReplay = replayRandom.next(upTo: 4) == 0
        replay = isReplay ? SimulatorReplay(lines: lines.count, &replayRandom) : nil
        options.recordedPace = replay?.pace
        var keyRandom = SplitMix64(seed: seed ^ 0x4B45_5900)
        options.canRenewKey = !isStore && keyRandom.next(upTo: 3) == 0
        self.options = options
        var shardRandom = SplitMix64(seed: seed ^ 0x5AA2_D000)
        isShared = !isStore && !isStream && shardRandom.next(upTo: 1) == 0
        checkpointInterval = 1 + shardRandom.next(upTo: 19)
        pauses = chance(1, of: 2) ? [1, 10, 100][number(0...2)] : 0
        isSlowToConnect = !isStore && chance(1, of: 2)
        isSilentCloser = !isDeterministic && chance(1, of: 6)
    }
}
