import TestSupport
import Testing

@testable import hookbatch

extension Tally {
    fileprivate mutating func add(_ key: String) {
        var key = key
        key.withUTF8 { add(UnsafeRawBufferPointer($0)) }
    }

    fileprivate func texts(_ count: Int) -> [String] {
        top(count).map { "\(String(decoding: $0.key, as: UTF8.self)) \($0.count)" }
    }
}

@Suite("Tallies") struct TallyTests {
    @Test("it counts as a dictionary does, whatever its seed", arguments: [0, 1, .max] as [UInt64])
    func agrees(seed: UInt64) {
        var tally = Tally(seed: seed)
        var counts: [String: UInt64] = [:]
        var generator = SeededGenerator.fromEnvironment()
        let draw = generator.seed
        for _ in 0..<20_000 {
            let state = generator.next()
            let key = String(repeating: "k", count: Int(state >> 60)) + String(state >> 52 & 0xFF)
            tally.add(key)
            counts[key, default: 0] += 1
        }
        #expect(tally.untracked == 0)
        #expect(tally.tracked == counts.count, "drawn from \(draw)")
        for (key, count) in tally.top(.max) {
            #expect(counts[String(decoding: key, as: UTF8.self)] == count, "drawn from \(draw)")
        }
    }

    @Test("the most frequent come first, and of equals the first to come")
    func order() {
        var tally = Tally()
        for key in ["b", "a", "c", "a", "", "c", "d"] { tally.add(key) }
        #expect(tally.texts(4) == ["a 2", "c 2", "b 1", " 1"])
        #expect(tally.texts(0) == [])
    }

    @Test("keys beyond the capacity are counted together, and known keys go on")
    func capacity() {
        var tally = Tally(capacity: 2)
        for key in ["a", "b", "c", "a", "d", "b"] { tally.add(key) }
        #expect(tally.texts(9) == ["a 2", "b 2"])
        #expect(tally.tracked == 2)
        #expect(tally.untracked == 2)
    }

    @Test("long keys fill the memory before the table, and are then counted together")
    func memory() {
        var tally = Tally(capacity: 100, maxKeyBytes: 10)
        tally.add("123456")
        tally.add("abcdef")
        tally.add("1234")
        tally.add("123456")
        #expect(tally.texts(9) == ["123456 2", "1234 1"])
        #expect(tally.untracked == 1)
    }
}
