import Delivery
import Foundation
import Ledger
import TestSupport
import Testing

@Suite("Report order") struct OrderTests {
    /// Returns `rows` sorted by a sorter with these limits.
    private func sorted(_ rows: [RowIndex], limit: Int, width: Int) throws -> [RowIndex] {
        let folder = try TemporaryFolder("ledger")
        let sorter = RowSorter(beside: folder.path("j"), limit: limit, mergeWidth: width)
        for row in rows { try sorter.add(row) }
        var sorted = try sorter.sorted()
        var result: [RowIndex] = []
        while let row = try sorted.next() { result.append(row) }
        #expect(try folder.names() == [], "the temporary file has no name")
        return result
    }

    private func index(_ input: UInt32, _ record: UInt64) -> RowIndex {
        RowIndex(input: input, record: record, offset: record &* 7, length: UInt32(record % 300))
    }

    @Test(
        "Sorted rows equal those of a plain sort, for any memory limit",
        arguments: [1, 2, 3, 10, 1000, 5000, 5001, 100_000], [2, 3, 64])
    func sort(limit: Int, width: Int) throws {
        var random = SeededGenerator(seed: UInt64(limit * 100 + width))
        let ordered = (1...5000 as ClosedRange<UInt64>).map { index(UInt32($0 / 2000 + 1), $0) }
        // Many one-row runs need many passes: the slowest case is left out.
        let orders =
            limit < 10
            ? [ordered.prefix(600).shuffled(using: &random)]
            : [ordered.shuffled(using: &random), ordered, ordered.reversed()]
        for order in orders {
            #expect(try sorted(order, limit: limit, width: width) == order.sorted())
        }
    }

    @Test("Rows that are nearly sorted need one run, and no rows need none")
    func nearly() throws {
        var random = SeededGenerator(seed: 4)
        let ordered = (1...20_000 as ClosedRange<UInt64>).map { index(1, $0) }
        let jittered = ordered.map { ($0, Int($0.record) + Int.random(in: 0...60, using: &random)) }
            .sorted { $0.1 < $1.1 }.map(\.0)
        // With a merge width of two, more than two runs would need several passes.
        #expect(try sorted(jittered, limit: 100, width: 2) == ordered)
        #expect(try sorted([], limit: 100, width: 2) == [])
    }

    @Test(
        "Rows that are taken before a watermark equal those of a plain sort",
        arguments: [5, 100, 10_000])
    func takenEarly(limit: Int) throws {
        var random = SeededGenerator(seed: UInt64(limit))
        let ordered = (1...3000 as ClosedRange<UInt64>).map { index(UInt32($0 / 1000 + 1), $0) }
        let jittered = ordered.map { ($0, Int($0.record) + Int.random(in: 0...40, using: &random)) }
            .sorted { $0.1 < $1.1 }.map(\.0)
        let folder = try TemporaryFolder("ledger")
        let sorter = RowSorter(beside: folder.path("j"), limit: limit)
        var taken: [RowIndex] = []
        for (number, row) in jittered.enumerated() {
            try sorter.add(row)
            guard number % 30 == 0, let rest = jittered[(number + 1)...].min() else { continue }
            let place = ReportPosition(input: Int(rest.input), record: rest.record)
            while let row = sorter.takeFirst(before: place) { taken.append(row) }
        }
        #expect(limit < 100 || taken.count > 2900)
        var rest = try sorter.sorted()
        while let row = try rest.next() { taken.append(row) }
        #expect(taken == ordered)
    }

    @Test(
        "Journal rows of any length and in any order are returned in the report's order",
        arguments: [10, 100_000])
    func rows(maxBufferedRows: Int) throws {
        var random = SeededGenerator(seed: 77)
        let folder = try TemporaryFolder("ledger")
        let header = try header(inputs: ["a.ndjson", "b.ndjson"])
        let journal = try Journal.create(
            folder.path("j"), header: header, bootID: "b", pid: 1, now: 0)
        var lines = (1...2 as ClosedRange<Int>).flatMap { file in
            (1...6000 as ClosedRange<UInt64>).map { LineID(file: file, line: $0 * 2) }
        }
        // Most rows end near their position, some far from it.
        for _ in 0..<300 {
            lines.swapAt(
                Int.random(in: 0..<lines.count, using: &random),
                Int.random(in: 0..<lines.count, using: &random))
        }
        for start in stride(from: 0, to: lines.count, by: 50) {
            lines[start..<min(start + 50, lines.count)].shuffle(using: &random)
        }
        for line in lines {
            let detail = String(
                repeating: "x", count: Int.random(in: 0...400, using: &random))
            journal.encoder.appendSent(line)
            withBytes(detail) {
                var row = plainRow(line, record: line.line / 2)
                row.detail = $0
                journal.encoder.append(row)
            }
            if journal.encoder.count > 100_000 { try journal.flush() }
        }
        try journal.flush()

        var rows = try JournalRows(
            journal.file, length: journal.size, maxBufferedRows: maxBufferedRows)
        for line in lines.sorted() {
            let row = try #require(try rows.next())
            #expect(row.location.input == line.file && row.fields.line == line.line)
            #expect(OutcomeFields(journalRow: row.bytes) != nil)
        }
        #expect(try rows.next() == nil)
    }
}
