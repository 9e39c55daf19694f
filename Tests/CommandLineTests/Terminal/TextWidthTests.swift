import Testing

@testable import hookbatch

@Suite("The width of text on a terminal") struct TextWidthTests {
    @Test(
        "Letters have a width of one column, East Asian ones and emoji two, marks none",
        arguments: [
            ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("日本", 4), ("한", 2), ("Ａ", 2),
            ("🎉", 2), ("…─", 2), ("a日b", 4),
        ])
    func widths(text: String, width: Int) {
        #expect(TextWidth.of(text) == width)
    }
}
