import TestSupport
import Testing

@testable import hookbatch

@Suite("Words for a shell") struct ShellWordsTests {
    @Test(
        "A shell reads a quoted word as it is, and it is one line of visible characters",
        arguments: ["sh", "bash"])
    func quote(shell: String) throws {
        var words = [
            "a b", "it's", "it'\u{301}s", "'\u{301}", "\"\u{301}", "$HOME", "`ls`", "~", "=ls", "*",
            "-n", "--x", "a\nb", "a\n\n\tb", "-\n", "%s\u{7}", "\\n\u{202E}", "é", "e\u{301}",
            "\u{A0}x", "\u{200B}", "\u{FEFF}", "!x\n!y", "", "#a", "a;b", "😀",
        ]
        // The shell removes line breaks at the end.
        words.removeAll { $0.hasSuffix("\n") }
        var generator = SeededGenerator.fromEnvironment()
        let scalars = "a'\"\\$`!~=-%*?[#&|;<>() \n\t\r\u{1B}\u{7F}é\u{301}\u{202E}\u{A0}\u{FEFF}0"
            .unicodeScalars
        for _ in 0..<200 {
            var word = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 1...8, using: &generator) {
                if let scalar = scalars.randomElement(using: &generator) { word.append(scalar) }
            }
            if word.last == "\n" { word.append("x") }
            words.append(String(word))
        }
        let quoted = words.map(ShellWords.quote)
        for text in quoted { #expect(Escaping.escaped(text) == text, "\(generator)") }
        let result = try Program.run(
            shell, ["-c", "printf '%s\\000' \(quoted.joined(separator: " "))"])
        let read = result.standardOutput.split(separator: 0, omittingEmptySubsequences: false)
        #expect(read.count == words.count + 1, "\(generator): \(result)")
        for (word, bytes) in zip(words, read) {
            #expect(Array(word.utf8) == Array(bytes), "\(generator): \(ShellWords.quote(word))")
        }
    }
}
