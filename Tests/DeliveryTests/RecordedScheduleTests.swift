import Delivery
import Testing
import TestSupport

/// Makes times whose gaps and disorder are random, up to these.
private func randomTimes(
    _ count: Int, gaps: UInt64, disorder: UInt64, _ random: inout SplitMix64
) -> [Int64] {
    var now: Int64 = 0
    return (0..<count).map { _ in
        now += Int64(random.next(upTo: gaps))
        return now - Int64(random.next(upTo: disorder))
    }
}

@Suite("The places of records in a replay") struct RecordedScheduleTests {
    private static func offsets(
        _ times: [Int64], _ set: (inout RecordedPace) -> Void = { _ in }
    ) -> (offsets: [Int64], late: UInt64) {
        var pace = RecordedPace()
        set(&pace)
        var schedule = RecordedSchedule(pace)
        return (times.map { schedule.place($0).offset }, schedule.lateCount)
    }

    @Test("A record has its distance from the first one, and equal times have the same place")
    func distances() {
        let start: Int64 = 1_772_366_400_000_000_000
        let (offsets, late) = Self.offsets([start, start, start + 5, start + 5, start + 9])
        #expect(offsets == [0, 0, 5, 5, 9])
        #expect(late == 0)
    }

    @Test("An older record has the place of the latest, is counted, and moves no other")
    func late() {
        let (offsets, late) = Self.offsets([100, 150, 120, 149, 160])
        #expect(offsets == [0, 50, 50, 50, 60])
        #expect(late == 2)
    }

    @Test("A speed divides the times without adding up roundings")
    func speed() {
        let times = (0..<3001).map { Int64($0) * 1_000_000_000 }
        let thrice = Self.offsets(times) { $0.speed = .init(recorded: 3, period: 1) }.offsets
        #expect(thrice[1] == 333_333_333 && thrice[3] == 1_000_000_000)
        #expect(thrice.last == 1_000_000_000_000)
        let slow = Self.offsets([0, 7]) { $0.speed = .init(recorded: 1, period: 1000) }.offsets
        #expect(slow == [0, 7000])
    }

    @Test("A longer gap is shortened, in the time of the replay")
    func maxGap() {
        let times: [Int64] = [0, 10, 1000, 1010, 1030]
        let (offsets, _) = Self.offsets(times) { $0.maxGap = 15 }
        #expect(offsets == [0, 10, 25, 35, 50])
        let double = Self.offsets(times) {
            $0.maxGap = 15
            $0.speed = .init(recorded: 2, period: 1)
        }.offsets
        #expect(double == [0, 5, 20, 25, 35])
        var pace = RecordedPace()
        pace.maxGap = 15
        var schedule = RecordedSchedule(pace)
        #expect(times.map { schedule.place($0).isShortened } == [false, false, true, false, true])
    }

    @Test("The ends of the calendar do not overflow")
    func extremes() {
        for speed in [(1, 1_000_000_000), (1, 1), (1_000_000_000, 1)] as [(Int64, Int64)] {
            let times = [Int64.min, -1, Int64.max, Int64.min, Int64.max]
            let (offsets, late) = Self.offsets(times) {
                $0.speed = .init(recorded: speed.0, period: speed.1)
            }
            #expect(offsets == offsets.sorted() && offsets[0] == 0)
            #expect(late == 1)
        }
    }

    @Test("Any times give places in order, each at its distance from the latest before it")
    func law() {
        let seed = TestSeed.next()
        var random = SplitMix64(seed: seed)
        for _ in 0..<200 {
            let times = randomTimes(50, gaps: 1000, disorder: 300, &random)
            let (offsets, _) = Self.offsets(times)
            var latest = times[0]
            for (time, offset) in zip(times, offsets) {
                latest = max(latest, time)
                #expect(offset == latest - times[0], "seed \(seed)")
            }
        }
    }
}

@Suite("A sort window") struct SortWindowTests {
    private static func sorted(
        _ times: [Int64], window: Int64, capacity: Int = 4096
    ) -> [Int64] {
        var records = SortWindow<Int>(window, capacity: capacity)
        var order: [Int64] = []
        for (index, time) in times.enumerated() {
            records.add(time, index)
            while let (time, index) = records.next(isForced: false) {
                #expect(times[index] == time)
                order.append(time)
            }
        }
        while let (time, _) = records.next(isForced: true) { order.append(time) }
        return order
    }

    @Test("Records within the window are put in order, others come as soon as they are read")
    func window() {
        #expect(Self.sorted([1, 3, 2, 9, 7], window: 0) == [1, 3, 2, 9, 7])
        #expect(Self.sorted([1, 3, 2, 9, 7], window: 2) == [1, 2, 3, 7, 9])
        #expect(Self.sorted([10, 20, 1, 30], window: 5) == [10, 1, 20, 30])
    }

    @Test("A disorder below the window is removed, whatever the times")
    func law() {
        let seed = TestSeed.next()
        var random = SplitMix64(seed: seed)
        for _ in 0..<200 {
            let times = randomTimes(100, gaps: 20, disorder: 50, &random)
            #expect(Self.sorted(times, window: 50) == times.sorted(), "seed \(seed)")
        }
    }

    @Test("Equal times keep the order of the input")
    func stability() {
        var records = SortWindow<Int>(10, capacity: 4096)
        for index in 0..<20 { records.add(5, index) }
        var order: [Int] = []
        while let (_, index) = records.next(isForced: true) { order.append(index) }
        #expect(order == Array(0..<20))
    }

    @Test("A full window gives out its first record")
    func capacity() {
        #expect(Self.sorted([5, 4, 3, 2, 1], window: 1000, capacity: 3) == [2, 1, 3, 4, 5])
    }
}
