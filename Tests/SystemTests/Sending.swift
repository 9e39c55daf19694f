import Foundation
import TestSupport
import Testing

/// A folder from which a test sends an input with the real program.
struct Sending {
    /// A key that no other text contains, so that its bytes are found wherever they leak.
    static let apiKey = "hs-test-7Zq9Xw4LkP2v"
    /// One valid record.
    static let oneLine = #"{"appId":"app_1","event_type":"user.created","payload":{"a":1}}"# + "\n"

    let folder: TemporaryFolder
    var key: String? = Self.apiKey
    let report: String

    /// - Parameter report: the report's name; its extension sets the format.
    init(report: String = "out.report.ndjson") throws {
        folder = try TemporaryFolder("sending")
        self.report = report
    }

    /// Makes the program with `send`, the inputs and the API at `baseURL`.
    func program(
        _ inputs: [String] = ["in.ndjson"], to baseURL: String, _ flags: [String] = [],
        binary: String = Hookbatch.binary
    ) -> Program {
        var environment: [String: String] = [:]
        environment["HOOKSTREAM_API_KEY"] = key
        return Program(
            binary, ["send"] + inputs + ["--to", baseURL, "--report", report] + flags,
            environment: environment, directory: folder.path)
    }

    /// Writes `input` as `in.ndjson`, sends it and waits for the run's end.
    func send(
        _ input: String = Self.oneLine, to baseURL: String, _ flags: [String] = [],
        timeout: Duration = .patience
    ) throws -> Sent {
        try folder.write(input, to: "in.ndjson")
        return try sendAgain(to: baseURL, flags, timeout: timeout)
    }

    /// Sends the existing `in.ndjson` and waits for the run's end.
    func sendAgain(
        to baseURL: String, _ flags: [String] = [], timeout: Duration = .patience
    ) throws -> Sent {
        Sent(result: try program(to: baseURL, flags).run(timeout: timeout), sending: self)
    }
}

/// The end of a run of `send`.
struct Sent: CustomStringConvertible {
    let result: ProgramResult
    let sending: Sending

    var exitCode: Int32? { result.exitCode }

    /// The rows of the finished report; the test fails without one.
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
