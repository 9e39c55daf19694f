import Foundation
import TestSupport
import Testing

@testable import hookbatch

@Suite("The page of a report") struct PageTests {
    private static func page(_ rows: [String], reports: [String] = ["r.ndjson"]) throws -> String {
        let page = ReportPage(digest: try digest(rows), reports: reports, filter: [])
        return String(decoding: page.bytes, as: UTF8.self)
    }

    private static let plain = (1...40).map { line in
        reportRow(
            line: line, outcome: line % 5 == 0 ? "rejected" : "accepted",
            startedAt: "2026-03-01T12:00:\(line + 10).000Z", error: line % 5 == 0 ? "http_404" : nil
        )
    }

    @Test(
        "The contents of rows are text in the page, never markup",
        arguments: [
            "<script>alert(1)</script>", #"\"><img src=x onerror=alert(1)>"#, "</style></svg>",
            "' onload='x", "&lt;b&gt;", #"\u202eevil"#, #"\u0000\u001b[31m\u0085"#, "<!--",
        ])
    func hostile(text: String) throws {
        let row = reportRow(
            file: text, line: 1, appID: text, eventType: text, outcome: "rejected",
            error: text, detail: text)
        let hostile = try Self.page([row], reports: [text])
        let harmless = try Self.page(
            [
                reportRow(
                    file: "x", line: 1, appID: "x", eventType: "x", outcome: "rejected",
                    error: "x", detail: "x")
            ], reports: ["x"])
        // Both have the same markup: no text opened or closed an element.
        let tags = /<[^>]*>/
        #expect(
            hostile.matches(of: tags).map { String($0.0) }
                == harmless.matches(of: tags).map { String($0.0) })
        for scalar in hostile.unicodeScalars where scalar != "\n" {
            let category = scalar.properties.generalCategory
            #expect(category != .control && category != .format, "U+\(scalar.value)")
        }
    }

    @Test("A long text is truncated, and does not grow the page")
    func long() throws {
        let text = String(repeating: "漢", count: 50_000)
        let page = try Self.page([
            reportRow(
                file: text, line: 1, appID: text, eventType: text, outcome: "failed", error: text,
                detail: text)
        ])
        #expect(page.utf8.count < 40_000)
        #expect(page.contains("…"))
    }

    @Test("The size of the page does not depend on the number of rows and names")
    func bounded() throws {
        let rows = (1...3000).map { line in
            reportRow(
                file: "f\(line)", line: line, appID: "a\(line)", eventType: "t\(line)",
                outcome: "failed", startedAt: "2026-03-\(10 + line % 20)T12:00:00.000Z",
                error: "e\(line)", detail: "d\(line)")
        }
        let page = try Self.page(rows, reports: (1...500).map { "r\($0).ndjson" })
        #expect(page.utf8.count < 80_000)
        #expect(page.contains("more than 980 others"))
        #expect(page.contains(">2,980 others<"))
    }

    @Test("The page loads and runs nothing, and its policy allows only its own style")
    func selfContained() throws {
        let page = try Self.page(Self.plain)
        for word in [
            "<script", "<link", "<img", "http://", "https://", "url(", "@import", "style=",
        ] {
            #expect(!page.contains(word), "\(word)")
        }
        #expect(page.contains("default-src &#39;none&#39;; style-src &#39;sha256-"))
    }

    @Test("The hash in the page's policy is that of the style sheet", .needs("openssl"))
    func styleHash() throws {
        let result = try Program.run(
            "sh", ["-c", "openssl dgst -sha256 -binary | openssl base64 -A"],
            input: .bytes(Array(PageStyle.css.utf8)))
        #expect(result.output == PageStyle.hash)
        #expect(try Self.page(Self.plain).contains("<style>\(PageStyle.css)</style>"))
    }

    @Test("The same rows give the same page")
    func deterministic() throws {
        #expect(try Self.page(Self.plain) == Self.page(Self.plain))
    }

    @Test("The page has named images, ordered headings and scoped table headers")
    func accessible() throws {
        let page = try Self.page(Self.plain)
        let ids = page.matches(of: /\ id="([^"]*)"/).map { String($0.1) }
        #expect(Set(ids).count == ids.count)
        for reference in page.matches(of: /aria-(?:labelledby|describedby)="([^"]*)"/) {
            #expect(ids.contains(String(reference.1)), "\(reference.1)")
        }
        let images = page.matches(of: /<svg[^>]*>/).map { String($0.0) }
        #expect(images.count == 4)
        #expect(images.allSatisfy { $0.contains("role=\"img\"") && $0.contains("aria-labelledby") })
        let levels = page.matches(of: /<h([1-6])/).compactMap { Int($0.1) }
        #expect(levels.first == 1 && levels.count { $0 == 1 } == 1)
        for (level, next) in zip(levels, levels.dropFirst()) { #expect(next <= level + 1) }
        #expect(!page.contains("<th>") && !page.contains("<th class"))
        for landmark in ["<html lang=\"en\">", "<header>", "<main>", "<footer>", "<title>"] {
            #expect(page.contains(landmark))
        }
    }

    @Test("Every element of the page is closed, in order")
    func wellFormed() throws {
        let page = try Self.page(Self.plain)
        var open: [Substring] = []
        for tag in page.matches(of: /<(\/?)([a-z0-9]+)[^>]*>/) where tag.2 != "meta" {
            if tag.1.isEmpty {
                open.append(tag.2)
            } else {
                #expect(open.popLast() == tag.2)
            }
        }
        #expect(open.isEmpty)
    }

    @Test("A report without rows or requests has a page")
    func empty() throws {
        #expect(try Self.page([]).contains("<h1>No rows</h1>"))
        let page = try Self.page([
            reportRow(line: 1, outcome: "invalid", startedAt: nil, latency: nil, error: "x")
        ])
        #expect(page.contains("<h1>None of 1 line was accepted</h1>"))
        #expect(!page.contains("Over time"))
    }

    @Test("A short run has no charts over time")
    func short() throws {
        let page = try Self.page([reportRow(line: 1), reportRow(line: 2)])
        #expect(page.contains("Too short for a chart: all attempts started within 10 ms."))
        #expect(page.matches(of: /<svg/).count == 2)
    }

    @Test("Lines that were not accepted are visible, however few they are")
    func strip() throws {
        let rows = (0..<6000).map { line in
            reportRow(
                line: line + 1, outcome: line == 3000 ? "rejected" : "accepted",
                startedAt: "2026-03-01T12:00:\(10 + line / 150).000Z",
                error: line == 3000 ? "http_404" : nil)
        }
        let page = try Self.page(rows)
        let paths = page.matches(of: /<path class="failed" d="([^"]*)"/).map { String($0.1) }
        // The strip is the last one: a bar from the baseline.
        let bar = try #require(
            paths.last?.firstMatch(of: /M([0-9.]+) ([0-9.]+)V([0-9.]+)H([0-9.]+)V/))
        let values = try [bar.1, bar.2, bar.3, bar.4].map { try #require(Double($0)) }
        #expect(values[1] == Chart.bottom && values[1] - values[2] >= 2)
        #expect(values[3] - values[0] >= 1.5)
        #expect(try !Self.page([reportRow(line: 1)]).contains("own scale"))
    }

    @Test("An error unfolds to its first rows, what to do, and the command for all rows")
    func errorRows() throws {
        let rows = (1...8).map { line in
            reportRow(
                line: line, outcome: line == 2 ? "unknown" : "rejected",
                error: "http_404", detail: "no \(line)")
        }
        let page = try Self.page(rows)
        for line in 1...5 { #expect(page.contains("<bdi>events.ndjson:\(line)</bdi>")) }
        #expect(!page.contains("<bdi>events.ndjson:6</bdi>"))
        #expect(page.contains("The application does not exist at the destination"))
        #expect(page.contains("<strong>7 rejected</strong>: Correct the appId or create"))
        #expect(page.contains("<strong>1 unknown</strong>: They may have arrived."))
        let text = page.replacing(/<[^>]*>/, with: "")
        #expect(text.contains("hookbatch report --error http_404 r.ndjson"))
        let few = try Self.page(Array(rows.prefix(5)))
        #expect(!few.contains("--error"))
    }

    @Test("A share below 1 is never shown as 100 %")
    func shares() {
        #expect(ReportPage.share(9_999_999, of: 10_000_000) == "> 99.9 %")
        #expect(ReportPage.share(1, of: 10_000_000) == "< 0.1 %")
        #expect(ReportPage.share(10, of: 10) == "100 %")
        #expect(ReportPage.share(0, of: 10) == "0 %")
        #expect(ReportPage.share(1, of: 3) == "33.3 %")
    }
}
