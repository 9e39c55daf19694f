import Delivery

/// A check at every step of the promises on pace, order and memory.
struct SimulatorWatch {
    private let options: DeliveryOptions
    private let rates: SimulatorRates?
    private let replay: SimulatorReplay?
    /// The first line that was admitted, and when.
    private var first: (line: Int, time: Int64)?
    private var lineCount = 0
    private var bytes = 0
    private var starts: [Int64] = []
    /// Each application's line that has started and not ended, and its last one started.
    private var open: [LineID?]
    private var last: [LineID?]

    init(options: DeliveryOptions, _ scenario: SimulatorScenario) {
        self.options = options
        rates = scenario.rates
        replay = scenario.replay
        open = Array(repeating: nil, count: scenario.appCount)
        last = Array(repeating: nil, count: scenario.appCount)
    }

    /// Checks that there is room for a record that is about to be admitted.
    func checkRoom(_ world: Simulator) {
        if lineCount > 0, bytes >= options.maxBytesInFlight || lineCount >= options.window {
            world.report(.bounds, "a record is read with \(lineCount) lines, \(bytes) bytes")
        }
    }

    mutating func recordAdmission(
        of line: SimulatorScenario.Line, _ index: Int, _ admitted: Int, _ world: Simulator
    ) {
        if first == nil { first = (index, world.clock) }
        lineCount += 1
        bytes += line.bytes
        if admitted != lineCount {
            world.report(.bounds, "\(admitted) lines in the window, not \(lineCount)")
        }
    }

    mutating func recordRemoval(of line: SimulatorScenario.Line) {
        lineCount -= 1
        bytes -= line.bytes
    }

    /// - Parameter time: When the start was decided: no process can foresee a pause after that.
    mutating func recordStart(
        of line: SimulatorScenario.Line, at time: Int64, _ world: Simulator
    ) {
        if options.appConcurrency == 1 {
            if let open = open[line.app] {
                if open != line.id {
                    world.report(.order, "line \(line.id) starts before \(open) is done")
                }
            } else if let last = last[line.app], line.id < last, replay?.mayReorder != true {
                world.report(.order, "line \(line.id) starts after \(last)")
            }
            open[line.app] = line.id
            last[line.app] = line.id
        }
        if let replay, let first,
            let distance = replay.distance(from: first.line, to: world.index(of: line.id)),
            time < first.time + distance
        {
            world.report(.pace, "line \(line.id) starts before its recorded time")
        }
        if let rate = options.rate { checkPace(rate, at: time, world) }
        if let rates { checkPace(rates, at: time, world) }
    }

    mutating func recordOutcome(of line: SimulatorScenario.Line) { open[line.app] = nil }

    private mutating func checkPace(
        _ rates: SimulatorRates, at time: Int64, _ world: Simulator
    ) {
        starts.append(time)
        if rates.rate(at: time) == nil { world.report(.pace, "a start in a pause") }
        // The sum grows backwards, so that each part is added once for all windows.
        var sum = 0.0
        var later = time
        for (count, first) in starts.suffix(200).reversed().enumerated() {
            sum += rates.starts(from: first, to: later)
            later = first
            let most = sum + rates.allowance(at: first, burst: options.burst)
            if Double(count + 1) > most + 1e-6 {
                world.report(.pace, "\(count + 1) starts in \(time - first) ns, not \(most)")
                return
            }
        }
    }

    private mutating func checkPace(_ rate: Rate, at time: Int64, _ world: Simulator) {
        starts.append(time)
        let tolerance = max(
            Int64(options.burst - 1) * rate.period, 10_000_000 * rate.count)
        for first in starts.indices.suffix(200) {
            let count = Int64(starts.count - 1 - first)
            if count > ((time - starts[first] + 1) * rate.count + tolerance) / rate.period {
                world.report(.pace, "\(count + 1) starts in \(time - starts[first]) ns")
                return
            }
        }
    }
}
