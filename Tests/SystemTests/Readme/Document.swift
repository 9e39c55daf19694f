import Foundation
import TestSupport
import Testing

@testable import hookbatch

/// A Markdown file of the project: the README or a guide.
struct Document: Sendable, CustomTestStringConvertible {
    /// The name in test output: `README.md` or `Guides/Pace.md`.
    var name: String
    /// The path from the project's folder.
    var path: String
    var text: String

    var testDescription: String { name }

    private static let guides = "Sources/hookbatch/hookbatch.docc"

    static let readme = Document(name: "README.md", path: "README.md")

    /// The README, then the guides by name.
    static let all: [Document] = {
        let files = try? FileManager.default.contentsOfDirectory(
            atPath: Hookbatch.root + "/" + guides)
        let names = (files ?? []).filter { $0.hasSuffix(".md") }.sorted()
        return [readme] + names.map { Document(name: "Guides/" + $0, path: guides + "/" + $0) }
    }()

    /// The README and the guides that `hookbatch help` prints.
    ///
    /// The other documents are about changes to the program, and their commands are not run.
    static let forUsers: [Document] = {
        let names = Guide.allCases.map { "Guides/\($0.fileName).md" }
        return all.filter { names.contains($0.name) || $0.name == readme.name }
    }()

    private init(name: String, path: String) {
        self.name = name
        self.path = path
        let url = URL(fileURLWithPath: Hookbatch.root + "/" + path)
        text = (try? String(contentsOf: url, encoding: .utf8)) ?? ""
    }

    /// The targets of the relative links, without fragments.
    var linkedPaths: [String] {
        text.matches(of: /\]\(([^)\s#]+)/).map { String($0.1) }.filter { !$0.contains("://") }
    }

    /// The names in the first cells of the tables.
    var namesInTables: Set<String> {
        let rows = text.components(separatedBy: "\n").filter { $0.hasPrefix("| ") }
        let names = rows.flatMap { row in
            row.components(separatedBy: " | ")[0].dropFirst(2).components(separatedBy: ", ")
        }
        return Set(names.map { $0.trimmingCharacters(in: CharacterSet(charactersIn: "` ")) })
    }
}
