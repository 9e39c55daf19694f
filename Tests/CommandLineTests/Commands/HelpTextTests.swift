import Testing

@testable import hookbatch

@Suite("The help on a narrow terminal") struct HelpTextTests {
    @Test("The help exceeds the terminal only for a long word or flag")
    func width() {
        for width in 20...90 {
            let help = HelpText(width: width)
            for text in [help.overview] + Command.allCases.map(help.text(for:)) {
                for line in text.split(separator: "\n") where line.count > min(80, width) {
                    let isName = line.hasPrefix("  ") && !line.hasPrefix("   ")
                    #expect(
                        isName || line.split(separator: " ").count == 1
                            || line.hasPrefix("Usage:") || line.hasSuffix(" \\"),
                        "\(width): \(line)")
                }
            }
        }
    }

    @Test("The help has the same words at every width", arguments: Command.allCases)
    func words(command: Command) {
        func words(_ width: Int) -> [Substring] {
            HelpText(width: width).text(for: command).split { " \n\\".contains($0) }
        }
        let wide = words(80)
        for width in 20..<80 { #expect(words(width) == wide, "\(width)") }
    }

    @Test("The help has styled headings only if requested")
    func headings() {
        let plain = HelpText(width: 60).text(for: .check)
        let styled = HelpText(width: 60, isStyled: true).text(for: .check)
        #expect(!plain.contains("\u{1B}"))
        #expect(styled.contains("\u{1B}[1mPace:\u{1B}[0m\n"))
        #expect(styled.replacing(/\u{1B}\[[0-9]m/, with: "") == plain)
    }
}

@Suite("Styles") struct StyleTests {
    @Test(
        "Styles are used only if the environment allows them",
        arguments: [
            (nil, "xterm", true), ("", "xterm", true), ("1", "xterm", false), (nil, "dumb", false),
            (nil, nil, false), (nil, "", false),
        ] as [(String?, String?, Bool)])
    func allowed(noColor: String?, term: String?, allowed: Bool) {
        let variables = ["NO_COLOR": noColor, "TERM": term]
        #expect(TerminalStyle { variables[$0] ?? nil }.hasColours == allowed)
    }

    @Test("Styles are not used without a terminal")
    func noTerminal() {
        #expect(!Style.areShown(on: -1))
    }
}
