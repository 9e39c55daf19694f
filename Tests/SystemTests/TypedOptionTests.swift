import Foundation
import TestSupport
import Testing

@Suite("Options that a resume must share, as typed", .sideBySide)
struct TypedOptionTests {
    private static let flags = [
        "--delimiter", ";", "--map", "appId=app", "--map", "event_type=type",
        "--idempotency-key-from", "event", "--only", "app=a", "--only", "type=t*",
    ]
    private let sending: Sending
    private let server: LoopbackServer

    init() throws {
        sending = try Sending()
        server = try LoopbackServer()
        let rows = (0..<4).map { "a;t\($0);key\($0)\n" }
        try sending.folder.write("app;type;event\n" + rows.joined(), to: "in.csv")
    }

    private func send(_ flags: [String]) throws -> ProgramResult {
        try sending.program(["in.csv"], to: server.baseURL, flags).run()
    }

    private func options() throws -> [String: String] {
        let summary = try JSONSerialization.jsonObject(
            with: Data(sending.folder.read("out.summary.json")))
        return try #require((summary as? [String: Any])?["options"] as? [String: String])
    }

    @Test(
        "A refused resume and the summary have values as typed, and the journal's stay as they are")
    func stopped() throws {
        #expect(try send(Self.flags + ["--limit", "2"]).exitCode == 3)
        let journal = try sending.folder.text("out.report.ndjson.journal")
        for value in [#""--delimiter":"59""#, "JSONPointer(bytes: [101, 118", #"a\u001ftype=t*"#] {
            #expect(journal.contains(value), "\(value)")
        }
        let options = try options()
        #expect(options["--delimiter"] == ";")
        #expect(options["--idempotency-key-from"] == "event")
        #expect(options["--map"] == "--map appId=/app --map event_type=/type")
        #expect(options["--only"] == "--only app=a --only 'type=t*'")
        for (index, value, shown) in [
            (1, "|", "a different --delimiter (;)"),
            (3, "appId=type", "a different --map (--map appId=/app --map event_type=/type)"),
            (7, "type", "a different --idempotency-key-from (event)"),
            (9, "app=b", "a different --only (--only app=a --only 'type=t*')"),
        ] {
            var flags = Self.flags
            flags[index] = value
            let refused = try send(flags)
            #expect(refused.exitCode == 2 && refused.errorOutput.contains(shown), "\(refused)")
            #expect(!refused.errorOutput.contains("JSONPointer"), "\(refused)")
        }
        #expect(try send(Self.flags).exitCode == 0)
        #expect(server.acceptances.count == 4)
    }

    @Test("A finished run is recognized by values as typed, and by those of earlier versions")
    func finished() throws {
        #expect(try send(Self.flags).exitCode == 0)
        let again = try send(Self.flags)
        #expect(again.exitCode == 0 && again.errorOutput.contains("already done"), "\(again)")
        var other = Self.flags
        other[1] = "|"
        let refused = try send(other)
        #expect(refused.exitCode == 2, "\(refused)")
        #expect(refused.errorOutput.contains("a different --delimiter (;)"), "\(refused)")
        // As earlier versions wrote it.
        let summary = try sending.folder.text("out.summary.json")
            .replacingOccurrences(of: #""--delimiter": ";""#, with: #""--delimiter": "59""#)
            .replacingOccurrences(
                of: #""--only app=a --only 'type=t*'""#, with: #""app=a\u001ftype=t*""#
            )
            .replacingOccurrences(
                of: #""--idempotency-key-from": "event""#,
                with:
                    #""--idempotency-key-from": "JSONPointer(bytes: [101, 118, 101, 110, 116], ends: [5])""#
            )
        #expect(summary.contains(#""59""#) && summary.contains("ends") && summary.contains("001f"))
        try sending.folder.write(summary, to: "out.summary.json")
        let past = try send(Self.flags)
        #expect(past.exitCode == 0 && past.errorOutput.contains("already done"), "\(past)")
        let differs = try send(other)
        #expect(differs.errorOutput.contains("a different --delimiter (;)"), "\(differs)")
        #expect(server.acceptances.count == 4)
    }
}
