import Delivery
import Ledger
import Platform
import Records
import TestSupport

/// A run with all outcomes whose report is not yet published.
///
/// It has an NDJSON input, a CSV input and a stream.
final class Scene {
    let folder: TemporaryFolder
    private let ndjson = (1...6).map { "{\"n\":\($0)}" + String(repeating: " ", count: $0 * 17) }
    private let csv = ["a,b,\"one\r\ntwo\"", "c,d,e"]
    private let stream = ["{\"s\":1}", "{\"s\":2}"]

    init() throws {
        folder = try TemporaryFolder("ledger")
        try folder.write(ndjson.joined(separator: "\n"), to: "in.ndjson")
        try folder.write("h1,h2,h3\r\n" + csv.joined(separator: "\r\n"), to: "in.csv")
    }

    var files: RunFiles {
        RunFiles(report: folder.path("in.report.ndjson"), summary: folder.path("in.summary.json"))
    }

    /// Writes journal and spool up to the last outcome.
    func run() throws {
        let spool = try Spool.create(files.spool)
        let inputs = ["in.ndjson", "in.csv"].map {
            InputIdentity(path: folder.path($0), size: 0, modifiedNanoseconds: 0, isStream: false)
        }
        let stream = InputIdentity(path: "-", size: 0, modifiedNanoseconds: 0, isStream: true)
        let header = JournalHeader(
            runID: .random(), destination: "store:x", inputs: inputs + [stream], options: [:])
        let journal = try Journal.create(
            files.journal, header: header, bootID: "boot", pid: 1, now: 0)
        var offset = 0
        for (index, (text, outcome)) in zip(ndjson, Outcome.allCases).enumerated().reversed() {
            offset = ndjson[..<index].reduce(0) { $0 + $1.utf8.count + 1 }
            append(text, outcome, file: 1, record: index + 1, offset: offset, to: journal)
        }
        append(csv[0], .unknown, file: 2, record: 1, offset: 10, to: journal)
        append(csv[1], .accepted, file: 2, record: 2, offset: 27, to: journal)
        for (index, text) in self.stream.enumerated() {
            let spooled = try withBytes(text) { try spool.append($0) }
            append(
                text, .rejected, file: 3, record: index + 1, offset: 1000 + index, spool: spooled,
                to: journal)
        }
        try spool.flush()
        try journal.flush()
    }

    private func append(
        _ text: String, _ outcome: Outcome, file: Int, record: Int, offset: Int,
        spool: UInt64? = nil, to journal: Journal
    ) {
        withBytes(text) { bytes in
            var row = OutcomeRow(
                line: LineID(file: file, line: UInt64(record)), outcome: outcome,
                record: UInt64(record), offset: UInt64(offset), length: UInt64(bytes.count),
                hash: XXH64.hash(bytes))
            row.spool = spool
            journal.encoder.append(row)
        }
    }

    /// Publishes the run as a process that opens its journal. The summary is the number of rows.
    func finish(
        bootID: String = "boot", after: (ReportPublisher.Step) throws(LedgerError) -> Void
    ) throws {
        let (journal, recovered) = try Journal.open(files.journal, bootID: bootID)
        try journal.resume(bootID: bootID, pid: 2, now: 0, isFinished: recovered.isFinished)
        try ReportPublisher(
            files: files,
            undelivered: [
                plan("in", "ndjson", header: ""), plan("in2", "csv", header: "h1,h2,h3\r\n"),
                plan("stream", "ndjson", header: ""),
            ],
            spool: try File.open(files.spool, for: .read)
        ).publish(
            Reporter<RowCount>(journal, to: files.report, .ndjson),
            isFinished: recovered.isFinished,
            summary: { Array("\($0.rows) of \(recovered.resumeState.counts.total)".utf8) },
            after: after)
    }

    private func plan(_ name: String, _ kind: String, header: String) throws -> UndeliveredPlan {
        let path = folder.path("in.\(kind)")
        return UndeliveredPlan(
            inputPath: path,
            originals: name == "stream" ? nil : try File.open(path, for: .read),
            header: Array(header.utf8), rejectedPath: folder.path("\(name).rejected.\(kind)"),
            unknownPath: folder.path("\(name).unknown.\(kind)"))
    }

    /// The files that publishing leaves, without inputs and report.
    var expectedTexts: [String: String] {
        [
            "in.rejected.ndjson": [1, 2, 3, 5].map { ndjson[$0] + "\n" }.joined(),
            "in.unknown.ndjson": ndjson[4] + "\n",
            "in2.unknown.csv": "h1,h2,h3\n" + csv[0] + "\n",
            "stream.rejected.ndjson": stream.map { $0 + "\n" }.joined(),
            "in.summary.json": "10 of 10",
        ]
    }
}

/// Counts the rows of a report.
struct RowCount: RowCounting {
    private(set) var rows = 0
    mutating func add(_ row: borrowing JournalRow) { rows += 1 }
}
