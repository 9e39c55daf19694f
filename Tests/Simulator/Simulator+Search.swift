import Foundation

extension Simulator {
    /// Runs `count` seeds from `first` on, on all processors, and returns a broken promise.
    static func search(_ count: Int, from first: UInt64) async -> SimulatorViolation? {
        let tasks = ProcessInfo.processInfo.activeProcessorCount
        return await withTaskGroup(of: SimulatorViolation?.self) { group in
            for task in 0..<tasks {
                group.addTask {
                    for number in stride(from: task, to: count, by: tasks) {
                        let simulator = Simulator(seed: first &+ UInt64(number))
                        if let violation = simulator.run() { return violation }
                    }
                    return nil
                }
            }
            var found: SimulatorViolation?
            for await violation in group { found = found ?? violation }
            return found
        }
    }
}
