import Foundation
import TestSupport
import Testing

@testable import hookbatch

@Suite("Guides") struct GuideTests {
    @Test("The command help TOPIC prints the Markdown of the guide", arguments: Guide.allCases)
    func text(guide: Guide) throws {
        let file =
            Hookbatch.root
            + "/Sources/hookbatch/hookbatch.docc/\(guide.fileName).md"
        let markdown = try String(contentsOf: URL(fileURLWithPath: file), encoding: .utf8)
        let result = try Program.run(Hookbatch.binary, ["help", guide.rawValue])
        #expect(result.output == markdown)
        #expect(result.exitCode == 0)
        #expect(markdown.hasPrefix("# "))
    }

    @Test("The overview of the help lists each topic", arguments: Guide.allCases)
    func overview(guide: Guide) {
        let lines = HelpText.overview.split(separator: "\n")
        #expect(lines.contains { $0.hasPrefix("  \(guide.rawValue) ") })
    }

    @Test(
        "A guide for a terminal has lines that fit, without marks of Markdown",
        arguments: Guide.allCases)
    func laidOut(guide: Guide) {
        for width in [40, 80, 100] {
            let text = GuideText(width: width, isStyled: false).text(of: guide.text)
            for line in text.split(separator: "\n") where !line.hasPrefix("    ") {
                // A word that is longer than a line has a line of its own.
                let words = line.drop { "- ".contains($0) }.split(separator: " ")
                #expect(TextWidth.of(String(line)) <= width || words.count == 1, "\(line)")
                #expect(
                    !line.hasPrefix("|") && !line.hasPrefix("#") && !line.hasPrefix("```"),
                    "\(line)")
                #expect(
                    !line.contains("](") && !line.replacing("***", with: "").contains("**"),
                    "\(line)")
            }
            // No word of the text is lost.
            #expect(text.hasSuffix("\n") && !text.contains("\n\n\n"))
        }
    }

    @Test("The blocks of a guide keep their text and order")
    func blocks() {
        let markdown = """
            # Title

            A **strong** word, `code **x**` and a
            [link to `code`](#there).

            - one
              more
            - two

            1. first

            ## Part

            | a | b |
            |---|---|
            | `x \\| y` | z |

            | a | b | c |
            |---|---|---|
            | x | a long text of many words | and more of them |

            ```sh
            # a comment

              two
            ```

            """
        #expect(
            GuideText(width: 30, isStyled: false).text(of: markdown) == """
                Title

                A strong word, `code **x**`
                and a link to `code`.

                - one more
                - two

                1. first

                Part

                  a        b
                  `x | y`  z

                  x
                      b: a long text of many
                      words
                      c: and more of them

                    # a comment

                      two

                """)
        #expect(
            GuideText(width: 30, isStyled: true).text(of: "## Part\n") == "\u{1B}[1mPart\u{1B}[0m\n"
        )
    }
}
