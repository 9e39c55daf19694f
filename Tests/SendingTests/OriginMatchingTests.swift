import Foundation
import Ledger
import Platform
import Records
import Sending
import TestSupport
import Testing

@Suite("Matching edited lines with their origins") struct OriginMatchingTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder("origins") }

    /// A line with the hash of its content and an application.
    private struct Line: Hashable {
        var hash: UInt64
        var application: String
    }

    private func origins(_ lines: [Line]) throws -> OriginsFile {
        try folder.write(OriginsText.file(lines.map { ($0.hash, $0.application) }), to: "x.origins")
        return try OriginsText.read(folder.path("x.origins"), beside: folder.path("x"))
    }

    /// Returns the index of the line of each record; nil for none.
    private func match(_ records: [Line], _ lines: [Line]) throws -> [Int?] {
        var matching = try OriginMatching(try origins(lines), beside: folder.path("x"))
        for record in records {
            try matching.add(
                hash: record.hash, application: OriginsText.hash(record.application))
        }
        let unmatched = try matching.run()
        let numbers = try records.indices.map { Int(try matching.lines.number(at: UInt64($0))) }
        #expect(UInt64(numbers.count { $0 == 0 }) == unmatched)
        return numbers.map { $0 == 0 ? nil : $0 - 1 }
    }

    private func lines(_ text: String) -> [Line] {
        text.split(separator: " ").map { word in
            Line(
                hash: OriginsText.hash(String(word)),
                application: word.split(separator: "/").count > 1
                    ? String(word.split(separator: "/")[0]) : "")
        }
    }

    @Test(
        "Lines that are edited, removed, added, moved or repeated have the expected origins",
        arguments: [
            // Records, lines, expected indices.
            ("a b c", "a b c", "0 1 2"),
            ("a B c", "a b c", "0 1 2"),
            ("A B C", "a b c", "0 1 2"),
            ("a c", "a b c", "0 2"),
            ("c a b", "a b c", "2 0 1"),
            ("a x b c", "a b c", "0 - 1 2"),
            ("a a b", "a b", "0 - 1"),
            ("", "a b", ""),
            ("a", "", "-"),
            // The first of several equal lines is edited.
            ("X a a b", "a a a b", "0 1 2 3"),
            ("a a b", "a a a b", "0 1 3"),
            // Edited and removed lines side by side: the applications decide, if they can.
            ("p/B q/D", "r/a p/b r/c q/d", "1 3"),
            ("p/B", "p/a p/b", "-"),
            ("p/B c q/D", "p/a p/b c q/d", "- 2 3"),
            // Moved and edited.
            ("c B a", "a b c", "2 1 0"),
            ("d e p/B a f", "a p/b x d e f", "3 4 - 0 5"),
            ("a q/B d c", "a p/x q/b c d", "0 - 4 3"),
            // Moved within a gap, or between two: the applications show it.
            ("s/D r/C q/B p/A", "p/a q/b r/c s/d", "- - - -"),
            ("a r/C q/B z", "a q/b r/c z", "0 - - 3"),
            ("q/A r/B p/C", "p/c q/a r/b", "- - -"),
            ("q/B p/A m p/X", "p/a q/b m p/x", "- - 2 3"),
            ("q/A m p/B", "p/a m q/b", "- 1 -"),
            // Edited applications: a new one, and that of another line.
            ("a x/B z", "a p/b z", "0 1 2"),
            ("a q/B q/C z", "a p/b q/c z", "0 1 2 3"),
            ("p/A p/B", "q/a p/b", "0 1"),
            ("p/A m p/B", "q/a m p/b", "0 1 2"),
            // The applications contradict the order.
            ("q/B p/A", "p/a q/b r/c", "- -"),
        ])
    func examples(records: String, lines: String, expected: String) throws {
        let found = try match(self.lines(records), self.lines(lines))
        #expect(
            found.map { $0.map(String.init) ?? "-" }.joined(separator: " ") == expected,
            "\(records) of \(lines)")
    }

    @Test("Unchanged lines are always found, and no line is the origin of two records")
    func random() throws {
        var generator = SeededGenerator.fromEnvironment("random")
        for _ in 0..<60 {
            let count = Int.random(in: 0...300, using: &generator)
            let kinds = Int.random(in: 1...400, using: &generator)
            let lines = (0..<count).map { _ in
                let kind = UInt64.random(in: 1...UInt64(kinds), using: &generator)
                return Line(hash: kind, application: "app_\(kind % 7)")
            }
            var records: [Line] = []
            var next: UInt64 = 1 << 40
            for line in lines {
                switch Int.random(in: 0..<12, using: &generator) {
                case 0: break
                case 1:
                    next += 1
                    records.append(Line(hash: next, application: line.application))
                case 2: records += [line, line]
                default: records.append(line)
                }
            }
            if Bool.random(using: &generator) { records.shuffle(using: &generator) }
            let found = try match(records, lines)
            let used = found.compactMap(\.self)
            #expect(Set(used).count == used.count, "\(generator)")
            // As many equal records are matched as there are equal lines, apart from lines that an
            // edited record of the same place took.
            let taken = Set(
                zip(records, found).compactMap { record, index in
                    index.flatMap { lines[$0].hash != record.hash ? $0 : nil }
                })
            for hash in Set(lines.map(\.hash)) {
                let free = lines.indices.count { lines[$0].hash == hash && !taken.contains($0) }
                let wanted = min(free, records.count { $0.hash == hash })
                let matched = zip(records, found).count { record, index in
                    record.hash == hash && index.map { lines[$0].hash } == hash
                }
                #expect(matched >= wanted, "\(generator)")
            }
        }
    }

    @Test("Edited lines among unchanged ones are found by their order")
    func edited() throws {
        var generator = SeededGenerator.fromEnvironment("edited")
        let lines = (1...9000).map { Line(hash: $0, application: "a") }
        let records = lines.map { line in
            Int.random(in: 0..<3, using: &generator) == 0
                ? Line(hash: line.hash + 1 << 32, application: "b") : line
        }
        #expect(try match(records, lines) == lines.indices.map { $0 }, "\(generator)")
    }

    @Test("Edited lines whose applications changed places never get each other's rows")
    func moved() throws {
        var generator = SeededGenerator.fromEnvironment("moved")
        for _ in 0..<100 {
            let count = UInt64.random(in: 1...40, using: &generator)
            let lines = (1...count).map { Line(hash: $0, application: "app_\($0)") }
            // Some are unchanged, and some of the others are moved.
            let edited = lines.indices.filter { _ in Int.random(in: 0..<4, using: &generator) > 0 }
            var records = lines
            for index in edited { records[index].hash += 1 << 32 }
            for _ in 0..<Int.random(in: 0...3, using: &generator) where !edited.isEmpty {
                let (a, b) = (edited.randomElement(using: &generator) ?? 0, edited[0])
                records.swapAt(a, b)
            }
            for (record, index) in zip(records, try match(records, lines)) {
                guard let index else { continue }
                #expect(lines[index].application == record.application, "\(generator)")
            }
        }
    }

    @Test("A file of origins with any changed byte, or cut anywhere, is refused")
    func damage() throws {
        let text = Array(OriginsText.file([(1, "app"), (2, ""), (3, "app")]).utf8)
        let path = folder.path("x.origins")
        for index in text.indices {
            var changed = text
            changed[index] ^= 1
            for bytes in [changed, Array(text[..<index])] {
                try Data(bytes).write(to: URL(fileURLWithPath: path))
                #expect(throws: OriginsError.damaged(path: path)) {
                    _ = try OriginsText.read(path, beside: path)
                }
            }
        }
        try Data(text).write(to: URL(fileURLWithPath: path))
        #expect(try OriginsText.read(path, beside: path).count == 3)
    }

    @Test("A key that can't be in a header field is refused")
    func key() throws {
        let path = folder.path("x.origins")
        try folder.write(OriginsText.file([(1, "app")], key: #"a\r\nX: y"#), to: "x.origins")
        #expect(throws: OriginsError.damaged(path: path)) {
            _ = try OriginsText.read(path, beside: path)
        }
    }
}

/// The text of files of origins.
private enum OriginsText {
    /// Reads a whole file.
    static func read(_ path: String, beside place: String) throws(OriginsError) -> OriginsFile {
        let file = try OriginsFile(path, names: OriginNames(inputs: 1), beside: place)
        while try file.readRow() {}
        return file
    }

    static func hash(_ text: String) -> UInt64 {
        text.isEmpty ? 0 : Array(text.utf8).withUnsafeBytes { XXH64.hash($0) }
    }

    static func file(_ lines: [(hash: UInt64, application: String)], key: String? = nil) -> String {
        var text = row(
            #"{"kind":"origins","version":1,"run_id":"0123456789abcdef","#
                + #""first_run_id":"0123456789abcdef","tries":1,"lines":"1.rejected","#
                + #""message_digest":"0000000000000000""#)
        for (index, line) in lines.enumerated() {
            let digits = String(line.hash, radix: 16)
            let hash = String(repeating: "0", count: 16 - digits.count) + digits
            let application = line.application.isEmpty ? "null" : "\"\(line.application)\""
            text += row(
                #"{"file":"in.ndjson","line":\#(index + 1),"offset":null,"appId":\#(application),"#
                    + #""outcome":"rejected","hash":"\#(hash)","key":"#
                    + (key.map { "\"\($0)\"" } ?? "null"))
        }
        return text + row(#"{"kind":"end","count":\#(lines.count)"#)
    }

    private static func row(_ body: String) -> String {
        var bytes = Array(body.utf8)
        RowChecksum.close(&bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
