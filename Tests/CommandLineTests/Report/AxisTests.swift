import TestSupport
import Testing

@testable import hookbatch

@Suite("Axes of charts") struct AxisTests {
    @Test(
        "The axis of a count begins at 0 and ends at a round number above the maximum",
        arguments: [
            (0.0, ["0", "0.001"]), (3, ["0", "1", "2", "3"]), (1, ["0", "0.5", "1.0"]),
            (7.5, ["0", "2", "4", "6", "8"]), (184, ["0", "50", "100", "150", "200"]),
            (0.35, ["0", "0.1", "0.2", "0.3", "0.4"]),
            (118_000, ["0", "50,000", "100,000", "150,000"]),
        ] as [(Double, [String])])
    func linear(highest: Double, labels: [String]) {
        let axis = Axis.Linear(highest: highest)
        if highest > 0 { #expect(axis.ticks.map(\.label) == labels) }
        #expect(axis.end >= highest)
        #expect(axis.ticks.first?.place == 0 && axis.ticks.last?.place == 1)
        #expect(axis.ticks.count <= 6)
    }

    @Test(
        "The axis of a latency is logarithmic, between round numbers",
        arguments: [
            (123.0, 4_400.0, ["10 ms", "20 ms", "50 ms", "100 ms", "200 ms", "500 ms"]),
            (8, 90_000, ["1 ms", "10 ms", "100 ms", "1 s", "10 s"]),
            (0, 3, ["0.05 ms", "0.1 ms", "0.2 ms", "0.5 ms"]),
            // Short scales have steps of their own.
            (50, 50, ["5 ms", "5.2 ms", "5.4 ms", "5.6 ms"]),
            (448, 576, ["40 ms", "45 ms", "50 ms", "55 ms", "60 ms"]),
            (100, 250, ["10 ms", "15 ms", "20 ms", "25 ms"]),
            (10_000, 12_400, ["1 s", "1.1 s", "1.2 s", "1.3 s"]),
            (5, 5, ["0.5 ms", "0.6 ms", "0.7 ms"]),
            (300, 15_000, ["20 ms", "50 ms", "100 ms", "200 ms", "500 ms", "1 s", "2 s"]),
        ] as [(Double, Double, [String])])
    func latencies(lowest: Double, highest: Double, labels: [String]) {
        let axis = Axis.Latencies(lowest: lowest, highest: highest)
        #expect(axis.ticks.map(\.label) == labels)
        #expect(axis.place(axis.start) == 0 && axis.place(axis.end) == 1)
        #expect(axis.place(lowest) <= axis.place(highest))
    }

    @Test("The axis of any latencies has at least two ticks, and contains them")
    func anyLatencies() {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<5000 {
            let lowest = Double(UInt64.random(in: 0...100_000, using: &generator) >> 3)
            let highest = lowest * Double.random(in: 1...20, using: &generator)
            let axis = Axis.Latencies(lowest: lowest, highest: highest)
            let text = "\(lowest) to \(highest), seed \(seed)"
            #expect((2...8).contains(axis.ticks.count), "\(text)")
            #expect(axis.start <= max(lowest, 0.5) && axis.end >= highest, "\(text)")
            #expect(axis.start > 0, "\(text)")
            #expect(Set(axis.ticks.map(\.label)).count == axis.ticks.count, "\(text)")
        }
    }

    @Test("The axis of a count has whole numbers")
    func counts() {
        for highest in 1...500 {
            let axis = Axis.Linear(highest: Double(highest), isCount: true)
            #expect(axis.ticks.allSatisfy { !$0.label.contains(".") }, "\(highest)")
        }
    }

    @Test(
        "The axis of a time has a few ticks at round times",
        arguments: [
            (3_300, ["16:06:41", "16:06:42", "16:06:43"]),
            (236_000, ["16:07", "16:08", "16:09", "16:10"]),
            (7_200_000, ["16:30", "17:00", "17:30", "18:00"]),
            (3 * 86_400_000, ["24 Nov", "25 Nov", "26 Nov"]),
            (20_000, ["16:06:45", "16:06:50", "16:06:55"]),
        ] as [(Int64, [String])])
    func times(length: Int64, labels: [String]) {
        let start: Int64 = 1_795_450_000_000
        let ticks = Axis.Time(start...start + length).ticks
        #expect(ticks.map(\.label) == labels)
        #expect(ticks.allSatisfy { $0.place > 0 && $0.place < 1 })
    }
}
