import Foundation
import TestSupport
import Testing

@Suite("The guide on the journal's format", .sideBySide)
struct JournalDocumentTests {
    private static let input = """
        {"appId":"app_1","event_type":"order.created","payload":{"id":1}}
        {"appId":"app_2","event_type":"order.held","payload":{"id":2}}
        {"appId":"app_3","event_type":"order.b\\u00e4d","payload":{"id":"\u{202e}"}}
        {"appId":"app_4","payload":{"id":4}}
        {"appId":"app_5","event_type":"order.lost","payload":null}

        """

    /// Accepts, rejects, delays or loses a request by its body.
    private static func reply(_ request: Request) -> Reply {
        let body = request.bodyText
        if body.contains("order.held") { return .answer(503, headers: [("Retry-After", "60")]) }
        if body.contains("order.lost") { return .reset }
        if body.contains("order.b") {
            return .answer(400, body: #"{"error":{"message":"no \"such\" \u001b type"}}"#)
        }
        return .created(request)
    }

    /// Returns the rows of a run that was killed twice while a line waited for its retry.
    private static func killed(_ inputs: [String], stream: String? = nil) throws -> [String] {
        let server = try LoopbackServer(reply)
        let sending = try Sending()
        try sending.folder.write(input, to: "in.ndjson")
        try sending.folder.write("appId,event_type,payload\na,t,\n", to: "other.csv")
        let flags = ["--retries", "100"] + (stream == nil ? [] : ["--format", "ndjson"])
        var program = sending.program(inputs, to: server.baseURL, flags)
        if let stream { program.input = .text(stream) }
        for count in [7, 10] {
            let running = try program.start()
            #expect(server.waitForRequests(count))
            running.kill(SIGKILL)
            _ = running.wait()
        }
        return try rows(sending)
    }

    /// Returns the rows of a run that can't rename its summary.
    private static func finished(
        _ input: String = Sending.oneLine, _ flags: [String] = []
    ) throws -> [String] {
        let sending = try Sending()
        let folder = sending.folder.path("out.summary.json")
        let server = try LoopbackServer { request in
            try? FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: false)
            return .created(request)
        }
        let sent = try sending.send(input, to: server.baseURL, flags)
        #expect(sent.exitCode == 74, "\(sent)")
        return try rows(sending)
    }

    /// Returns the rows of a shard that was killed.
    private static func killedShard() throws -> [String] {
        let server = try LoopbackServer { .delay(.seconds(2), .created($0)) }
        let sending = try Sending()
        try sending.folder.write(input, to: "in.ndjson")
        let running = try sending.program(
            ["in.ndjson"], to: server.baseURL, ["--shard", "1/1"]
        ).start()
        #expect(server.waitForRequests(1))
        running.kill(SIGKILL)
        _ = running.wait()
        return try rows(
            sending, report: sending.report.replacing(".report.", with: ".shard-01-of-01.report."))
    }

    private static func rows(_ sending: Sending, report: String? = nil) throws -> [String] {
        let journal = try sending.folder.read((report ?? sending.report) + ".journal")
        #expect(journal.last == UInt8(ascii: "\n"))
        return String(decoding: journal, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test("The guide's tables describe exactly the members that real runs write to the journal")
    func realRuns() throws {
        let document = try JournalDocument.read()
        let rows =
            try Self.killed(["in.ndjson", "other.csv"])
            + Self.killed(["-"], stream: Self.input) + Self.killedShard() + Self.finished()
            // Many outcomes, for a checkpoint.
            + Self.finished(String(repeating: "x\n", count: 17_000) + Sending.oneLine)
            + Self.finished(
                #"{"appId":"a","event_type":"t","at":1772366400}"# + "\n" + Sending.oneLine,
                ["--time", "/at", "--pace", "recorded"])
        #expect(rows.flatMap(document.problems) == [])

        var left: [String: Set<String>] = [:]
        for row in rows {
            let value = try JournalJSON(row.utf8)
            left[JournalDocument.heading(of: value), default: []]
                .formUnion(value.members.map(\.name).filter { $0 != "crc" })
            guard case .array(let inputs) = value["inputs"] else { continue }
            left[JournalDocument.inputHeading, default: []]
                .formUnion(inputs.flatMap(\.members).map(\.name))
        }
        #expect(left == document.tables.mapValues { Set($0.map(\.name)) })
    }

    @Test("The guide's example rows match its tables, and their checksums are correct")
    func examples() throws {
        let document = try JournalDocument.read()
        #expect(document.examples.flatMap(document.problems) == [])
        let shown = Set(
            try document.examples.map { JournalDocument.heading(of: try JournalJSON($0.utf8)) })
        #expect(shown == Set(document.tables.keys).subtracting([JournalDocument.inputHeading]))
        #expect(JournalChecksum.of("123456789".utf8) == "e3069283")
    }

    @Test("A journal row that differs from the guide's table in one member is reported")
    func defects() throws {
        let document = try JournalDocument.read()
        let lease = #"{"kind":"lease","file":1,"line":515,"synced":562"#
        func problems(_ from: String, _ to: String) -> [String] {
            let body = lease.replacing(from, with: to)
            return document.problems(of: body + ",\"crc\":\"\(JournalChecksum.of(body.utf8))\"}")
        }
        #expect(problems("", "") == [])
        for (from, to, problem) in [
            (#""lease""#, #""leash""#, "no table 'leash row'"),
            (#","line":515"#, "", "lease row: line is missing"),
            (#""synced":562"#, #""synced":562,"x":1"#, "lease row: x is not documented"),
            (#""synced":562"#, #""synced":null"#, "lease row: synced is null"),
            (#""file":1"#, #""file":0"#, "lease row: file is 0"),
            (
                #""file":1,"line":515"#, #""line":515,"file":1"#,
                "lease row: the members have another order"
            ),
        ] {
            #expect(problems(from, to) == [problem])
        }
        #expect(problems("515", #""515""#).count == 1)
        let changed = "\(lease),\"crc\":\"\(JournalChecksum.of(lease.utf8))\"}"
            .replacing("515", with: "516")
        #expect(document.problems(of: changed).first?.hasPrefix("wrong checksum") == true)
    }

    @Test("A member missing from the guide's table is reported for every kind of journal row")
    func missingEntries() throws {
        let document = try JournalDocument.read()
        for example in document.examples {
            let members = try JournalJSON(example.utf8).members
            let heading = JournalDocument.heading(of: .object(members))
            for entry in try #require(document.tables[heading]) where entry.name != "kind" {
                var fewer = document
                fewer.remove(entry.name, from: heading)
                let isShown = members.contains { $0.name == entry.name }
                #expect(fewer.problems(of: example).isEmpty != isShown, "\(entry.name)")
            }
        }
    }
}

extension JournalDocument {
    fileprivate mutating func remove(_ member: String, from heading: String) {
        tables[heading]?.removeAll { $0.name == member }
    }
}
