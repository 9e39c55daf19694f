import Foundation
import TestSupport
import Testing

/// A folder with an input, from which a test sends with the real program.
struct Sending {
    /// Stands in no word of the program, so that its bytes are found wherever they leak.
    static let apiKey = "hs-test-7Zq9Xw4LkP2v"
    /// One valid record.
    static let oneLine = #"{"appId":"app_1","event_type":"user.created","payload":{"a":1}}"# + "\n"

    let folder: TemporaryFolder
    var key: String? = Self.apiKey
    let report: String

    /// - Parameter report: the report's name; its ending picks the format.
    init(report: String = "out.report.ndjson") throws {
        folder = try TemporaryFolder("sending")
        self.report = report
    }

    /// The program with `send`, that input and the API at `baseURL`.
    func program(
        _ inputs: [String] = ["in.ndjson"], to baseURL: String, _ flags: [String] = []
    ) -> Program {
        var environment: [String: String] = [:]
        environment["HOOKSTREAM_API_KEY"] = key
        return Program(
            Hookbatch.binary, ["send"] + inputs + ["--to", baseURL, "--report", report] + flags,
            environment: environment, directory: folder.path)
    }

    /// Writes `input` as `in.ndjson` and sends it to the end of the run.
    func send(
        _ input: String = Self.oneLine, to baseURL: String, _ flags: [String] = [],
        timeout: Duration = .seconds(60)
    ) throws -> Sent {
        try folder.write(input, to: "in.ndjson")
        return try sendAgain(to: baseURL, flags, timeout: timeout)
    }

    /// Sends what `in.ndjson` holds already.
    func sendAgain(
        to baseURL: String, _ flags: [String] = [], timeout: Duration = .seconds(60)
    ) throws -> Sent {
        Sent(result: try program(to: baseURL, flags).run(timeout: timeout), sending: self)
    }
}

/// How a run of `send` ended.
struct Sent: CustomStringConvertible {
    let result: ProgramResult
    let sending: Sending

    var exitCode: Int32? { result.exitCode }

    /// The rows of the finished report; fails the test if there is none.
    var rows: [ReportRow] {
        get throws {
            try #require(hasReport, "no report: \(self)")
            let report = try sending.folder.read(sending.report)
            return sending.report.hasSuffix(".csv")
                ? try ReportRow.csv(report) : try ReportRow.ndjson(report)
        }
    }

    /// The only row of the finished report.
    var row: ReportRow {
        get throws {
            let rows = try rows
            try #require(rows.count == 1, "\(self)")
            return rows[0]
        }
    }

    var hasReport: Bool { sending.folder.contains(sending.report) }

    var hasJournal: Bool { sending.folder.contains(sending.report + ".journal") }

    var description: String { "ended with \(result.end): \(result.errorOutput)" }
}
