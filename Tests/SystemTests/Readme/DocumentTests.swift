import Foundation
import TestSupport
import Testing

@testable import hookbatch

@Suite("The README and the guides") struct DocumentTests {
    @Test("The README has at most 300 lines")
    func length() {
        let lines = Document.readme.text.split(
            separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count <= 301)
        #expect(lines.count > 100)
    }

    @Test("Each document begins with its title", arguments: Document.all)
    func title(document: Document) {
        #expect(document.text.hasPrefix("# "))
    }

    @Test("Each relative link leads to a file", arguments: Document.all)
    func links(document: Document) {
        let folder = URL(fileURLWithPath: Hookbatch.root + "/" + document.path)
            .deletingLastPathComponent()
        for link in document.linkedPaths {
            let path = folder.appendingPathComponent(link).standardizedFileURL.path
            #expect(FileManager.default.fileExists(atPath: path), "\(link)")
        }
    }

    @Test("The README links to the guide of each help topic", arguments: Guide.allCases)
    func guides(guide: Guide) {
        let path = "Sources/hookbatch/hookbatch.docc/\(guide.fileName).md"
        #expect(Document.readme.linkedPaths.contains(path))
    }
}
