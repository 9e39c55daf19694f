import Delivery

/// What a seed stands for: the lines of a run, how it is to be sent, and what will go wrong.
struct SimulatorScenario {
    /// What the server makes of a line whenever it is well.
    enum Answer: CaseIterable {
        case created
        case badRequest
        /// The line's application does not exist.
        case gone
        /// The server fails over this line, every time.
        case poison
    }

    struct Line {
        var id: LineID
        var ordinal: UInt64
        var app: Int
        var bytes: Int
        var isValid: Bool
        var answer: Answer
    }

    let seed: UInt64
    let lines: [Line]
    let fileCount: Int
    let appCount: Int
    let options: DeliveryOptions
    /// Whether the destination takes each key once, and so needs no `sent` rows and no leases.
    let isStore: Bool
    /// Whether the server gives each line its own answer every time it is reached: then the whole
    /// report is known beforehand, but for what a crash leaves open.
    let isDeterministic: Bool
    /// How often a request meets a fault of the server's, in thousandths.
    let faults: UInt64
    /// How often the journal fails: writes in thousandths, syncs in hundredths.
    let diskFaults: UInt64
    /// How many processes may die or be stopped before the world leaves the run alone.
    let roughProcesses: Int
    /// Whether deaths are power cuts, in tenths.
    let powerCuts: UInt64

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
        isDeterministic = isStore || chance(1, of: 3)
        faults = isDeterministic ? 0 : [5, 50, 200, 600][number(0...3)]
        diskFaults = chance(1, of: 4) ? 30 : 0
        roughProcesses = number(0...6)
        powerCuts = [0, 3, 7, 10][number(0...3)]
        fileCount = number(1...2)
        appCount = number(1...5)

        let goneApp = chance(1, of: 4) ? 0 : -1
        let isPoisonous = !isDeterministic && chance(1, of: 5)
        var lines: [Line] = []
        for file in 1...fileCount {
            var physical: UInt64 = chance(1, of: 2) ? 1 : 2
            let count = number(file == 1 ? 10...40 : 0...20)
            for ordinal in 0..<count {
                let app = number(0...appCount - 1)
                var answer = Answer.created
                if app == goneApp {
                    answer = .gone
                } else if chance(1, of: 8) {
                    answer = .badRequest
                } else if isPoisonous, chance(1, of: 12) {
                    answer = .poison
                }
                lines.append(
                    Line(
                        id: LineID(file: file, line: physical), ordinal: UInt64(ordinal + 1),
                        app: app, bytes: number(50...900), isValid: !chance(1, of: 10),
                        answer: answer))
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
        self.options = options
    }
}
