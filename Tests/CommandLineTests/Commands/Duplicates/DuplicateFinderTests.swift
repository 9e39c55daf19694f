import TestSupport
import Testing

@testable import hookbatch

@Suite("Finding duplicates") struct DuplicateFinderTests {
    /// Finds duplicates with a dictionary; the keys are on the lines from 1.
    private func naive(_ keys: [UInt64]) -> DuplicateFinder.Found {
        var first: [UInt64: RecordPlace] = [:]
        var found = DuplicateFinder.Found()
        for (index, key) in keys.enumerated() {
            let place = RecordPlace(input: 0, line: UInt64(index + 1))
            if let earlier = first[key] {
                found.count += 1
                if found.pairs.count < DuplicateFinder.pairsKept {
                    found.pairs.append(DuplicateFinder.Pair(duplicate: place, first: earlier))
                }
            } else {
                first[key] = place
            }
        }
        return found
    }

    private func find(
        _ keys: [UInt64], slots: Int, in folder: TemporaryFolder, highBits: UInt64 = .max
    ) throws -> DuplicateFinder.Found {
        var finder = DuplicateFinder(in: folder.path, slots: slots)
        for (index, key) in keys.enumerated() {
            // Random bits, like those of a fingerprint.
            var mixed = SeededGenerator(seed: key)
            let fingerprint = Fingerprint(
                high: mixed.next() >> 3 & highBits, low: mixed.next() >> 3)
            try finder.add(
                FingerprintEntry(
                    fingerprint: fingerprint, place: RecordPlace(input: 0, line: UInt64(index + 1)))
            )
        }
        return try finder.finish()
    }

    @Test(
        "The duplicate finder agrees with a dictionary for any table size",
        arguments: [4, 16, 1024, 1 << 16], [10, 3000, 100_000] as [UInt64])
    func agrees(slots: Int, distinct: UInt64) throws {
        let folder = try TemporaryFolder("duplicates")
        var generator = SeededGenerator.fromEnvironment()
        let draw = generator.seed
        let keys = (0..<6000).map { _ in generator.next() % distinct }
        let found = try find(keys, slots: slots, in: folder)
        #expect(found == naive(keys), "drawn from \(draw)")
        #expect(try folder.names() == [])
    }

    @Test(
        "The duplicate finder is correct if all fingerprints are in one partition",
        arguments: [4, 64])
    func unparted(slots: Int) throws {
        let folder = try TemporaryFolder("duplicates")
        let keys = (0..<600).map { UInt64($0 % 300) }
        #expect(try find(keys, slots: slots, in: folder, highBits: 0) == naive(keys))
    }

    @Test("A repeated record needs no memory")
    func same() throws {
        let folder = try TemporaryFolder("duplicates")
        let found = try find(Array(repeating: 7, count: 5000), slots: 4, in: folder)
        #expect(found.count == 4999)
        #expect(found.pairs.map(\.duplicate.line) == [2, 3, 4, 5, 6])
        #expect(found.pairs.allSatisfy { $0.first.line == 1 })
    }

    @Test("An unwritable folder is an error only if it is needed")
    func noFolder() throws {
        let folder = try TemporaryFolder("duplicates")
        var finder = DuplicateFinder(in: folder.path("none"), slots: 4)
        for line in 1...3 as ClosedRange<UInt64> { try finder.add(entry(line)) }
        #expect(throws: (any Error).self) { try finder.add(entry(4)) }
    }

    private func entry(_ number: UInt64) -> FingerprintEntry {
        FingerprintEntry(
            fingerprint: Fingerprint(high: number, low: number),
            place: RecordPlace(input: 0, line: number))
    }
}

@Suite("Positions of records") struct RecordPlaceTests {
    @Test("Positions contain input and line, and sort in record order")
    func order() {
        let places = [
            RecordPlace(input: 0, line: 1), RecordPlace(input: 0, line: 1 << 44 - 1),
            RecordPlace(input: 1, line: 1), RecordPlace(input: 1 << 20 - 1, line: 2),
        ]
        #expect(places == places.sorted())
        #expect(places.map(\.input) == [0, 0, 1, 1 << 20 - 1])
        #expect(places.map(\.line) == [1, 1 << 44 - 1, 1, 2])
    }
}

@Suite("The largest records") struct LargestRecordsTests {
    @Test("The largest records are those of a sort; of equals, the earliest first")
    func agrees() {
        var generator = SeededGenerator.fromEnvironment()
        let draw = generator.seed
        let lengths = (0..<500).map { _ in generator.next() % 40 }
        var largest = LargestRecords()
        for (index, length) in lengths.enumerated() {
            largest.note(length: length, input: index / 100, line: UInt64(index + 1))
            let sorted = lengths[...index].enumerated()
                .sorted { ($0.element, $1.offset) > ($1.element, $0.offset) }
                .prefix(LargestRecords.kept)
            #expect(
                largest.entries.map(\.length) == sorted.map(\.element), "drawn from \(draw)")
            #expect(
                largest.entries.map(\.place.line) == sorted.map { UInt64($0.offset + 1) },
                "drawn from \(draw)")
        }
    }
}
