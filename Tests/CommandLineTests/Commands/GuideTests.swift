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
}
