import Testing

@testable import hookbatch

@Suite("The line below all messages") struct BottomLineTests {
    @Test(
        "The bottom line is erased on every line to which a narrower terminal may have wrapped it")
    func erasing() {
        for columns in 2...250 {
            let line = BottomLine(
                text: String(repeating: "x", count: columns - 1), columns: columns)
            for now in 1...250 {
                let erased = line.erasing(columns: now).split(separator: "\u{1B}[K").count
                let lines = now < columns ? (columns - 1 + now - 1) / now : 1
                // The text after the last one, if any, moves the cursor back.
                #expect(erased == (now < columns ? lines + 1 : 1), "\(columns) to \(now)")
            }
        }
    }

    @Test("Drawing the bottom line leaves the cursor on the first column, with wrapping on")
    func drawing() {
        let drawing = BottomLine(text: "text", columns: 80).drawing
        #expect(drawing == "\r\u{1B}[?7ltext\u{1B}[K\u{1B}[?7h\r")
    }
}
