import Delivery

/// Checks at every step what a run promises of its pace, its order and its memory.
struct SimulatorWatch {
    private let options: DeliveryOptions
    private var held = 0
    private var bytes = 0
    private var largest = 0
    private var starts: [Int64] = []
    /// For each application the line that is begun and not ended, and the last one begun.
    private var open: [LineID?]
    private var last: [LineID?]

    init(options: DeliveryOptions, appCount: Int) {
        self.options = options
        open = Array(repeating: nil, count: appCount)
        last = Array(repeating: nil, count: appCount)
    }

    /// A record is about to be taken up.
    func checkRoom(_ run: Run, _ world: Simulator) {
        if held > 0, bytes >= options.maxBytesInFlight || held >= options.window {
            world.report(.bounds, "a record is read with \(held) held, \(bytes) bytes")
        }
    }

    mutating func noteHeld(_ line: SimulatorScenario.Line, _ run: Run, _ world: Simulator) {
        held += 1
        bytes += line.bytes
        if run.held != held { world.report(.bounds, "\(run.held) lines held, not \(held)") }
    }

    mutating func noteReleased(_ line: SimulatorScenario.Line) {
        held -= 1
        bytes -= line.bytes
    }

    mutating func noteStart(_ line: SimulatorScenario.Line, at time: Int64, _ world: Simulator) {
        if options.appConcurrency == 1 {
            if let open = open[line.app] {
                if open != line.id {
                    world.report(.order, "line \(line.id) starts before \(open) is done")
                }
            } else if let last = last[line.app], line.id < last {
                world.report(.order, "line \(line.id) starts after \(last)")
            }
            open[line.app] = line.id
            last[line.app] = line.id
        }
        if let rate = options.rate { checkPace(rate, at: time, world) }
    }

    mutating func noteResolved(_ line: SimulatorScenario.Line) { open[line.app] = nil }

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
