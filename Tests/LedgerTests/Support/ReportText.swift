import Ledger
import TestSupport

/// Returns a row of a report, without its line feed.
///
/// Texts are literals, or nil for null.
func reportRow(
    file: String = #""events.ndjson""#, line: UInt64, appID: String? = #""a""#,
    eventType: String? = #""t""#, outcome: String = "accepted", error: String? = nil,
    detail: String? = nil
) -> String {
    "{\"file\":\(file),\"line\":\(line),\"appId\":\(appID ?? "null"),"
        + "\"event_type\":\(eventType ?? "null"),\"outcome\":\"\(outcome)\",\"status\":201,"
        + "\"message_id\":null,\"attempts\":1,\"possible_duplicate\":false,"
        + "\"started_at\":\"2026-03-01T12:00:00.000Z\",\"latency_ms\":12.3,"
        + "\"error\":\(error ?? "null"),\"detail\":\(detail ?? "null")}"
}

/// Returns all rows of `reader` as text.
func texts(_ reader: ReportReader) throws -> [String] {
    var rows: [String] = []
    while let row = try reader.next() { rows.append(String(decoding: row.bytes, as: UTF8.self)) }
    return rows
}

/// Converts the report at `path` to another format.
func convert(_ path: String, to format: ReportFormat) throws -> [UInt8] {
    let reader = try ReportReader(path)
    var encoder = ReportEncoder(format)
    while let row = try reader.next() { encoder.append(row.bytes, row.fields) }
    var bytes: [UInt8] = []
    encoder.withBytes { bytes += $0 }
    return bytes
}
