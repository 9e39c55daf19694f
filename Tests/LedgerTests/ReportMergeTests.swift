import Ledger
import TestSupport
import Testing

@Suite("Merging reports") struct ReportMergeTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder("reports") }

    private func write(_ rows: [String], _ name: String, _ format: ReportFormat = .ndjson) throws
        -> String
    {
        let path = try folder.write(rows.map { $0 + "\n" }.joined(), to: name)
        guard format == .csv else { return path }
        return try folder.write(convert(path, to: .csv), to: name + ".csv")
    }

    private func merged(_ paths: [String]) throws -> (rows: [String], merge: ReportMerge) {
        let merge = try ReportMerge(paths)
        var rows: [String] = []
        while let row = try merge.next() {
            rows.append(String(decoding: row.bytes, as: UTF8.self))
        }
        return (rows, merge)
    }

    @Test("Merging any split of a report into shards gives the report", arguments: 1...8)
    func shards(count: Int) throws {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        // The order of the files is that of a command line, not of the alphabet.
        let whole = [#""z.csv""#, #""a.csv""#, #""m \"x\".csv""#].flatMap { file in
            (1...200).map { reportRow(file: file, line: $0 * 3, detail: "\"\($0)\"") }
        }
        var shards = [[String]](repeating: [], count: count)
        for row in whole { shards[Int.random(in: 0..<count, using: &generator)].append(row) }
        let paths = try shards.enumerated().map { index, rows in
            try write(rows, "shard\(index)", index % 2 == 0 ? .ndjson : .csv)
        }
        let (rows, merge) = try merged(paths)
        #expect(rows == whole, "seed \(seed)")
        #expect(merge.unsorted == nil && merge.repeats == 0)
    }

    @Test("Reports of different files follow one another in the given order")
    func different() throws {
        let first = [reportRow(file: #""b""#, line: 5), reportRow(file: #""b2""#, line: 1)]
        let second = [reportRow(file: #""a""#, line: 1), reportRow(file: #""a2""#, line: 9)]
        let (rows, _) = try merged([write(first, "1"), write(second, "2"), write([], "3")])
        #expect(rows == first + second)
    }

    @Test("Rows of the same file and line are all kept, in the order of the reports")
    func repeats() throws {
        let first = (1...3).map { reportRow(line: $0, outcome: "failed") }
        let second = (2...4).map { reportRow(line: $0, outcome: "accepted") }
        let (rows, merge) = try merged([write(first, "1"), write(second, "2")])
        #expect(rows == [first[0], first[1], second[0], first[2], second[1], second[2]])
        #expect(merge.repeats == 2)
    }

    @Test("Unsorted reports are sorted, in NDJSON and in CSV", arguments: [2, 2000])
    func unsorted(count: Int) throws {
        var generator = SeededGenerator.fromEnvironment("unsorted(\(count))")
        let whole = [#""b""#, #""a""#, #""c \"x\"""#].flatMap { file in
            (1...count).map { reportRow(file: file, line: UInt64($0) * 3, detail: #""a\nb""#) }
        }
        let parts = [0, 1].map { part in
            whole.indices.filter { $0 % 2 == part }.map { whole[$0] }
        }
        let paths = [
            try write(parts[0], "1"),
            try write(parts[1].shuffled(using: &generator), "2", .csv),
            try write([], "3"),
        ]
        let (rows, merge) = try merged(paths)
        #expect(merge.unsorted == nil && merge.repeats == 0)
        #expect(rows == whole, "\(generator)")
    }

    @Test("Reports that order files in contradictory ways have the order of the first one")
    func contradiction() throws {
        let first = [reportRow(file: #""a""#, line: 1), reportRow(file: #""b""#, line: 1)]
        let second = [reportRow(file: #""b""#, line: 2), reportRow(file: #""a""#, line: 2)]
        let (rows, merge) = try merged([write(first, "1"), write(second, "2")])
        #expect(rows == [first[0], second[1], first[1], second[0]])
        #expect(merge.unsorted == nil)
    }

    @Test("An invalid row and a later row of the same line are of one record")
    func invalid() throws {
        let first = [
            reportRow(line: 4, outcome: "invalid", detail: #""missing appId, at byte 70""#)
        ]
        let second = [reportRow(line: 4, outcome: "accepted")]
        let (rows, merge) = try merged([write(first, "1"), write(second, "2")])
        #expect(rows == first + second)
        #expect(merge.repeats == 1)
    }

    @Test("Records of one line are told apart by their offsets, in any order")
    func offsets() throws {
        let first = [5, 30, 200].map { reportRow(line: 1, detail: "\"at byte \($0): x\"") }
        let second = [200, 5].map {
            reportRow(line: 1, outcome: "accepted", detail: "\"at byte \($0)\"")
        }
        let (rows, merge) = try merged([write(first, "1"), write(second, "2")])
        #expect(rows == [first[0], second[1], first[1], first[2], second[0]])
        #expect(merge.repeats == 2)
    }

    @Test("Two reports in one file are sorted by line, though a line is the last and the first one")
    func concatenated() throws {
        func invalid(_ line: UInt64, at byte: Int) -> String {
            reportRow(line: line, outcome: "invalid", detail: "\"missing appId, at byte \(byte)\"")
        }
        let first = [
            reportRow(line: 1, outcome: "failed"), invalid(2, at: 300), invalid(3, at: 400),
            reportRow(line: 4), reportRow(line: 5, outcome: "failed"),
        ]
        let second = [reportRow(line: 5), reportRow(line: 1)]
        let more = [invalid(6, at: 900), reportRow(line: 7)]
        let (rows, merge) = try merged([write(first + second, "all"), write(more, "more")])
        #expect(rows == [first[0], second[1]] + first[1...] + [second[0]] + more)
        #expect(merge.repeats == 2)
    }

    @Test("Records of a JSON input are sorted by line, then by offset")
    func linesAndOffsets() throws {
        // Offsets do not ascend with the lines, as in a report that was put together.
        let whole = [(1, 90), (1, 200), (2, 5), (2, 7), (3, 6)].map { line, byte in
            reportRow(line: UInt64(line), detail: "\"at byte \(byte): x\"")
        }
        var generator = SeededGenerator.fromEnvironment()
        // The rows of a line are adjacent, so that they are known to be several.
        let parts = [whole[..<2], whole[2..<4], whole[4...]].shuffled(using: &generator)
        let (rows, _) = try merged([write(parts.flatMap { $0.reversed() }, "1"), write([], "2")])
        #expect(rows == whole, "\(generator)")
    }

    @Test("Damage in any report is an error that names it")
    func damage() throws {
        let good = try write((1...3).map { reportRow(line: $0) }, "1")
        let bad = try write([reportRow(line: 2), "{}"], "2")
        #expect(throws: ReportError.badRow(path: bad, line: 2)) { try merged([good, bad]) }
    }
}
