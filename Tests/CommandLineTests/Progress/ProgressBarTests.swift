import Delivery
import Sending
import TestSupport
import Testing
import Time

@testable import hookbatch

@Suite("The progress bar") struct ProgressBarTests {
    private static let plain = TerminalStyle { ["TERM": "xterm", "NO_COLOR": "1"][$0] }
    private static let coloured = TerminalStyle { ["TERM": "xterm", "LANG": "de_DE.UTF-8"][$0] }

    static func random(_ generator: inout SeededGenerator) -> ProgressStatus {
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
            (20, " 41% | 1 unknown"),
            (40, " 41% | 1,234 | 3 rej | 1 unk | waiting"),
            (
                80,
                "[###-----]  41% | 1,234 | 118/s | 3:12 left | 3 rej | 1 unknown | waiting 12 s"
            ),
            (
                200,
                "[###########-----------------]  41% | 1,234 lines | "
                    + "419.9 KiB of 1 MiB | 118/s | 3:12 left | 64 in flight | 1,230 accepted | "
                    + "3 rejected | 1 unknown | 12 retries | waiting 12 s for Retry-After"
            ),
        ])
    func examples(columns: Int, text: String) {
        let bar = ProgressBar(status: ProgressStatusTests.sample(), style: Self.plain)
        #expect(bar.text(columns: columns) == text)
    }

    @Test("A wait that may last has its cause also without room for its length")
    func causes() {
        for (reason, text) in [
            (Run.WaitReason.outage, "server down"), (.retryBudget, "retry budget"),
            (.key, "API key"), (.retryAfter, "waiting 12 s"),
        ] {
            var status = ProgressStatusTests.sample()
            status.wait?.reason = reason
            let bar = ProgressBar(status: status, style: Self.plain)
            #expect(bar.text(columns: 80).hasSuffix(" | \(text)"), "\(bar.text(columns: 80))")
        }
    }

    @Test("The progress bar shows only a count if the total is unknown")
    func stream() {
        var status = ProgressStatus(phase: .sending, lines: 1)
        status.wait = .init(reason: .nothing)
        let bar = ProgressBar(status: status, style: Self.plain)
        #expect(bar.text(columns: 80) == "1 line | 0 in flight | waiting for input")
    }

    @Test("The progress bar fills by eighths of a column on a Unicode terminal")
    func eighths() {
        var status = ProgressStatus(phase: .sending, lines: 1)
        var style = Self.coloured
        style.hasColours = false
        status.bytesTotal = 64
        let bars = ([0, 1, 8, 33, 64] as [UInt64]).map { bytes in
            status.bytes = bytes
            return ProgressBar(status: status, style: style).pieces(columns: 40)[0].text
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
        #expect(text.contains("\u{1B}[32m1,230 accepted\u{1B}[0m"))
        #expect(text.contains(" 41%\u{1B}[2m · \u{1B}[0m1,234 lines\u{1B}[2m · \u{1B}[0m"))
    }

    @Test("A wait displaces nothing on the progress bar, and moves nothing when it comes and goes")
    func waits() {
        var generator = SeededGenerator.fromEnvironment()
        for _ in 0..<100 {
            let status = Self.random(&generator)
            for columns in 1...250 {
                let line = ProgressBar(status: status, style: Self.plain)
                var without = status
                without.wait = nil
                let pieces = line.pieces(columns: columns).filter { $0.slot != .wait }
                let others = ProgressBar(status: without, style: Self.plain)
                    .pieces(columns: columns)
                #expect(
                    pieces.map(\.text) == others.map(\.text), "\(columns), \(generator)")
            }
        }
    }

    @Test("The fields of the progress bar stay in place while their numbers change")
    func places() {
        var widths = ProgressBar.Widths()
        var places: Set<[Int]> = []
        for (rate, left) in [(1234.0, 7200), (9.4, 192), (98, 5), (117, nil), (1000, 60)] {
            var status = ProgressStatusTests.sample()
            status.linesPerSecond = rate
            status.timeLeft = left.map { .seconds($0) }
            status.inFlight = Int(rate) % 100
            let bar = ProgressBar(status: status, style: Self.plain, widths: widths)
            widths = bar.widths
            let text = bar.text(columns: 160)
            places.insert(text.enumerated().filter { $0.element == "|" }.map(\.offset))
        }
        #expect(places.count == 1, "\(places)")
    }

    @Test("Nothing is drawn in the first 300 ms of a process")
    func short() throws {
        let words = ["send", "a", "--progress", "bar"]
        let options = try SendOptions(arguments(words), words: words, environment: Environment())
        func due(startedFor age: Int64) -> Instant? {
            let start = Instant(nanoseconds: 5_000_000_000)
            let progress = Progress(
                options.watching, isTerminal: true, style: Self.plain, now: start)
            progress.begin(
                ProgressStatusTests.sample(), at: start.advanced(byNanoseconds: age))
            return progress.due
        }
        #expect(due(startedFor: 0) == Instant(nanoseconds: 5_300_000_000))
        #expect(due(startedFor: 400_000_000) == Instant(nanoseconds: 5_400_000_000))
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
