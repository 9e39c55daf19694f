import Foundation
import TestSupport
import Testing

/// Inputs that are not in UTF-8.
@Suite("Inputs in another encoding", .sideBySide)
struct EncodedFilesTests {
    private static func run(_ folder: TemporaryFolder, _ words: [String]) throws -> ProgramResult {
        try Program.run(Hookbatch.binary, words, directory: folder.path)
    }

    @Test("Text in Windows-1252 is reported with its first place, and the command converts it")
    func windows() throws {
        let folder = try TemporaryFolder("misread")
        let text = "appId,event_type,payload\na,t,Zo\u{EB}\nb,t,x\n"
        try folder.write(text.unicodeScalars.map { UInt8($0.value) }, to: "in.csv")
        let plan = try Self.run(folder, ["check", "in.csv"])
        #expect(plan.exitCode == 1, "\(plan)")
        let words = "invalid UTF-8 (byte 0xEB; perhaps Windows-1252)"
        #expect(plan.output.contains("in.csv:2: \(words), at byte 31"), "\(plan)")
        let command = "iconv -f WINDOWS-1252 -t UTF-8 in.csv >in.utf8.csv"
        #expect(
            plan.output.contains(
                "\nIf in.csv is in Windows-1252, convert it, then send in.utf8.csv:\n  \(command)\n"
            ),
            "\(plan)")
        let converted = try Program.run("sh", ["-c", command], directory: folder.path)
        #expect(converted.exitCode == 0, "\(converted)")
        #expect(try Self.run(folder, ["check", "in.utf8.csv"]).exitCode == 0)
        let sent = try Program.run(
            "/bin/sh",
            [
                "-c",
                #"iconv -f WINDOWS-1252 -t UTF-8 in.csv | "$0" send --format csv --report o.csv -"#,
                Hookbatch.binary,
            ], directory: folder.path)
        #expect(sent.exitCode == 0, "\(sent)")
        let messages = try Self.run(folder, ["store", "messages", "--format", "ndjson"])
        #expect(messages.output.contains("\"payload\":\"Zo\u{EB}\""), "\(messages)")
    }

    @Test("A file with text in UTF-8 too has no command that would damage it")
    func mixed() throws {
        let folder = try TemporaryFolder("mixed")
        let lines: [[UInt8]] = [
            Array("appId,event_type,payload\na,t,Zo\u{EB}\nb,t,".utf8), [0xF6], Array("\n".utf8),
        ]
        try folder.write(lines.flatMap(\.self), to: "in.csv")
        let plan = try Self.run(folder, ["check", "in.csv"])
        #expect(plan.exitCode == 1, "\(plan)")
        #expect(plan.output.contains("Don't convert in.csv: it has text in UTF-8 too"), "\(plan)")
        #expect(!plan.output.contains("iconv"), "\(plan)")
    }

    @Test(
        "The command that converts another input names it and a copy, which has the same format",
        arguments: [
            ("a b.csv", "'a b.utf8.csv'"), ("-x.csv", "./-x.utf8.csv"), ("x", "x.utf8"),
            ("it's.csv", "'it'\\''s.utf8.csv'"), ("x.csv.gz", "x.utf8.csv"),
        ])
    func copies(name: String, copy: String) throws {
        let folder = try TemporaryFolder("excel")
        let text = "K\u{FC}nde,appId,event_type\n1,a,t\n"
        let plain = name.hasSuffix(".gz") ? String(name.dropLast(3)) : name
        try folder.write(text.unicodeScalars.map { UInt8($0.value) }, to: plain)
        if plain != name {
            let packed = try Program.run("gzip", [plain], directory: folder.path)
            try #require(packed.exitCode == 0)
        }
        let refused = try Program.run(
            Hookbatch.binary, ["send", "--to", "store:a.db", "--", name], directory: folder.path)
        #expect(refused.exitCode == 2, "\(refused)")
        #expect(
            refused.errorOutput.contains(
                "; convert it first, then run the same command with \(copy):\n"),
            "\(refused)")
        let checked = try Program.run(
            Hookbatch.binary, ["check", "--", name], directory: folder.path)
        #expect(checked.output.contains("then run the same command with \(copy):\n"), "\(checked)")
        let command = try #require(refused.errorOutput.split(separator: ":\n  ").last?.dropLast())
        let sent = try Hookbatch.paste(
            "\(command) && hookbatch send --to store:a.db \(copy)", in: folder)
        #expect(sent.exitCode == 0, "\(sent)")
    }
}
