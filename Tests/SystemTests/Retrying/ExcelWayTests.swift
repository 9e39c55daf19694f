import Foundation
import TestSupport
import Testing

/// Lines that were not accepted, fixed in a spreadsheet program, which saves them in its own way.
@Suite("Rejected rows that a spreadsheet program saved", .sideBySide)
struct ExcelWayTests {
    enum Saved: String, Sendable, CaseIterable {
        case windows1252, markedUTF8, utf16WithTabs, utf16BigEndian
    }

    private static let flags = [
        "--map", "appId=Kunde", "--map", "event_type=Ereignis", "--map", "payload=*", "--map",
        "payload/Betrag=Betrag:decimal-comma", "--to", "store:orders.db",
    ]

    private static func orders(_ delimiter: String) -> String {
        let rows = [
            ["Kunde", "Ereignis", "Name", "Betrag"], ["shop-1", "order.paid", "Jürgen", "1990"],
            ["shop 2", "order.paid", "Zoë, A", "500"], ["shop-3", "order.paid", "Änne", "abc"],
            ["", "order.paid", "Müller", "1.000"], ["shop-5", "order.paid", "Fritz", "100"],
        ]
        return rows.map { row in
            row.map { $0.contains(delimiter) ? "\"\($0)\"" : $0 }.joined(separator: delimiter)
        }.joined(separator: "\n") + "\n"
    }

    /// The fixed text as the program saves it: with other delimiters, line ends and characters.
    private static func save(_ text: String, _ delimiter: String, as saved: Saved) -> [UInt8] {
        // The program has read the byte-order mark.
        let rows = text.replacingOccurrences(of: "\u{FEFF}", with: "")
            .replacingOccurrences(of: "shop 2", with: "shop-2")
            .replacingOccurrences(of: "abc", with: "700")
            .replacingOccurrences(of: "\n\(delimiter)order", with: "\nshop-4\(delimiter)order")
            .replacingOccurrences(of: "\"Zoë, A\"", with: "Zoë; A")
            .replacingOccurrences(of: delimiter, with: saved == .utf16WithTabs ? "\t" : ";")
            .replacingOccurrences(
                of: "Zoë; A", with: saved == .utf16WithTabs ? "Zoë, A" : "\"Zoë; A\""
            )
            .replacingOccurrences(of: "\n", with: "\r\n")
        switch saved {
        case .windows1252: return rows.unicodeScalars.map { UInt8($0.value) }
        case .markedUTF8: return [0xEF, 0xBB, 0xBF] + rows.utf8
        case .utf16WithTabs:
            return [0xFF, 0xFE] + rows.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        case .utf16BigEndian:
            return [0xFE, 0xFF] + rows.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        }
    }

    @Test(
        "Each way to save the fixed rows ends, by the commands shown, with every line accepted",
        arguments: Saved.allCases, [";", ","])
    func wholeWay(saved: Saved, delimiter: String) throws {
        let folder = try TemporaryFolder("excel")
        try folder.write(Self.orders(delimiter), to: "orders.csv")
        let first = try Program.run(
            Hookbatch.binary, ["send", "orders.csv"] + Self.flags, directory: folder.path)
        #expect(first.exitCode == 1 && first.errorOutput.contains("3 invalid"), "\(first)")
        let name = "orders.rejected.csv"
        try folder.write(Self.save(folder.text(name), delimiter, as: saved), to: name)
        let send = try #require(ProposedRun.command(in: first.errorOutput), "\(first)")
        var sent = try Hookbatch.paste(send, in: folder)
        var reports = ["orders.report.ndjson", "orders.rejected.report.ndjson"]
        switch saved {
        case .markedUTF8: break
        case .windows1252:
            #expect(sent.exitCode == 1, "\(sent)")
            let next = try #require(ProposedRun.command(in: sent.errorOutput), "\(sent)")
            #expect(next.contains("iconv -f WINDOWS-1252 -t UTF-8 orders.rejected.rejected.csv"))
            // Once more changes nothing.
            let convert = try #require(next.range(of: "iconv ").map { next[$0.lowerBound...] })
            let conversion = try #require(
                convert.range(of: " && hookbatch").map { convert[..<$0.lowerBound] })
            for _ in 0..<2 {
                #expect(try Hookbatch.paste(String(conversion), in: folder).exitCode == 0)
            }
            let shown = try Program.run(
                Hookbatch.binary, ["report", folder.path(reports[1])], directory: "/")
            #expect(shown.output.contains(next), "\(shown)")
            sent = try Hookbatch.paste(next, in: folder)
            reports.append("orders.rejected.rejected.report.ndjson")
        case .utf16WithTabs, .utf16BigEndian:
            #expect(sent.exitCode == 2, "\(sent)")
            #expect(sent.errorOutput.contains("; convert it first, then "), "\(sent)")
            let next = try #require(sent.errorOutput.split(separator: ":\n  ").last, "\(sent)")
            #expect(sent.errorOutput.contains("run the same command again"), "\(sent)")
            #expect(try Hookbatch.paste(String(next), in: folder).exitCode == 0)
            sent = try Hookbatch.paste(send, in: folder)
        }
        #expect(sent.exitCode == 0, "\(sent)")
        let report = try Program.run(
            Hookbatch.binary, ["report"] + reports, directory: folder.path)
        #expect(report.output.contains("Total: 5 lines, all accepted"), "\(report)")
        let messages = try Program.run(
            Hookbatch.binary,
            ["store", "messages", "--store", "orders.db", "--format", "ndjson"],
            directory: folder.path)
        for name in ["Jürgen", "Zoë", "Änne", "Müller", "Fritz"] {
            #expect(messages.output.contains(name), "\(messages)")
        }
        #expect(messages.output.split(separator: "\n").count == 5, "\(messages)")
    }

    @Test("Rows with other faults beside the encoding are to be fixed first")
    func otherFaults() throws {
        let folder = try TemporaryFolder("excel")
        let text = "appId,event_type,payload\na,t,Zo\u{EB}\na b,t,x\na,t,y\n"
        try folder.write(text.unicodeScalars.map { UInt8($0.value) }, to: "in.csv")
        let sent = try Program.run(
            Hookbatch.binary, ["send", "in.csv", "--to", "store:a.db"], directory: folder.path)
        #expect(sent.exitCode == 1, "\(sent)")
        #expect(
            sent.errorOutput.contains("; fix the lines in in.rejected.csv ("), "\(sent)")
        try folder.write(
            folder.read("in.rejected.csv").map { $0 == 0x20 ? 0x5F : $0 }, to: "in.rejected.csv")
        let next = try #require(ProposedRun.command(in: sent.errorOutput), "\(sent)")
        #expect(try Hookbatch.paste(next, in: folder).exitCode == 0)
        let report = try Program.run(
            Hookbatch.binary, ["report", "in.report.ndjson", "in.rejected.report.ndjson"],
            directory: folder.path)
        #expect(report.output.contains("Total: 3 lines, all accepted"), "\(report)")
    }

    @Test(
        "A copy of undelivered lines under another name is refused with its ways out",
        arguments: [
            "in.rejected-fixed.csv", "in.rejected (1).csv", "in.rejected.utf8.csv",
            "in.rejected_neu.csv",
        ])
    func copiesOfUndelivered(name: String) throws {
        let folder = try TemporaryFolder("excel")
        try folder.write("appId,event_type\na,t\nb b,t\n", to: "in.csv")
        let flags = ["--to", "store:a.db"]
        _ = try Program.run(Hookbatch.binary, ["send", "in.csv"] + flags, directory: folder.path)
        try folder.write("appId,event_type\nb_b,t\n", to: name)
        let refused = try Program.run(
            Hookbatch.binary, ["send", name] + flags, directory: folder.path)
        #expect(refused.exitCode == 2, "\(refused)")
        #expect(
            refused.errorOutput.contains("' looks like a copy of 'in.rejected.csv', but"),
            "\(refused)")
        #expect(
            refused.errorOutput.contains("or add --retry-of in.report.ndjson, or"), "\(refused)")
        let again = try Program.run(
            Hookbatch.binary, ["send", name, "--retry-of", "in.report.ndjson"] + flags,
            directory: folder.path)
        #expect(again.exitCode == 0 && !again.errorOutput.contains("warning"), "\(again)")
        let fresh = try Program.run(
            Hookbatch.binary, ["send", name, "--fresh"] + flags, directory: folder.path)
        #expect(fresh.exitCode == 0 && fresh.errorOutput.contains("warning: "), "\(fresh)")
    }

    @Test(
        "In each round the first report joins a file with any name", arguments: [true, false])
    func roundsOfCopies(namesNewest: Bool) throws {
        let folder = try TemporaryFolder("excel")
        let flags = ["--to", "store:a.db"]
        func send(_ words: [String], _ exitCode: Int32) throws {
            let sent = try Program.run(
                Hookbatch.binary, ["send"] + words + flags, directory: folder.path)
            #expect(sent.exitCode == exitCode, "\(sent)")
        }
        let header = "appId;event_type;payload\n"
        try folder.write(header + "a;t;1\nb b;t;2\nc c;t;3\nd d;t;4\n", to: "in.csv")
        try send(["in.csv"], 1)
        try folder.write(header + "b-b;t;2\nc c;t;3\nd d;t;4\n", to: "one.csv")
        try send(["one.csv", "--retry-of", "in.report.ndjson"], 1)
        // The lines of the second round are other ones than the first of the run before.
        try folder.write(header + "c-c;t;3\nd d;t;4\n", to: "two.csv")
        try send(["two.csv", "--retry-of", "in.report.ndjson"], 1)
        try folder.write(header + "d-d;t;4\n", to: "three.csv")
        let newest = "in.try-3.report.ndjson"
        try send(["three.csv", "--retry-of", namesNewest ? newest : "in.report.ndjson"], 0)
        let done = try Program.run(
            Hookbatch.binary, ["send", "in.csv"] + flags, directory: folder.path)
        #expect(
            done.errorOutput.contains("; its lines are all accepted now, some by later runs"),
            "\(done)")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        let reports = names.filter { $0.hasSuffix(".report.ndjson") }.sorted()
        #expect(reports.count == 4, "\(names)")
        let report = try Program.run(
            Hookbatch.binary, ["report"] + reports, directory: folder.path)
        #expect(report.output.contains("Total: 4 lines, all accepted"), "\(report)")
    }

    @Test("A file of rejected lines without its file of origins gives a warning, others do not")
    func withoutOrigins() throws {
        let folder = try TemporaryFolder("excel")
        for (name, isWarned) in [
            ("in.rejected.csv", true), ("rejected.csv", false), ("a.rejected-fixed.csv", false),
        ] {
            try folder.write("appId,event_type\na,t\n", to: name)
            let sent = try Program.run(
                Hookbatch.binary, ["send", name, "--to", "store:a.db"], directory: folder.path)
            #expect(sent.exitCode == 0, "\(sent)")
            #expect(sent.errorOutput.contains("has no file of origins") == isWarned, "\(sent)")
        }
    }
}
