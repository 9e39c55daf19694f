import Foundation
import Sending
import TestSupport
import Testing

@Suite("The bytes of a compressed input") struct UnpackedBytesTests {
    @Test("The bytes of a compressed input are those of the opened file, in any order")
    func anyOrder() throws {
        var generator = SeededGenerator.fromEnvironment()
        let folder = try TemporaryFolder("unpacked")
        let text = Array((1...30_000).map { "line \($0)\n" }.joined().utf8)
        try folder.write(try Gzip.pack(String(decoding: text, as: UTF8.self)), to: "a.gz")
        let file = try InputFile(opening: .file(folder.path("a.gz")))
        try FileManager.default.removeItem(atPath: folder.path("a.gz"))
        try folder.write(try Gzip.pack("other"), to: "a.gz")
        let bytes = UnpackedBytes(file)
        for _ in 0..<100 {
            let offset = Int(generator.next() % UInt64(text.count))
            var piece = [UInt8](repeating: 0, count: Int(generator.next() % 5000))
            let count = try piece.withUnsafeMutableBytes {
                try bytes.read(into: $0, at: UInt64(offset))
            }
            let expected = text[offset...].prefix(piece.count)
            #expect(piece[..<count] == expected, "\(generator)")
        }
    }
}
