import Delivery
import Sending
import Testing

@testable import hookbatch

@Suite("The summary at a terminal") struct SummaryBlockTests {
    @Test("The summary of a terminal begins with a coloured mark, and has the next step in bold")
    func styled() {
        let style = TerminalStyle { ["TERM": "xterm", "LANG": "C.UTF-8"][$0] }
        var summary = finishedSummary()
        summary.steps.append(.init(reason: "run", command: "hookbatch send b"))
        let text = SummaryText(summary: summary, style: style).block
        #expect(text.hasPrefix("\u{1B}[31m✗\u{1B}[0m finished, but 1,004 of 100,000 lines"))
        #expect(text.contains("\n  after 2.5 s · 40,000 lines/s · 12 retries\n"))
        #expect(text.contains("  accepted              \u{1B}[32m98,996\u{1B}[0m\n"))
        #expect(text.contains("  unknown                    \u{1B}[33m1\u{1B}[0m\n"))
        #expect(
            text.hasSuffix(
                """
                \u{1B}[1mNext: fix the lines in events.rejected.ndjson, then run\u{1B}[0m
                \u{1B}[1m  hookbatch send events.rejected.ndjson\u{1B}[0m

                Then: run
                  hookbatch send b
                """))
        summary.facts.counts = Counts()
        summary.facts.counts.accepted = summary.facts.read
        #expect(
            SummaryText(summary: summary, style: style).block
                .hasPrefix("\u{1B}[32m✓\u{1B}[0m finished: 100,000 lines accepted\n"))
        // Without styles the text has the same words.
        let plain = SummaryText(summary: finishedSummary()).block
        #expect(plain.utf8.allSatisfy { $0 < 0x80 && $0 != 0x1B })
    }

    @Test(
        "The summary of a narrow terminal is wrapped between words, except for commands and paths")
    func narrow() {
        var summary = finishedSummary()
        summary.files[0].path = "a folder with a long name/and a file with a long name.ndjson"
        summary.steps[0].command += " --report another-name-that-is-long.ndjson"
        let lines = SummaryText(summary: summary, columns: 50).block.split(separator: "\n")
        let long = lines.filter { $0.count > 50 }
        #expect(long.count == 2, "\(long)")
        #expect(long[0].hasSuffix("a folder with a long name/and a file with a long name.ndjson"))
        #expect(long[1] == "  " + summary.steps[0].command)
        let whole = SummaryText(summary: summary).block
        func words(_ text: some StringProtocol) -> [Substring] {
            text.split { $0 == " " || $0 == "\n" }.map { Substring($0) }
        }
        #expect(words(whole) == words(lines.joined(separator: "\n")))
    }

    @Test("The summary of a short run has no rates in its text")
    func short() {
        var summary = RunSummaryTests.slowed()
        summary.elapsed = .milliseconds(299)
        let text = SummaryText(summary: summary).block
        #expect(text.contains("\n  after 0.2 s | 12 retries\n") && !text.contains("/s"), "\(text)")
        summary.elapsed = .milliseconds(300)
        let measured = SummaryText(summary: summary).block
        #expect(measured.contains(" lines/s") && measured.contains(" requests/s"))
    }

    @Test("The summary of a run into a store begins with a note that nothing was sent")
    func store() {
        var summary = finishedSummary()
        summary.destination = .store(path: "hookbatch.db")
        let text = SummaryText(summary: summary)
        #expect(text.notice.hasPrefix("stored locally in hookbatch.db; nothing was sent; finished"))
        #expect(
            text.block.contains(
                "1 unknown)\n  stored locally in hookbatch.db; nothing was sent\n  after 2.5 s"))
    }
}
