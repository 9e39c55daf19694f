import Foundation
import TestSupport
import Testing

@Suite("Exports of databases and programs", .sideBySide)
struct ExportTests {
    /// A file in `Exports`, and the flags that read it.
    struct Export: Sendable, CustomTestStringConvertible {
        var name: String
        var flags: [String] = []
        /// The payload of the event without one.
        var null: String?
        /// Words in the output of `check` without the flags.
        var advice = ""

        var testDescription: String { name }
    }

    private static let dump = ["--quote", "none", "--csv-escape", "backslash"]

    private static let exports = [
        Export(name: "psql-copy.tsv", flags: ["--no-header"] + dump, advice: "--no-header too"),
        Export(name: "psql-copy-header.tsv", flags: dump, advice: "also --csv-escape backslash"),
        Export(name: "psql-copy-csv.csv"), Export(name: "psql-csv.csv"),
        Export(
            name: "psql-unaligned.tsv", flags: ["--quote", "none"], advice: "use --quote none"),
        Export(
            name: "mysql-batch.tsv", flags: dump, null: #""NULL""#,
            advice: "also --csv-escape backslash"),
        Export(
            name: "mysql-batch-raw.tsv", flags: ["--quote", "none"], null: #""NULL""#,
            advice: "use --quote none"),
        Export(
            name: "mysqldump-tab.txt", flags: ["--format", "tsv", "--no-header"] + dump,
            advice: "--no-header too"),
        Export(
            name: "mysqldump-tab-enclosed.csv",
            flags: ["--no-header", "--csv-escape", "backslash"],
            advice: "use --csv-escape backslash"),
        Export(
            name: "mysql-outfile.csv",
            flags: ["--no-header", "--csv-escape", "backslash", "--delimiter", ";"],
            advice: "--no-header too"),
        Export(name: "libreoffice.csv"), Export(name: "libreoffice-semicolon.csv"),
        Export(name: "pandas.csv"), Export(name: "pandas-semicolon.csv"),
        Export(
            name: "pandas-escapechar.csv", flags: ["--csv-escape", "backslash"],
            advice: "use --csv-escape backslash"),
        Export(name: "pandas-bom-crlf.csv"), Export(name: "pandas-cr.csv"),
    ]

    @Test(
        "An export is sent with its payloads, and without its flags check names them",
        arguments: exports)
    func sent(export: Export) throws {
        let path = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Exports/\(export.name)").path
        let server = try LoopbackServer()
        let sending = try Sending()
        // Five of them have a fourth column, which needs a header to be ignored.
        var flags = export.flags
        var input = path
        if flags.contains("--no-header"),
            try String(contentsOfFile: path, encoding: .utf8).contains("tab")
        {
            let delimiter = export.name.hasSuffix(".txt") ? "\t" : ","
            let head = ["appId", "event_type", "payload", "note"].joined(separator: delimiter)
            input = export.name
            try sending.folder.write(
                head + "\n" + String(contentsOfFile: path, encoding: .utf8), to: input)
            flags.removeAll { $0 == "--no-header" }
        }
        let checked = try Program.run(
            Hookbatch.binary, ["check", "--output", "json", input] + flags,
            directory: sending.folder.path)
        #expect(checked.exitCode == 0 && checked.output.contains("\"valid\": 3,"), "\(checked)")
        let sent = try sending.program([input], to: server.baseURL, flags).run()
        #expect(sent.exitCode == 0, "\(sent)")
        let first = #"{"id": 1, "text": "two\nlines, \"quoted\" \\ back"}"#
        // The type jsonb orders the members.
        let third =
            export.name.hasPrefix("psql")
            ? #"{"list": [1, 2], "name": "Zoë; Ünal"}"# : #"{"name": "Zoë; Ünal", "list": [1, 2]}"#
        let null = export.null.map { ",\"payload\":\($0)" } ?? ""
        #expect(
            Set(server.requests.map(\.bodyText)) == [
                "{\"event_type\":\"order.created\",\"payload\":\(first)}",
                "{\"event_type\":\"order.paid\"\(null)}",
                "{\"event_type\":\"note.added\",\"payload\":\(third)}",
            ])
        guard !export.flags.isEmpty else { return }
        let plain = try Program.run(Hookbatch.binary, ["check", path])
        #expect(
            plain.exitCode != 0 && (plain.output + plain.errorOutput).contains(export.advice),
            "\(plain)")
    }
}
