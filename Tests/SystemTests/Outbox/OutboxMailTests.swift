import Foundation
import TestSupport
import Testing

@Suite("The mails of an outbox", .ownThread)
struct OutboxMailTests {
    @Test("A mail has absolute paths, since its reader is in another folder")
    func absolutePaths() throws {
        for (folder, directory) in [("outbox", ""), ("./outbox/", ""), (".", "/outbox")] {
            let scene = try OutboxScene()
            try scene.put("a.csv", "x,y\n1,2\n")
            try scene.put("bad.ndjson", "{\n")
            try scene.put("same.ndjson", OutboxScene.line(1))
            // Truncated.
            try scene.folder.write([0x1f, 0x8b, 8, 0, 0, 0], to: "outbox/z.ndjson.gz")
            try scene.folder.write("wrong-key\n", to: "wrong")
            chmod(scene.folder.path("wrong"), 0o600)
            var program = scene.program()
            program.directory = scene.directory + directory
            program.arguments = program.arguments.map { $0 == "outbox" ? folder : $0 }
            program.arguments[0] = "outbox"
            var mails = try program.run().errorOutput
            try scene.put("same.ndjson", OutboxScene.line(1))
            mails += try program.run().errorOutput
            try scene.put("0.ndjson", OutboxScene.line(2))
            program.arguments += ["--api-key-file", directory.isEmpty ? "wrong" : "../wrong"]
            program.environment["HOOKSTREAM_API_KEY"] = nil
            mails += try program.run().errorOutput
            let root = scene.directory + "/outbox"
            for path in [
                "'\(root)/sending/a.csv'", "'\(root)/failed/bad.ndjson'",
                "'\(root)/sending/z.ndjson.gz/z.ndjson.gz'",
                "'\(scene.directory)\(directory.isEmpty ? "" : "/outbox/..")/wrong'",
            ] {
                #expect(mails.contains(path), "\(path): \(mails)")
            }
            #expect(mails.contains("'\(root)/done/same.ndjson."), "\(mails)")
            #expect(!mails.contains(/[ '](\.\/)?(outbox|sending|done|failed)\//), "\(mails)")
        }
    }
}
