import TestSupport
import Testing

@testable import hookbatch

extension Tally {
    fileprivate mutating func add(_ key: String, bytes: UInt64 = 1) {
        var key = key
        key.withUTF8 { add(UnsafeRawBufferPointer($0), bytes: bytes) }
    }

    fileprivate func texts(_ count: Int) -> [String] {
        top(count).map { "\(String(decoding: $0.key, as: UTF8.self)) \($0.records)" }
    }
}

/// Distributions of keys and their order.
enum KeyOrder: String, Sendable, CaseIterable {
    /// All equally frequent.
    case even
    /// The n-th key with a share of about 1 / n.
    case skewed
    /// All records of a key in a row.
    case sorted
    /// Rare keys first, and frequent keys when the table is full.
    case late

    func keys(_ count: Int, using generator: inout SeededGenerator) -> [String] {
        let numbers = (0..<count).map { index -> UInt64 in
            let draw = generator.next()
            switch self {
            case .even: return draw % 500
            case .skewed: return 50_000 / (draw % 50_000 + 1)
            case .sorted: return UInt64(index / 7)
            case .late: return index < count / 2 ? UInt64(index) : draw % 3 + 1_000_000
            }
        }
        return numbers.map { String(repeating: "k", count: Int($0 % 17)) + String($0) }
    }
}

@Suite("Tallies") struct TallyTests {
    @Test("A tally counts like a dictionary, with any seed", arguments: [0, 1, .max] as [UInt64])
    func agrees(seed: UInt64) {
        var tally = Tally(seed: seed)
        var counts: [String: (records: UInt64, bytes: UInt64)] = [:]
        var generator = SeededGenerator.fromEnvironment()
        let draw = generator.seed
        for _ in 0..<20_000 {
            let state = generator.next()
            let key = String(repeating: "k", count: Int(state >> 60)) + String(state >> 52 & 0xFF)
            tally.add(key, bytes: state & 0xFF)
            counts[key, default: (0, 0)].records += 1
            counts[key, default: (0, 0)].bytes += state & 0xFF
        }
        #expect(tally.isExact)
        #expect(tally.distinct == counts.count, "drawn from \(draw)")
        for count in tally.top(.max) {
            let expected = counts[String(decoding: count.key, as: UTF8.self)]
            #expect(count.records == expected?.records, "drawn from \(draw)")
            #expect(count.bytes == expected?.bytes, "drawn from \(draw)")
            #expect(count.missed == 0)
        }
    }

    @Test(
        "With more keys than fit, each count is within its stated error, which is small",
        arguments: KeyOrder.allCases, [1, 2, 10, 100])
    func bounds(order: KeyOrder, capacity: Int) {
        var generator = SeededGenerator.fromEnvironment()
        let draw = generator.seed
        let keys = order.keys(10_000, using: &generator)
        var tally = Tally(capacity: capacity)
        var counts: [String: UInt64] = [:]
        for key in keys {
            tally.add(key, bytes: 3)
            counts[key, default: 0] += 1
        }
        let context = Comment(rawValue: "drawn from \(draw)")
        #expect(!tally.isExact, context)
        #expect(tally.distinct <= counts.count && tally.distinct >= capacity, context)
        #expect(tally.missed <= UInt64(2 * keys.count / capacity), context)

        let tracked = tally.top(.max)
        var untracked = counts
        for count in tracked {
            let expected = untracked.removeValue(forKey: String(decoding: count.key, as: UTF8.self))
            #expect((count.records...count.records + count.missed).contains(expected ?? 0), context)
            #expect(count.bytes == count.records * 3, context)
            #expect(count.missed <= tally.missed, context)
        }
        #expect(untracked.values.allSatisfy { $0 <= tally.missed }, context)
        #expect(
            tally.others(than: tracked).records <= untracked.values.reduce(0, +)
                + tracked.reduce(0) { $0 + $1.missed }, context)
        #expect(tally.others(than: []) == (10_000, 30_000), context)

        let certain = tally.certainTop(5)
        #expect(certain.allSatisfy { $0.records > tally.missed }, context)
        let listed = certain.map { String(decoding: $0.key, as: UTF8.self) }
        let most = counts.filter { !listed.contains($0.key) }.values.max() ?? 0
        #expect(most <= tally.mostRecords(after: certain.count), context)
    }

    @Test("Frequent late keys replace rare ones in a tally")
    func late() {
        var tally = Tally(capacity: 10)
        for index in 0..<1000 { tally.add("rare \(index)") }
        for _ in 0..<5000 { tally.add("often") }
        #expect(tally.top(1).first?.key == Array("often".utf8))
        #expect(tally.certainTop(9).count == 1)
    }

    @Test("The most frequent keys of a tally are first; of equals, the earliest")
    func order() {
        var tally = Tally()
        for key in ["b", "a", "c", "a", "", "c", "d"] { tally.add(key) }
        #expect(tally.texts(4) == ["a 2", "c 2", "b 1", " 1"])
        #expect(tally.texts(0) == [])
    }

    @Test("Long keys fill the memory of a tally before its table, and replace rare keys")
    func memory() {
        var tally = Tally(capacity: 100, maxKeyBytes: 10)
        for key in ["123456", "abcd", "123456", "new", "123456"] { tally.add(key) }
        #expect(tally.texts(9) == ["123456 3", "new 1"])
        #expect(tally.missed == 1)
        #expect(tally.distinct == 2)
    }
}
