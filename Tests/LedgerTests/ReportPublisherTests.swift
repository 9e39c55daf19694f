import Delivery
import Foundation
import Ledger
import Platform
import Records
import TestSupport
import Testing

@Suite("Publishing a report") struct ReportPublisherTests {
    /// The error with which a test stops the publishing.
    private static let death = LedgerError.system(SystemError(call: "kill", path: "", code: 9))

    private func expectEnd(of scene: Scene, sourceLocation: SourceLocation = #_sourceLocation)
        throws
    {
        let expected = scene.expectedTexts
        #expect(
            try scene.folder.names()
                == (expected.keys + ["in.csv", "in.ndjson", "in.report.ndjson"]).sorted(),
            sourceLocation: sourceLocation)
        for (name, text) in expected {
            #expect(try scene.folder.text(name) == text, sourceLocation: sourceLocation)
        }
        let places = try scene.folder.text("in.report.ndjson").split(separator: "\n").map { row in
            try withBytes(String(row)) { bytes in
                let fields = try #require(OutcomeFields(reportRow: bytes))
                return String(decoding: bytes[fields.file], as: UTF8.self).suffix(4)
                    + "\(fields.line)"
            }
        }
        #expect(
            places == [
                "son\"1", "son\"2", "son\"3", "son\"4", "son\"5", "son\"6", "csv\"1", "csv\"2",
                "\"-\"1", "\"-\"2",
            ], sourceLocation: sourceLocation)
        let found = try scene.files.find()
        #expect(found.isFinished && !found.isResumable, sourceLocation: sourceLocation)
    }

    @Test("Publishing a run leaves report, summary and undelivered records")
    func whole() throws {
        let scene = try Scene()
        try scene.run()
        #expect(try scene.files.find().isResumable)
        var steps: [ReportPublisher.Step] = []
        try scene.finish { steps.append($0) }
        #expect(steps == ReportPublisher.Step.allCases)
        try expectEnd(of: scene)
    }

    @Test(
        "A run is published the same way after a crash after any step",
        arguments: ReportPublisher.Step.allCases.filter { $0 != .journalRemoved })
    func crash(step: ReportPublisher.Step) throws {
        for bootID in ["boot", "another boot"] {
            let scene = try Scene()
            try scene.run()
            #expect(throws: Self.death) {
                try scene.finish { (done) throws(LedgerError) in
                    if done == step { throw Self.death }
                }
            }
            // The test's publisher opens the spool, which is removed before the journal.
            if try FileStatus.of(scene.files.spool) == nil {
                try scene.folder.write("", to: "in.report.ndjson.journal.spool")
            }
            try scene.finish(bootID: bootID) { _ in }
            try expectEnd(of: scene)
        }
    }

    @Test("A run is published the same way after a crash after every step")
    func crashes() throws {
        let scene = try Scene()
        try scene.run()
        for step in ReportPublisher.Step.allCases.dropLast(2) {
            #expect(throws: Self.death) {
                try scene.finish { (done) throws(LedgerError) in
                    if done == step { throw Self.death }
                }
            }
        }
        try scene.finish { _ in }
        try expectEnd(of: scene)
    }

    @Test("A report is written again if its temporary file was removed")
    func rebuilt() throws {
        let scene = try Scene()
        try scene.run()
        #expect(throws: Self.death) {
            try scene.finish { (done) throws(LedgerError) in
                if done == .undeliveredPublished { throw Self.death }
            }
        }
        try File.remove(AtomicFile.temporaryPath(of: scene.files.report))
        try scene.finish { _ in }
        try expectEnd(of: scene)
    }

    @Test("A report is written again if its temporary file was replaced after a crash")
    func foreign() throws {
        let scene = try Scene()
        try scene.run()
        #expect(throws: Self.death) {
            try scene.finish { (done) throws(LedgerError) in
                if done == .finished { throw Self.death }
            }
        }
        try scene.folder.write("foreign", to: "in.report.ndjson.tmp")
        try scene.finish { _ in }
        try expectEnd(of: scene)
    }

    @Test(
        "A temporary file that was removed or replaced before the rename is not published",
        arguments: [false, true])
    func replaced(isRemoved: Bool) throws {
        let scene = try Scene()
        try scene.run()
        let temporary = AtomicFile.temporaryPath(of: scene.files.report)
        #expect(throws: LedgerError.replaced(path: temporary)) {
            try scene.finish { (done) throws(LedgerError) in
                guard done == .summaryWritten else { return }
                try? File.remove(temporary)
                if !isRemoved { _ = try? scene.folder.write("x", to: "in.report.ndjson.tmp") }
            }
        }
        #expect(try scene.files.find().isResumable)
        try scene.finish { _ in }
        try expectEnd(of: scene)
    }

    @Test("Undelivered records of an earlier run are removed")
    func stale() throws {
        let scene = try Scene()
        try scene.run()
        for name in ["in2.rejected.csv", "in.rejected.ndjson", "in2.rejected.csv.tmp"] {
            try scene.folder.write("stale", to: name)
        }
        try scene.finish { _ in }
        try expectEnd(of: scene)
    }

    @Test("A changed input is an error that names the line")
    func changed() throws {
        let scene = try Scene()
        try scene.run()
        var bytes = try scene.folder.read("in.ndjson")
        bytes[30] ^= 1
        try Data(bytes).write(to: URL(fileURLWithPath: scene.folder.path("in.ndjson")))
        #expect(
            throws: LedgerError.inputChanged(path: scene.folder.path("in.ndjson"), line: 2)
        ) { try scene.finish { _ in } }
        #expect(try scene.files.find().isResumable)
        try scene.folder.write("", to: "in.ndjson")
        #expect(
            throws: LedgerError.inputChanged(path: scene.folder.path("in.ndjson"), line: 2)
        ) { try scene.finish { _ in } }
    }

    @Test("An input that has an output's name is not overwritten, even through a link")
    func sameFile() throws {
        let scene = try Scene()
        try scene.run()
        let path = scene.folder.path("in.rejected.ndjson")
        #expect(link(scene.folder.path("in.ndjson"), path) == 0)
        let before = try scene.folder.read("in.ndjson")
        #expect(throws: LedgerError.sameFile(path: path)) { try scene.finish { _ in } }
        #expect(try scene.folder.read("in.ndjson") == before)
    }

    @Test("Undelivered records of any length are copied, except those over the size limit")
    func lengths() throws {
        let folder = try TemporaryFolder("ledger")
        var random = SeededGenerator(seed: 5)
        let lengths = Array(0...100) + [1023, 262_143, 262_144, 262_145, 262_200, 900_001]
        let records: [[UInt8]] = lengths.map { length in
            (0..<length).map { _ in UInt8.random(in: 0x20...0x7e, using: &random) }
        }
        let input: [UInt8] = records.reduce(into: []) { $0 += $1 + [0x0a] }
        try Data(input).write(to: URL(fileURLWithPath: folder.path("in")))
        let journal = try Journal.create(
            folder.path("r.journal"), header: header(), bootID: "b", pid: 1, now: 0)
        var offset: UInt64 = 0
        for (index, record) in records.enumerated() {
            let line = LineID(file: 1, line: UInt64(index + 1))
            var row = plainRow(
                line, .failed, record: line.line, offset: offset, length: UInt64(record.count),
                hash: record.withUnsafeBytes { XXH64.hash($0) })
            journal.encoder.append(row)
            offset += UInt64(record.count) + 1
            if index == records.count - 1 {
                row = plainRow(
                    LineID(file: 1, line: 900), .invalid, record: 900, length: 1 << 60, hash: 0)
                row.error = .fixed("record_too_large")
                journal.encoder.append(row)
            }
        }
        try journal.flush()
        let files = RunFiles(report: folder.path("r"), summary: folder.path("s"))
        let plan = UndeliveredPlan(
            inputPath: "in", originals: try File.open(folder.path("in"), for: .read),
            rejectedPath: folder.path("rejected"), unknownPath: folder.path("unknown"))
        try ReportPublisher(files: files, undelivered: [plan])
            .publish(
                Reporter<RowCount>(journal, to: files.report, .csv), isFinished: false,
                summary: { _ in [] })
        #expect(try folder.read("rejected") == input)
        #expect(try folder.names() == ["in", "r", "rejected", "s"])
    }

    @Test("The files of a run are found by kind, and links are not followed")
    func presence() throws {
        let folder = try TemporaryFolder("ledger")
        let files = RunFiles(report: folder.path("r"), summary: folder.path("s"))
        #expect(try !files.find().isFinished && !files.find().isForeign)
        try folder.write("", to: "r")
        #expect(try files.find().isFinished)
        try FileManager.default.createSymbolicLink(
            atPath: files.journal, withDestinationPath: files.report)
        let found = try files.find()
        #expect(found.journal == .symbolicLink && found.isForeign)
        #expect(!found.isFinished && !found.isResumable)
        try FileManager.default.createDirectory(
            atPath: files.summary, withIntermediateDirectories: false)
        #expect(try files.find().summary == .other)
    }
}
