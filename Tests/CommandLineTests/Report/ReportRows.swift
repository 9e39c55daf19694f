import Ledger
import TestSupport

@testable import hookbatch

/// Returns the digest of NDJSON rows.
func digest(_ rows: [String]) throws -> ReportDigest {
    let folder = try TemporaryFolder("digest")
    let path = try folder.write(rows.map { $0 + "\n" }.joined(), to: "r.ndjson")
    let reader = try ReportReader(path)
    var digest = ReportDigest()
    while let row = try reader.next() { digest.add(row) }
    return digest
}

/// Returns a row of a report. Texts are in the literals unescaped.
func reportRow(
    file: String = "events.ndjson", line: Int, appID: String = "app_1", eventType: String = "t",
    outcome: String = "accepted", attempts: Int = 1,
    startedAt: String? = "2026-03-01T12:00:00.000Z",
    latency: String? = "12.3", error: String? = nil, detail: String? = nil
) -> String {
    func literal(_ text: String?) -> String { text.map { "\"\($0)\"" } ?? "null" }
    return "{\"file\":\"\(file)\",\"line\":\(line),\"appId\":\"\(appID)\","
        + "\"event_type\":\"\(eventType)\",\"outcome\":\"\(outcome)\",\"status\":null,"
        + "\"message_id\":null,\"attempts\":\(attempts),\"possible_duplicate\":false,"
        + "\"started_at\":\(literal(startedAt)),\"latency_ms\":\(latency ?? "null"),"
        + "\"error\":\(literal(error)),\"detail\":\(literal(detail))}"
}
