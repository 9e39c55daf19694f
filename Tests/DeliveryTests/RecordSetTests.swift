import Delivery
import Testing
import TestSupport

@Suite("RecordSet") struct RecordSetTests {
    @Test("A record set agrees with a plain set for any insertions in any order", arguments: 1...20)
    func law(round: Int) {
        let seed = TestSeed.next()
        var random = SplitMix64(seed: seed)
        let universe = random.next(upTo: 300) + 1
        var set = RecordSet()
        var plain: Set<UInt64> = []
        for _ in 0..<400 {
            let ordinal = random.next(upTo: universe)
            let isNew = set.insert(ordinal)
            let isExpected = plain.insert(ordinal).inserted
            #expect(isNew == isExpected, "seed \(seed)")
            #expect(set.count == UInt64(plain.count), "seed \(seed)")
            #expect(set.max == plain.max(), "seed \(seed)")
        }
        for ordinal in 0...universe + 1 {
            #expect(set.contains(ordinal) == plain.contains(ordinal), "seed \(seed)")
        }
        let gaps = plain.sorted().reduce(into: (count: 0, last: UInt64?.none)) { state, next in
            if state.last.map({ $0 + 1 != next }) ?? true { state.count += 1 }
            state.last = next
        }
        #expect(set.rangeCount == gaps.count, "seed \(seed)")
    }

    @Test("A record set's memory depends on its gaps, not on its members")
    func memory() {
        let seed = TestSeed.next()
        var random = SplitMix64(seed: seed)
        var ordinals = Array(UInt64(1)...100_000)
        for index in ordinals.indices.dropLast(64) {
            ordinals.swapAt(index, index + Int(random.next(upTo: 63)))
        }
        var set = RecordSet()
        var most = 0
        for ordinal in ordinals {
            set.insert(ordinal)
            most = max(most, set.rangeCount)
        }
        #expect(set.rangeCount == 1, "seed \(seed)")
        #expect(most < 2_000, "seed \(seed)")
    }

    @Test("A record set accepts the least and the greatest number")
    func ends() {
        var set = RecordSet()
        #expect(set.isEmpty)
        let inserted = [.max, 0, 0, .max - 1, .max].map { set.insert($0) }
        #expect(inserted == [true, true, false, true, false])
        #expect(set.contains(0) && set.contains(.max) && !set.contains(1))
        #expect(set.count == 3)
    }

    @Test("Filling a set up to a record leaves only the gaps, and keeps all members")
    func fill() {
        var generator = SeededGenerator.fromEnvironment()
        for _ in 0..<300 {
            var set = RecordSet()
            var model: Set<UInt64> = []
            for _ in 0..<Int.random(in: 0...40, using: &generator) {
                let ordinal = UInt64.random(in: 1...60, using: &generator)
                set.insert(ordinal)
                model.insert(ordinal)
            }
            let last = UInt64.random(in: 0...70, using: &generator)
            let gaps = (0..<Int.random(in: 0...8, using: &generator)).map { _ in
                UInt64.random(in: 1...80, using: &generator)
            }
            set.fill(through: last, except: gaps)
            for ordinal in 1...90 as ClosedRange<UInt64> {
                let isMember =
                    model.contains(ordinal) || (ordinal <= last && !gaps.contains(ordinal))
                #expect(set.contains(ordinal) == isMember, "\(ordinal), \(generator)")
            }
            // Its ranges are as if each member had been inserted.
            var other = RecordSet()
            for ordinal in 1...90 as ClosedRange<UInt64> where set.contains(ordinal) {
                other.insert(ordinal)
            }
            #expect(set == other, "\(generator)")
        }
    }
}
