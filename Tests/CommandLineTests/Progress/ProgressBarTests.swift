import Delivery
import Sending
import TestSupport
import Testing

@testable import hookbatch

@Suite("The progress bar") struct ProgressBarTests {
    private static let plain = TerminalStyle { ["TERM": "xterm", "NO_COLOR": "1"][$0] }
    private static let coloured = TerminalStyle { ["TERM": "xterm", "LANG": "de_DE.UTF-8"][$0] }

    private static func random(_ generator: inout SeededGenerator) -> ProgressStatus {
        func number() -> UInt64 {
            generator.next() % 3 == 0 ? 0 : generator.next() >> (generator.next() % 64)
        }
        let phases: [ProgressStatus.Phase] = [.comparing, .sending, .stopping, .writingReport]
        var status = ProgressStatus(phase: phases[Int(number() % 4)], lines: number())
        if number() % 2 == 0 { status.linesTotal = number() }
        status.bytes = number()
        if number() % 2 == 0 { status.bytesTotal = number() }
        for outcome in Outcome.allCases { status.counts[outcome] = number() }
        status.inFlight = Int(number() % 1001)
        if number() % 2 == 0 { status.concurrency = Int(number() % 1001) }
        status.retries = number()
        let reasons = Run.WaitReason.allCases
        if number() % 2 == 0 {
            status.wait = .init(
                reason: reasons[Int(number() % UInt64(reasons.count))],
                left: number() % 2 == 0 ? nil : .nanoseconds(Int64(number() >> 1)))
        }
        if number() % 2 == 0 { status.linesPerSecond = Double(number()) / 1000 }
        if number() % 2 == 0 { status.timeLeft = .seconds(Int64(number() % 8_000_000)) }
        return status
    }

    @Test("The progress bar is narrower than any terminal, with any contents")
    func width() {
        var generator = SeededGenerator.fromEnvironment()
        for _ in 0..<60 {
            let status = Self.random(&generator)
            for columns in 1...250 {
                let text = ProgressBar(status: status, style: Self.plain).text(columns: columns)
                #expect(text.utf8.count < columns, "\(columns): \(text), \(generator)")
                #expect(text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }, "\(text)")
                let coloured = ProgressBar(status: status, style: Self.coloured)
                    .text(columns: columns)
                let visible = coloured.replacing(/\u{1B}\[[0-9]+m/, with: "")
                #expect(TextWidth.of(visible) == text.utf8.count, "\(columns): \(visible)")
                #expect(!visible.utf8.contains(0x1B))
            }
        }
    }

    @Test(
        "The progress bar shows more on a wider terminal",
        arguments: [
            (20, " 41%  1,234  1 unk"),
            (40, " 41%  1,234  3 rej  1 unk  waiting 12 s"),
            (
                80,
                "[###-----]   41%  1,234 lines  118/s  3:12 left  3 rej  1 unknown  waiting 12 s"
            ),
            (
                200,
                "[##################---------------------------]   41%  1,234 lines  "
                    + "419.9 KiB of 1 MiB  118/s  3:12 left  64 in flight  1,230 accepted  "
                    + "3 rejected  1 unknown  12 retries  waiting 12 s for Retry-After"
            ),
        ])
    func examples(columns: Int, text: String) {
        let bar = ProgressBar(status: ProgressStatusTests.sample(), style: Self.plain)
        #expect(bar.text(columns: columns) == text)
    }

    @Test("The progress bar shows only a count if the total is unknown")
    func stream() {
        var status = ProgressStatus(phase: .sending, lines: 1)
        status.wait = .init(reason: .nothing)
        let bar = ProgressBar(status: status, style: Self.plain)
        #expect(bar.text(columns: 80) == "1 line  0 in flight  waiting for input")
    }

    @Test("The progress bar fills by eighths of a column on a Unicode terminal")
    func eighths() {
        var status = ProgressStatus(phase: .sending, lines: 1)
        var style = Self.coloured
        style.hasColours = false
        status.bytesTotal = 64
        let bars = ([0, 1, 8, 33, 64] as [UInt64]).map { bytes in
            status.bytes = bytes
            return ProgressBar(status: status, style: style).pieces(columns: 25)[0].text
        }
        #expect(
            bars == [
                "▕        ▏", "▕▏       ▏", "▕█       ▏", "▕████▏   ▏", "▕████████▏",
            ])
    }

    @Test("The progress bar colours failures only if colours are on")
    func colours() {
        let status = ProgressStatusTests.sample()
        let text = ProgressBar(status: status, style: Self.coloured).text(columns: 200)
        #expect(text.contains("\u{1B}[31m3 rejected\u{1B}[0m"))
        #expect(text.contains("\u{1B}[33m1 unknown\u{1B}[0m"))
        #expect(text.contains("  1,234 lines  "))
    }

    @Test("Progress is a bar on a terminal with cursor control, and lines elsewhere")
    func forms() {
        let dumb = TerminalStyle { ["TERM": "dumb"][$0] }
        let forms = ProgressChoice.allCases.map { choice in
            [
                Progress.Form(choice, isTerminal: true, style: Self.plain),
                Progress.Form(choice, isTerminal: true, style: dumb),
                Progress.Form(choice, isTerminal: false, style: Self.plain),
            ]
        }
        #expect(
            forms == [
                [.bar, .plain, .none], [.bar, .plain, .plain], [.plain, .plain, .plain],
                [.json, .json, .json], [.none, .none, .none],
            ])
    }
}
