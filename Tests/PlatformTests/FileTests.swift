import Foundation
import Glibc
import Platform
import TestSupport
import Testing

@Suite("Files") struct FileTests {
    @Test("A file is created with mode 0600, and only once")
    func create() throws {
        let folder = try TemporaryFolder("ledger")
        let file = try File.create(folder.path("a"))
        let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions]
        #expect(mode as? Int == 0o600)
        #expect(throws: SystemError(call: "open", path: file.path, code: EEXIST)) {
            try File.create(file.path)
        }
    }

    @Test("A symbolic link and a pipe are not opened as files")
    func links() throws {
        let folder = try TemporaryFolder("ledger")
        try folder.write("secret", to: "target")
        let link = folder.path("link")
        try FileManager.default.createSymbolicLink(
            atPath: link, withDestinationPath: folder.path("target"))
        #expect(throws: SystemError(call: "open", path: link, code: ELOOP)) {
            try File.open(link, for: .readAndWrite)
        }
        #expect(throws: SystemError(call: "open", path: link, code: EEXIST)) {
            try File.create(link)
        }
        let pipe = folder.path("pipe")
        #expect(mkfifo(pipe, 0o600) == 0)
        #expect(throws: SystemError(call: "open", path: pipe, code: EINVAL)) {
            try File.open(pipe, for: .read)
        }
        #expect(try FileStatus.of(link)?.isSymbolicLink == true)
        #expect(try FileStatus.of(folder.path("nothing")) == nil)
    }

    @Test("A file with a second name is opened to read, and not to write")
    func hardLink() throws {
        let folder = try TemporaryFolder("ledger")
        let path = try folder.write("other", to: "a")
        #expect(link(path, folder.path("b")) == 0)
        let error = SystemError(.hardLinks(2), path)
        #expect(throws: error) { try File.open(path, for: .readAndWrite) }
        #expect(error.message.hasPrefix("\(path): has 2 hard links"))
        #expect(try File.open(path, for: .read).status().linkCount == 2)
    }

    @Test("A file of another user is not expected, and the search for its owner leaves nothing")
    func expectedOwner() throws {
        let folder = try TemporaryFolder("ledger")
        let path = try folder.write("", to: "a")
        var status = try #require(try FileStatus.of(path))
        status.owner = geteuid() + 1
        #expect(Directory.expectedOwner(of: status, at: path) == geteuid())
        #expect(try folder.names() == ["a"])
    }

    @Test("Bytes are read back at the offset of their write")
    func readAndWrite() throws {
        let folder = try TemporaryFolder("ledger")
        let file = try File.create(folder.path("a"))
        try withBytes("0123456789") { try file.write($0) }
        try withBytes("xy") { try file.write($0, at: 4) }
        #expect(try text(of: file, at: 3, count: 4) == "3xy6")
        #expect(try text(of: file, at: 8, count: 4) == "89")
        try file.truncate(to: 5)
        #expect(try folder.text("a") == "0123x")
        #expect(try file.status().size == 5)
    }

    @Test("A file is locked by one of its two openers until that one closes it")
    func lock() throws {
        let folder = try TemporaryFolder("ledger")
        var first: File? = try File.create(folder.path("a"))
        let second = try File.open(folder.path("a"), for: .readAndWrite)
        #expect(try first?.tryLock() == true)
        #expect(try second.tryLock() == false)
        // As a process has it that another thread starts, until its exec.
        let copy = dup(try #require(first?.descriptor))
        defer { close(copy) }
        first = nil
        #expect(try second.tryLock() == true)
    }

    @Test("An atomic file appears only when it is committed")
    func atomic() throws {
        let folder = try TemporaryFolder("ledger")
        try folder.write("old", to: "a")
        try folder.write("left by a crash", to: "a.tmp")
        var file = try AtomicFile(folder.path("a"))
        for _ in 0..<100_000 { try withBytes("12345678") { try file.append($0) } }
        let large = [UInt8](repeating: 0x39, count: 300_000)
        try append(large, to: &file)
        #expect(try folder.text("a") == "old")
        try file.commit()
        #expect(try folder.names() == ["a"])
        let written = try folder.read("a")
        #expect(written.count == 1_100_000)
        #expect(written.suffix(300_001) == [0x38] + large)
    }

    @Test(
        "A path has a parent directory",
        arguments: [("a", "."), ("/a", "/"), ("b/a", "b"), ("/c/b/a", "/c/b"), ("./a", ".")])
    func parent(path: String, directory: String) {
        #expect(Directory.parent(of: path) == directory)
    }

    private func append(_ bytes: [UInt8], to file: inout AtomicFile) throws {
        try bytes.withUnsafeBytes { try file.append($0) }
    }

    private func text(of file: File, at offset: UInt64, count: Int) throws -> String {
        var buffer = [UInt8](repeating: 0, count: count)
        let read = try buffer.withUnsafeMutableBytes { try file.read(into: $0, at: offset) }
        return String(decoding: buffer.prefix(read), as: UTF8.self)
    }
}

/// Calls `body` with the UTF-8 of `text`.
private func withBytes<R>(
    _ text: String, _ body: (UnsafeRawBufferPointer) throws -> R
) rethrows -> R {
    try Array(text.utf8).withUnsafeBytes(body)
}
