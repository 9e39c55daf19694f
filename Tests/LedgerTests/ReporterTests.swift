import Delivery
import Foundation
import Ledger
import Platform
import Records
import TestSupport
import Testing

@Suite("Reports during a run") struct ReporterTests {
    /// Returns rows of two inputs, shuffled as lines in flight.
    private static func endings(
        _ count: Int, inFlight: Int, using random: inout SeededGenerator
    ) -> [LineID] {
        var open: [LineID] = []
        var ended: [LineID] = []
        for index in 0..<count {
            let file = index < count / 3 ? 1 : 2
            open.append(LineID(file: file, line: UInt64(index % (count / 3) + 1 + file)))
            while open.count >= inFlight || Int.random(in: 0..<8, using: &random) == 0 {
                guard !open.isEmpty else { break }
                ended.append(open.remove(at: Int.random(in: open.indices, using: &random)))
            }
        }
        return ended + open.shuffled(using: &random)
    }

    /// Writes a run's journal, and advances its report after each `step` rows.
    private func run(
        _ folder: TemporaryFolder, _ endings: [LineID], format: ReportFormat = .ndjson,
        maxBufferedRows: Int = RowSorter.maxBufferedRows, advancingEvery step: (() -> Int)?
    ) throws -> Reporter<RowCount> {
        let journal = try Journal.create(
            folder.path("r.journal"), header: header(inputs: ["a", "b"]), bootID: "b", pid: 1,
            now: 0)
        let reporter = Reporter<RowCount>(
            journal, to: folder.path("r"), format, maxBufferedRows: maxBufferedRows)
        // The watermark after each row.
        var watermarks = endings.map { ReportPosition(input: $0.file, record: $0.line) }
        for index in watermarks.indices.dropLast().reversed() {
            watermarks[index] = min(watermarks[index], watermarks[index + 1])
        }
        var untilAdvance = step?() ?? 0
        for (index, line) in endings.enumerated() {
            journal.encoder.appendSent(line)
            let outcome: Outcome = line.line % 9 == 0 ? .failed : .accepted
            journal.encoder.append(
                plainRow(
                    line, outcome, record: line.line, offset: 0, length: 1,
                    hash: "x".utf8.withContiguousStorageIfAvailable { XXH64.hash(.init($0)) } ?? 0))
            if index % 50 == 0 { try journal.flush() }
            untilAdvance -= 1
            guard let step, untilAdvance <= 0, index + 1 < endings.count else { continue }
            try journal.flush()
            reporter.advance(to: watermarks[index + 1])
            untilAdvance = step()
        }
        try journal.flush()
        return reporter
    }

    private func finish(_ reporter: Reporter<RowCount>, in folder: TemporaryFolder) throws {
        let plans = try ["a", "b"].map { name in
            try folder.write("x", to: name)
            return UndeliveredPlan(
                inputPath: name, originals: try File.open(folder.path(name), for: .read),
                rejectedPath: folder.path("\(name).rejected"),
                unknownPath: folder.path("\(name).unknown"))
        }
        try ReportPublisher(
            files: RunFiles(report: folder.path("r"), summary: folder.path("s")), undelivered: plans
        ).publish(reporter, isFinished: false, summary: { Array("\($0.rows)".utf8) })
    }

    @Test(
        "A report written during the run equals one written at its end",
        arguments: [ReportFormat.ndjson, .csv],
        [(1, 1000), (8, 1000), (300, 1000), (300, 100), (300, 2)])
    func same(format: ReportFormat, limits: (inFlight: Int, maxBufferedRows: Int)) throws {
        var random = SeededGenerator.fromEnvironment("same(format: \(format), \(limits))")
        let place = Comment("\(random)")
        let endings = Self.endings(3000, inFlight: limits.inFlight, using: &random)
        let (followed, plain) = (try TemporaryFolder("ledger"), try TemporaryFolder("ledger"))
        var steps = random
        let reporter = try run(
            followed, endings, format: format, maxBufferedRows: limits.maxBufferedRows,
            advancingEvery: { Int.random(in: 1...200, using: &steps) })
        try finish(reporter, in: followed)
        try finish(try run(plain, endings, format: format, advancingEvery: nil), in: plain)
        #expect(try followed.names() == ["a", "a.rejected", "b", "b.rejected", "r", "s"], place)
        for name in try plain.names() {
            #expect(try followed.text(name) == plain.text(name), place)
        }
        #expect(try followed.text("s") == "3000", place)
    }

    @Test("A report is due after each quarter of a megabyte")
    func due() throws {
        let folder = try TemporaryFolder("ledger")
        let journal = try Journal.create(
            folder.path("r.journal"), header: header(), bootID: "b", pid: 1, now: 0)
        let reporter = Reporter<RowCount>(journal, to: folder.path("r"), .ndjson)
        var dues: [UInt64] = []
        while dues.count < 3 {
            journal.encoder.append(plainRow(LineID(file: 1, line: 1), record: 1))
            try journal.flush()
            guard reporter.isDue else { continue }
            dues.append(journal.size)
            reporter.advance(to: ReportPosition(input: 1, record: 1))
        }
        let distances = zip(dues, [0] + dues).map { $0 - $1 }
        #expect(distances.allSatisfy { $0 >= 256 << 10 && $0 < 257 << 10 }, "\(dues)")
    }

    @Test("A cancelled or released reporter leaves no file")
    func calledOff() throws {
        var random = SeededGenerator(seed: 8)
        let endings = Self.endings(900, inFlight: 8, using: &random)
        for isLetGo in [false, true] {
            let folder = try TemporaryFolder("ledger")
            var reporter: Reporter<RowCount>? = try run(folder, endings, advancingEvery: { 100 })
            if !isLetGo { reporter?.cancel() }
            if isLetGo { reporter = nil }
            #expect(try folder.names() == ["r.journal"])
        }
    }

    @Test(
        "A report is written again at the end after a failure during the run",
        arguments: [false, true])
    func again(isFixedBeforeTheEnd: Bool) throws {
        var random = SeededGenerator(seed: 9)
        let folder = try TemporaryFolder("ledger")
        let inTheWay = AtomicFile.temporaryPath(of: folder.path("r"))
        // A directory can't be removed like a file.
        try FileManager.default.createDirectory(
            atPath: inTheWay, withIntermediateDirectories: false)
        let endings = Self.endings(900, inFlight: 8, using: &random)
        let reporter = try run(folder, endings, advancingEvery: { 100 })
        if !isFixedBeforeTheEnd {
            let failure = #expect(throws: LedgerError.self) { try finish(reporter, in: folder) }
            guard case .system(let error) = failure, error.path == inTheWay else {
                Issue.record("\(failure as Any)")
                return
            }
        }
        #expect(rmdir(inTheWay) == 0)
        try finish(reporter, in: folder)
        #expect(try folder.text("r").split(separator: "\n").count == 900)
    }

    @Test(
        "A report is written again if its draft was removed or replaced", arguments: [false, true])
    func tidiedUp(isReplaced: Bool) throws {
        var random = SeededGenerator(seed: 12)
        let folder = try TemporaryFolder("ledger")
        let endings = Self.endings(900, inFlight: 8, using: &random)
        let reporter = try run(folder, endings, advancingEvery: { 100 })
        let begun = AtomicFile.temporaryPath(of: folder.path("r"))
        let end = ContinuousClock.now + .patience
        while try FileStatus.of(begun) == nil, ContinuousClock.now < end { usleep(10_000) }
        try File.remove(begun)
        if isReplaced { try folder.write("foreign", to: "r.tmp") }
        try finish(reporter, in: folder)
        #expect(try folder.text("r").split(separator: "\n").count == 900)
    }

    @Test("A report catches up after a slow line while the run continues")
    func straggler() throws {
        let folder = try TemporaryFolder("ledger")
        let journal = try Journal.create(
            folder.path("r.journal"), header: header(inputs: ["a"]), bootID: "b", pid: 1, now: 0)
        let reporter = Reporter<RowCount>(
            journal, to: folder.path("r"), .ndjson, maxBufferedRows: 50)
        func end(_ lines: ClosedRange<UInt64>) throws {
            for line in lines {
                journal.encoder.append(plainRow(LineID(file: 1, line: line), record: line))
            }
            try journal.flush()
        }
        try end(2...5000)
        reporter.advance(to: ReportPosition(input: 1, record: 1))
        try end(1...1)
        reporter.advance(to: ReportPosition(input: 1, record: 5001))
        // The completion is not requested, so these rows are written during the run.
        let written = AtomicFile.temporaryPath(of: folder.path("r"))
        let wanted = UInt64(200_000)
        let patience = ContinuousClock.now + .patience
        while try FileStatus.of(written).map({ $0.size < wanted }) ?? true,
            ContinuousClock.now < patience
        {
            usleep(10_000)
        }
        #expect(try #require(try FileStatus.of(written)).size >= wanted)
        try finish(reporter, in: folder)
        let lines = try folder.text("r").split(separator: "\n").map { row in
            try withBytes(String(row)) { try #require(OutcomeFields(reportRow: $0)).line }
        }
        #expect(lines == Array(1...5000))
    }

    @Test("A report stops at an error from the progress callback and can be written later")
    func stopped() throws {
        var random = SeededGenerator(seed: 10)
        let folder = try TemporaryFolder("ledger")
        let reporter = try run(
            folder, Self.endings(9000, inFlight: 8, using: &random), advancingEvery: { 1000 })
        var seen: [UInt64] = []
        let files = RunFiles(report: folder.path("r"), summary: folder.path("s"))
        #expect(throws: LedgerError.interrupted(signal: 2)) {
            try ReportPublisher(files: files, undelivered: []).publish(
                reporter, isFinished: false,
                onProgress: { (rows) throws(LedgerError) in
                    seen.append(rows)
                    if seen.count == 3 { throw .interrupted(signal: 2) }
                }, summary: { _ in [] })
        }
        #expect(seen.count == 3 && seen == seen.sorted())
        #expect(try folder.names() == ["r.journal"])
        try finish(reporter, in: folder)
        #expect(try folder.text("r").split(separator: "\n").count == 9000)
    }
}
