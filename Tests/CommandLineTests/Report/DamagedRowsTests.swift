import Delivery
import Ledger
import TestSupport
import Testing

@testable import hookbatch

@Suite("Damaged or forged reports") struct DamagedRowsTests {
    private static let rows = (1...20).map { line in
        reportRow(
            line: line, appID: #"a\u202e<b>\\"#, eventType: #"t\"\ud83d\ude00"#,
            outcome: ["accepted", "rejected", "failed", "unknown"][line % 4], attempts: line,
            startedAt: "2026-03-01T12:00:\(line + 20).000Z", latency: "\(line * line).5",
            error: line % 4 == 0 ? nil : "http_\(line)", detail: #"=1,\n"<>"#.filter { $0 != "\"" })
    }

    @Test(
        "A report with any changed bytes is read to the first invalid row, and has a page",
        arguments: [ReportFormat.ndjson, .csv])
    func mutations(format: ReportFormat) throws {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        let folder = try TemporaryFolder("damaged")
        let whole = try bytes(in: format, folder)
        let interesting = Array("\"\\,{}'=\n\r\u{0}<0-:.é".utf8)
        var pages = 0
        for _ in 0..<60 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                let byte = interesting.randomElement(using: &generator) ?? 0
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes[place] = byte
                case 1: bytes.insert(byte, at: place)
                case 2: bytes.remove(at: place)
                default: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                }
            }
            let path = try folder.write(bytes, to: "r")
            var digest = ReportDigest()
            var count = 0
            do throws(ReportError) {
                let reader = try ReportReader(path)
                while let row = try reader.next() {
                    digest.add(row)
                    count += 1
                }
            } catch {
                #expect(count < 21, "seed \(seed)")
            }
            #expect(digest.counts.total == UInt64(count), "seed \(seed)")
            guard count > 0 else { continue }
            let page = ReportPage(digest: digest, reports: [path], filter: []).bytes
            let text = String(decoding: page, as: UTF8.self)
            #expect(Array(text.utf8) == page && !text.contains("<b>"), "seed \(seed)")
            #expect(!DigestText(digest: digest).rest.unicodeScalars.contains("\u{202e}"))
            pages += 1
        }
        #expect(pages > 15, "seed \(seed)")
    }

    private func bytes(in format: ReportFormat, _ folder: TemporaryFolder) throws -> [UInt8] {
        let path = try folder.write(Self.rows.map { $0 + "\n" }.joined(), to: "whole")
        let reader = try ReportReader(path)
        var encoder = ReportEncoder(format)
        while let row = try reader.next() { encoder.append(row.bytes, row.fields) }
        var bytes: [UInt8] = []
        encoder.withBytes { bytes += $0 }
        return bytes
    }
}
