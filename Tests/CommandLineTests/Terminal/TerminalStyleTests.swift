import Testing

@testable import hookbatch

@Suite("The capabilities of a terminal") struct TerminalStyleTests {
    @Test(
        "The capabilities of a terminal come from the environment",
        arguments: [
            ([:], false, false, false),
            (["TERM": "xterm"], true, true, false),
            (["TERM": "dumb", "LANG": "C.UTF-8"], false, false, true),
            (["TERM": "xterm", "NO_COLOR": "1"], true, false, false),
            (["TERM": "xterm", "NO_COLOR": ""], true, true, false),
            (["TERM": "", "LANG": "en_GB.utf8"], false, false, true),
            (["TERM": "xterm", "LANG": "en_GB.UTF-8", "LC_ALL": "C"], true, true, false),
            (["TERM": "xterm", "LANG": "C", "LC_CTYPE": "de_DE.UTF-8@euro"], true, true, true),
            (["TERM": "xterm", "LANG": "ca_ES.utf8@valencia"], true, true, true),
            (["TERM": "xterm", "LANG": "de_DE@utf-8"], true, true, false),
            (["TERM": "linux", "LANG": "C.UTF-8"], true, true, false),
            (["TERM": "xterm", "LC_ALL": "", "LANG": "C.UTF-8"], true, true, true),
        ] as [([String: String], Bool, Bool, Bool)])
    func environment(
        variables: [String: String], movesCursor: Bool, hasColours: Bool, isUnicode: Bool
    ) {
        let style = TerminalStyle { variables[$0] }
        #expect(style.movesCursor == movesCursor)
        #expect(style.hasColours == hasColours)
        #expect(style.isUnicode == isUnicode)
    }

    @Test(
        "Marks and separators are ASCII where symbols are not drawn, and have colours only on request"
    )
    func symbols() {
        let style = TerminalStyle { ["TERM": "xterm", "LANG": "C.UTF-8", "NO_COLOR": "1"][$0] }
        #expect(style.mark(isGood: true) + style.mark(isGood: false) == "✓✗")
        #expect(style.separator == " · ")
        let plain = TerminalStyle.plain
        #expect(plain.mark(isGood: true) + plain.mark(isGood: false) == "[ok][!]")
        #expect(plain.separator == " | ")
        let coloured = TerminalStyle { ["TERM": "xterm"][$0] }
        #expect(coloured.mark(isGood: true) == "\u{1B}[32m[ok]\u{1B}[0m")
        #expect(coloured.strong("a") == "\u{1B}[1ma\u{1B}[0m" && plain.strong("a") == "a")
    }
}
