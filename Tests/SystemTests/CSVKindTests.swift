import Foundation
import TestSupport
import Testing

@Suite("Kinds of CSV and NDJSON", .sideBySide)
struct CSVKindTests {
    /// A kind of file, with a row in which `A` and `N` are the application and the number.
    struct Kind: Sendable, CustomTestStringConvertible {
        var name: String
        var file: String
        var head = ""
        var row: String
        var rowEnd = "\n"
        var flags: [String] = []

        var testDescription: String { name }

        func row(_ number: Int, _ application: String) -> String {
            row.replacing("A", with: application).replacing("N", with: String(number))
        }
    }

    private static let kinds = [
        Kind(
            name: "semicolons", file: "in.csv", head: "appId;event_type;payload\n",
            row: #"A;t;"{""n"":N}""#),
        Kind(
            name: "sep", file: "in.csv", head: "sep=|\r\n appId |event_type|payload\r\n",
            row: #"A|t|"{""n"":N}""#, rowEnd: "\r\n"),
        Kind(
            name: "carriage returns", file: "in.csv", head: "appId,event_type,payload\r",
            row: "A,t,\"{\r\"\"n\"\":N}\"", rowEnd: "\r"),
        Kind(
            name: "last delimiter", file: "in.csv", head: "appId,event_type,payload\n",
            row: #"A,t,"{""n"":N}","#),
        Kind(
            name: "raw JSON", file: "in.tsv", head: "appId\tevent_type\tpayload\n",
            row: "A\tt\t{\"n\":N}", flags: ["--quote", "none"]),
        Kind(
            name: "text dump", file: "in.tsv", row: "A\tt\t{\"n\":\\\nN}",
            flags: ["--no-header", "--quote", "none", "--csv-escape", "backslash"]),
        Kind(
            name: "escaped quotes", file: "in.csv", head: "appId,event_type,payload\n",
            row: #"A,t,"{\"n\":N}""#, flags: ["--csv-escape", "backslash"]),
        Kind(
            name: "record separators and commas", file: "in.ndjson",
            row: "\u{1E}" + #"{"appId":"A","event_type":"t","payload":{"n":N}},"#),
    ]

    @Test(
        "A kind of file is checked, sent, resumed after a kill, and its rejected file sent again",
        arguments: kinds)
    func resumed(kind: Kind) throws {
        let server = try LoopbackServer { request in
            .delay(.milliseconds(20), request.appID == "gone" ? .answer(404) : .created(request))
        }
        let sending = try Sending()
        let applications = [10: "b d", 20: "gone"]
        let rows = (1...30).map { kind.row($0, applications[$0] ?? "a\($0)") }
        try sending.folder.write(
            kind.head + rows.map { $0 + kind.rowEnd }.joined(), to: kind.file)
        let checked = try Program.run(
            Hookbatch.binary, ["check", "--output", "json", kind.file] + kind.flags,
            directory: sending.folder.path)
        #expect(checked.exitCode == 1 && checked.output.contains("\"valid\": 29,"), "\(checked)")

        let running = try sending.program(
            [kind.file], to: server.baseURL, kind.flags + ["--concurrency", "3"]
        ).start()
        #expect(server.waitForRequests(12))
        running.kill(SIGKILL)
        _ = running.wait()
        let sent = try sending.program([kind.file], to: server.baseURL, kind.flags).run()
        #expect(sent.exitCode == 1, "\(sent)")
        #expect(server.acceptances.count == 28)

        let name = "out.rejected" + (kind.file.firstIndex(of: ".").map { kind.file[$0...] } ?? "")
        let rejected = try sending.folder.text(name)
        let head = kind.head.hasSuffix("\r\n") ? kind.head.dropLast() + "\n" : kind.head
        #expect(rejected == head + rows[9] + "\n" + rows[19] + "\n")
        try sending.folder.write(
            rejected.replacing("b d", with: "bd").replacing("gone", with: "here"), to: name)
        let command = try #require(ProposedRun.command(in: sent.errorOutput), "\(sent)")
        let again = try Program.run(
            "sh", ["-c", command],
            environment: [
                "HOOKSTREAM_API_KEY": Sending.apiKey,
                "PATH": try Hookbatch.folderNamingIt(in: sending.folder) + ":/usr/bin:/bin",
            ])
        #expect(again.exitCode == 0, "\(command): \(again)")
        #expect(server.acceptances.count == 30)
        let payload =
            kind.row.contains("\r")
            ? "{\r\"n\":N}" : kind.row.contains("\\\n") ? "{\"n\":\nN}" : "{\"n\":N}"
        let expected = (1...30).map {
            "{\"event_type\":\"t\",\"payload\":" + payload.replacing("N", with: String($0)) + "}"
        }
        #expect(Set(server.requests.map(\.bodyText)) == Set(expected))
    }
}
