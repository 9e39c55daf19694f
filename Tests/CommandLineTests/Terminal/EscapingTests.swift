import Foundation
import Testing

@testable import hookbatch

@Suite("Escaping of untrusted text") struct EscapingTests {
    @Test(
        "Characters that control a terminal are escaped, others are unchanged",
        arguments: [
            ("plain é 日本 👩‍👧", "plain é 日本 👩‍👧"), ("\u{1B}[31m", "\\u{001B}[31m"),
            ("a\nb", "a\\u{000A}b"),
            ("\u{7F}\u{9B}", "\\u{007F}\\u{009B}"), ("\u{202E}txt", "\\u{202E}txt"),
            ("\u{2066}\u{FEFF}", "\\u{2066}\\u{FEFF}"), ("\r\n", "\\u{000D}\\u{000A}"),
        ])
    func escaped(text: String, shown: String) {
        #expect(Escaping.escaped(text) == shown)
    }

    @Test(
        "A shell reads quoted words back unchanged",
        arguments: [
            ["a", "b c", ""], ["it's", "'", "''"], ["$HOME", "`x`", "!", "*", "~", "#"],
            ["a\nb", "\\", "\"", "é", "a;b", "-", "--x=y z"],
        ])
    func shell(words: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = [
            "-c", "printf '%s\\000' " + words.map(ShellWords.quote).joined(separator: " "),
        ]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let read = try #require(try output.fileHandleForReading.readToEnd())
        process.waitUntilExit()
        let back = read.split(separator: 0, omittingEmptySubsequences: false).dropLast()
        #expect(back.map { String(decoding: $0, as: UTF8.self) } == words)
    }
}
