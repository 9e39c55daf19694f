import TestSupport
import Testing

@testable import simulator

/// Runs through crashes, power cuts and faults, each from a seed.
///
/// The journal is compared with what really happened.
@Suite("Simulator") struct SimulatorTests {
    /// `swift run -c release simulator` runs more.
    private static let seeds = 300
    private static let firstSeed = TestSeed.fixed ?? 1

    @Test("No simulated run breaks a promise")
    func promises() async {
        let violation = await Simulator.search(Self.seeds, from: Self.firstSeed)
        #expect(violation == nil)
    }

    @Test("Simulated shards are taken over, and the processes before stop by their own check")
    func takeovers() {
        let worlds = (1...60 as ClosedRange<UInt64>).map { seed in
            let world = Simulator(seed: seed)
            #expect(world.run() == nil)
            return world
        }
        let lost = worlds.reduce(0) { $0 + $1.losses }
        #expect(lost >= 3, "\(lost) processes were taken over alive")
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
