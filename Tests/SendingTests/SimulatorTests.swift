import Delivery
import Foundation
import Testing
import TestSupport

/// Runs through crashes, power cuts and faults, each from a seed.
///
/// The journal is compared with what really happened.
@Suite("Simulator") struct SimulatorTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let seeds =
        environment["HOOKBATCH_SIMULATOR_SEEDS"].flatMap(Int.init) ?? 300
    private static let firstSeed = TestSeed.fixed ?? 1

    /// Searches `count` seeds from `first` on for a violation, on two threads.
    private static func search(_ count: Int, from first: UInt64) async -> SimulatorViolation? {
        await withTaskGroup(of: SimulatorViolation?.self) { group in
            for half in 0..<2 {
                group.addTask {
                    for number in stride(from: half, to: count, by: 2) {
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

    @Test("No simulated run breaks a promise")
    func promises() async {
        let violation = await Self.search(Self.seeds, from: Self.firstSeed)
        #expect(violation == nil)
    }

    @Test("A seed gives the same simulated run every time")
    func determinism() {
        for seed in 1...20 as ClosedRange<UInt64> {
            let first = Simulator(seed: seed)
            let second = Simulator(seed: seed)
            _ = (first.run(), second.run())
            #expect(first.disk.bytes == second.disk.bytes, "seed \(seed)")
            #expect(first.clock == second.clock, "seed \(seed)")
        }
    }

    @Test("The simulator's auditor finds every planted defect", arguments: SimulatorBug.allCases)
    func defects(bug: SimulatorBug) {
        for seed in 1...2000 as ClosedRange<UInt64> {
            if Simulator(seed: seed, bug: bug).run() != nil { return }
        }
        Issue.record("\(bug) is not found")
    }
}
