import TestSupport
import Testing

@Suite("The auditor of reports")
struct AuditorTests {
    private let auditor = Auditor([.init(file: "a.ndjson", count: 3, invalid: [3])])

    private static let accepted = row(1, "accepted", status: 201)
    private static let rejected = row(2, "rejected", status: 404)
    private static let invalid = row(3, "invalid")

    private static func row(
        _ line: Int, _ outcome: String, status: Int? = nil, duplicate: Bool = false
    ) -> ReportRow {
        let text =
            "{\"file\":\"a.ndjson\",\"line\":\(line),\"appId\":null,\"event_type\":null,"
            + "\"outcome\":\"\(outcome)\",\"status\":\(status.map(String.init) ?? "null"),"
            + "\"message_id\":null,\"attempts\":1,\"possible_duplicate\":\(duplicate),"
            + "\"started_at\":null,\"latency_ms\":null,\"error\":null,\"detail\":null}"
        guard let row = try? ReportRow(line: text.utf8) else {
            preconditionFailure("the tests' own row is well-formed")
        }
        return row
    }

    @Test("The auditor finds no violation in a correct report")
    func honest() {
        let found = auditor.violations(
            rows: [Self.accepted, Self.rejected, Self.invalid],
            acceptances: ["hb-run-x-1-1": 1], requests: ["hb-run-x-1-1": 2, "hb-run-x-1-2": 1])
        #expect(found == [])
    }

    @Test(
        "A line without a row or with two, and a row without a line, violate A1",
        arguments: [
            ([accepted, invalid], "A1: a.ndjson:2 has 0 rows"),
            ([accepted, rejected, rejected, invalid], "A1: a.ndjson:2 has 2 rows"),
            (
                [accepted, rejected, invalid, row(9, "rejected")],
                "A1: there is a row for a.ndjson:9, which is no record"
            ),
        ])
    func everyLine(rows: [ReportRow], sentence: String) {
        let found = auditor.violations(
            rows: rows, acceptances: ["hb-r-1-1": 1], requests: ["hb-r-1-1": 1])
        #expect(found == [sentence])
    }

    @Test("An accepted row of a line that the server never accepted violates A2")
    func truth() {
        let found = auditor.violations(
            rows: [Self.accepted, Self.rejected, Self.invalid], acceptances: [:],
            requests: ["hb-r-1-1": 1])
        #expect(found == ["A2: a.ndjson:1 says accepted, and the server never accepted it"])
    }

    @Test(
        "An acceptance that the report denies violates A3",
        arguments: ["rejected", "failed", "invalid", "not_attempted"])
    func denied(outcome: String) {
        let found = auditor.violations(
            rows: [Self.accepted, Self.row(2, outcome), Self.invalid],
            acceptances: ["hb-r-1-1": 1, "hb-r-1-2": 1], requests: [:])
        #expect(found == ["A3: the server accepted a.ndjson:2, and its row says \(outcome)"])
    }

    @Test("An acceptance that is unknown in the report does not violate A3")
    func unknown() {
        let found = auditor.violations(
            rows: [Self.accepted, Self.row(2, "unknown"), Self.invalid],
            acceptances: ["hb-r-1-1": 1, "hb-r-1-2": 2], requests: [:])
        #expect(found == [])
    }

    @Test("A duplicate that its row does not mark violates A4, also across two run ids")
    func duplicates() {
        let rows = [Self.accepted, Self.rejected, Self.invalid]
        let honest = [Self.row(1, "accepted", status: 201, duplicate: true)] + rows.dropFirst()
        for acceptances in [["hb-r-1-1": 2], ["hb-r-1-1": 1, "hb-s-1-1": 1]] {
            let sentence = "A4: a.ndjson:1 was accepted 2 times, and its row hides it"
            #expect(
                auditor.violations(rows: rows, acceptances: acceptances, requests: [:])
                    == [sentence])
            #expect(
                auditor.violations(rows: honest, acceptances: acceptances, requests: [:]) == [])
        }
    }

    @Test("Any duplicate under at-most-once violates A4")
    func atMostOnce() {
        var auditor = auditor
        auditor.isAtMostOnce = true
        let found = auditor.violations(
            rows: [
                Self.row(1, "accepted", status: 201, duplicate: true), Self.rejected, Self.invalid,
            ],
            acceptances: ["hb-r-1-1": 2], requests: [:])
        #expect(found == ["A4: a.ndjson:1 was accepted 2 times under at-most-once"])
    }

    @Test(
        "A request for an invalid line, or for no line, violates A5",
        arguments: [
            ("hb-r-1-3", "A5: a.ndjson:3 is invalid and caused 1 requests"),
            ("hb-r-1-4", "A5: there was a request for a.ndjson:4, which is no record"),
            ("hb-r-2-1", "A5: there was a request with the key hb-r-2-1, which is no line's"),
            ("other", "A5: there was a request with the key other, which is no line's"),
        ])
    func needlessRequests(key: String, sentence: String) {
        let found = auditor.violations(
            rows: [Self.accepted, Self.rejected, Self.invalid],
            acceptances: ["hb-r-1-1": 1], requests: ["hb-r-1-1": 1, key: 1])
        #expect(found == [sentence])
    }
}
