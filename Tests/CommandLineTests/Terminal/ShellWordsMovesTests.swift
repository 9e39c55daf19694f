import Foundation
import TestSupport
import Testing

@testable import hookbatch

@Suite("Paths of a moved folder in commands") struct ShellWordsMovesTests {
    private static let folders = [
        "out/sending/a.csv", "/srv/out/failed/a.csv", "out box/sending/it's", "ü/x", "a=b/c",
    ]

    @Test("A shell reads the new paths, and all other words as before")
    func moves() throws {
        for former in Self.folders {
            for now in Self.folders where now != former {
                let names = ["x.ndjson", "y z.csv", "it's.ndjson", "$HOME"]
                let others = ["plain", "/else/\(former)/x", "\(former)", "\(former).more/x", "'"]
                let words = names.map { "\(former)/\($0)" } + others
                let line = "printf '%s\\n' " + words.map(ShellWords.quote).joined(separator: " ")
                let moved = ShellWords.moving(former, to: now, in: line)
                let result = try Program.run("sh", ["-c", moved])
                let expected = (names.map { "\(now)/\($0)" } + others).joined(separator: "\n")
                #expect(result.output == expected + "\n", "\(moved)")
            }
        }
    }

    @Test(
        "In flags, redirections and sentences too",
        arguments: [
            ("x --report=o/s/a.ndjson >o/s/b", "x --report=/d/a.ndjson >/d/b"),
            (
                "fix the lines in o/s/a.ndjson and 'o/s/b c', then",
                "fix the lines in /d/a.ndjson and '/d/b c', then"
            ),
            ("o/s/a; o/s/", "/d/a; /d/"), ("no/s/a o/sx/a", "no/s/a o/sx/a"), ("", ""),
        ])
    func places(text: String, expected: String) {
        #expect(ShellWords.moving("o/s", to: "/d", in: text) == expected)
    }
}
