import Foundation
import Testing

/// An upload that keeps its file open.
struct OutboxUpload {
    private let file: FileHandle

    init(_ scene: OutboxScene, _ name: String, _ text: String) throws {
        try scene.put(name, text)
        file = try #require(
            FileHandle(forWritingAtPath: "\(scene.directory)/outbox/\(name)"))
        try file.seekToEnd()
    }

    func append(_ text: String) throws { try file.write(contentsOf: Data(text.utf8)) }
}
