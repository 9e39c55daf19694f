import Delivery
import Foundation
import Ledger
import Platform
import TestSupport
import Testing

@Suite("The report of attempts") struct AttemptReportTests {
    private let folder: TemporaryFolder
    private var path: String { folder.path("a.ndjson") }

    init() throws { folder = try TemporaryFolder("ledger") }

    private func open(store: String = "hookbatch.db") throws -> AttemptReport {
        try AttemptReport(path: path, store: store)
    }

    private func append(_ count: Int, store: String = "hookbatch.db") throws {
        let report = try open(store: store)
        for number in 1...count {
            report.append(
                ReportedAttempt(
                    application: "app_1", endpoint: "ep_1", message: "msg_\(number)",
                    eventType: Array("\"t\"".utf8), outcome: .accepted, status: 200, number: 1,
                    isRepeated: false, startedAt: 0, nanoseconds: 1_000_000, error: nil,
                    detail: []))
        }
        try report.flush()
    }

    @Test("A torn first row of this store is removed, wherever it was cut")
    func torn() throws {
        try append(1)
        let row = try folder.read("a.ndjson")
        for length in 0..<row.count {
            try folder.write(row.prefix(length), to: "a.ndjson")
            try append(1)
            #expect(try folder.read("a.ndjson") == row, "\(length)")
        }
    }

    @Test(
        "A file without a line feed that is not a torn first row of this store is left unchanged",
        arguments: [
            #"{"file":"x"}"#, #"{"file":1,"secret":"only copy"}"#, #"{"files":[]}"#, #"{"x"#,
            #"{"file":"hookbatch.db","line":2,"appId":"app_1""#,
            #"{"file":"other.db","line":1,"appId":"app_1""#, "x",
        ])
    func foreign(text: String) throws {
        try folder.write(text, to: "a.ndjson")
        #expect(throws: AttemptReport.OpenError.foreign) { try open() }
        #expect(try folder.text("a.ndjson") == text)
    }

    @Test("The end of a long file without a line feed is not taken for a torn first row")
    func longFile() throws {
        let start = #"{"file":"hookbatch.db","line":1,"appId":"app_1""#
        let text =
            String(repeating: "x", count: 100)
            + start + String(repeating: "y", count: ReportReader.maxRowLength - start.utf8.count)
        try folder.write(text, to: "a.ndjson")
        #expect(throws: AttemptReport.OpenError.foreign) { try open() }
        #expect(try folder.read("a.ndjson").count == text.utf8.count)
    }

    @Test("Rows are appended until their number can't grow, and then the file is foreign")
    func lineNumbers() throws {
        try append(1)
        let row = try folder.text("a.ndjson")
        for line in [41, UInt64.max - 1, .max] {
            try folder.write(
                row.replacing("\"line\":1,", with: "\"line\":\(line),"), to: "a.ndjson")
            let before = try folder.read("a.ndjson")
            if line == 41 {
                try append(2)
                #expect(try folder.text("a.ndjson").contains("\"line\":43,"))
            } else {
                #expect(throws: AttemptReport.OpenError.foreign) { try open() }
                #expect(try folder.read("a.ndjson") == before)
            }
        }
    }

    @Test("A file that another process writes is busy")
    func busy() throws {
        let report = try open()
        #expect(throws: AttemptReport.OpenError.busy) { try open() }
        try report.flush()
        // The folder has no file.
        #expect {
            try AttemptReport(path: folder.path("none/a.ndjson"), store: "s")
        } throws: { error in
            guard case AttemptReport.OpenError.system(let error) = error else { return false }
            return error.code == ENOENT
        }
    }
}
