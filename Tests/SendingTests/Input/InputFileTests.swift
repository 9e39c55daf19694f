import Foundation
import Glibc
import Sending
import TestSupport
import Testing

/// Reads the rest of a file, at most `chunk` bytes at a time.
private func readAll(_ file: InputFile, chunk: Int) throws -> String {
    var all: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: chunk)
    while true {
        guard let count = try buffer.withUnsafeMutableBytes({ try file.read(into: $0) }) else {
            continue
        }
        if count == 0 { return String(decoding: all, as: UTF8.self) }
        all += buffer[..<count]
    }
}

@Suite("Inputs") struct InputFileTests {
    @Test("A file is read to its size at opening")
    func grows() throws {
        let folder = try TemporaryFolder("input")
        let path = folder.path("log")
        try folder.write("0123456789", to: "log")
        let file = try InputFile(opening: .file(path))
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("more".utf8))
        #expect(file.isRegularFile)
        #expect(file.size == 10)
        #expect(try readAll(file, chunk: 3) == "0123456789")
    }

    @Test("A file that shrinks while it is read is an error")
    func shrinks() throws {
        let folder = try TemporaryFolder("input")
        let path = folder.path("log")
        try folder.write("0123456789", to: "log")
        let file = try InputFile(opening: .file(path))
        try #require(truncate(path, 4) == 0)
        let error = InputError.shrank(path: path, from: 10, to: 4)
        #expect(throws: error) { try readAll(file, chunk: 3) }
    }

    @Test("Any position of a file can be read at any time")
    func anyPlace() throws {
        let folder = try TemporaryFolder("input")
        try folder.write("0123456789", to: "a")
        let file = try InputFile(opening: .file(folder.path("a")))
        #expect(try readAll(file, chunk: 4) == "0123456789")
        var buffer = [UInt8](repeating: 0, count: 4)
        #expect(try buffer.withUnsafeMutableBytes { try file.pread(into: $0, at: 3) } == 4)
        #expect(buffer == Array("3456".utf8))
        #expect(try buffer.withUnsafeMutableBytes { try file.pread(into: $0, at: 8) } == 2)
        #expect(try buffer.withUnsafeMutableBytes { try file.pread(into: $0, at: 80) } == 0)
    }

    @Test("The first bytes are returned without being consumed", arguments: [false, true])
    func prefix(isStream: Bool) throws {
        let folder = try TemporaryFolder("input")
        let text = "\n \n{\"a\":1}\n"
        let path = folder.path("a")
        var writer: Int32 = -1
        if isStream {
            try #require(mkfifo(path, 0o600) == 0)
            // Opened for reading and writing, so opening does not wait.
            writer = open(path, O_RDWR)
            #expect(Glibc.write(writer, text, text.utf8.count) == text.utf8.count)
        } else {
            try folder.write(text, to: "a")
        }
        let file = try InputFile(opening: .file(path))
        if isStream { close(writer) }
        #expect(file.isRegularFile == !isStream)
        #expect(file.size == (isStream ? nil : 11))
        #expect(try file.prefix() == Array(text.utf8))
        #expect(try file.prefix() == Array(text.utf8))
        #expect(try readAll(file, chunk: 4) == text)
    }

    @Test("An empty input has no first bytes and ends at once")
    func empty() throws {
        let folder = try TemporaryFolder("input")
        try folder.write("", to: "a")
        let file = try InputFile(opening: .file(folder.path("a")))
        #expect(try file.prefix().isEmpty)
        #expect(try readAll(file, chunk: 4).isEmpty)
        let device = try InputFile(opening: .file("/dev/null"))
        #expect(!device.isRegularFile)
        #expect(try device.prefix().isEmpty)
        #expect(try readAll(device, chunk: 4).isEmpty)
    }

    @Test("Unreadable inputs have different errors")
    func errors() throws {
        let folder = try TemporaryFolder("input")
        try folder.write("x", to: "a")
        #expect(throws: InputError.doesNotExist(path: folder.path("none"))) {
            try InputFile(opening: .file(folder.path("none")))
        }
        #expect(throws: InputError.doesNotExist(path: folder.path("a/b"))) {
            try InputFile(opening: .file(folder.path("a/b")))
        }
        #expect(throws: InputError.isDirectory(path: folder.path)) {
            try InputFile(opening: .file(folder.path))
        }
        let loop = folder.path("loop")
        try #require(symlink(loop, loop) == 0)
        let error = InputError.system(call: "open", path: loop, errno: ELOOP)
        #expect(throws: error) { try InputFile(opening: .file(loop)) }
    }

    @Test("Two names of one file are rejected")
    func sameFile() throws {
        let folder = try TemporaryFolder("input")
        try folder.write("x", to: "a")
        try folder.write("x", to: "b")
        try #require(symlink(folder.path("a"), folder.path("c")) == 0)
        let paths = ["a", "b", "c"].map { InputPath.file(folder.path($0)) }
        #expect(try InputFile.open(all: Array(paths[..<2])).map(\.path) == Array(paths[..<2]))
        #expect(throws: InputError.sameFile(path: folder.path("c"), as: folder.path("a"))) {
            try InputFile.open(all: paths)
        }
    }

    @Test("The size and the modification time are those of the file")
    func facts() throws {
        let folder = try TemporaryFolder("input")
        try folder.write("12345", to: "a")
        let date = Date(timeIntervalSince1970: 1_700_000_000)
        try FileManager.default.setAttributes(
            [.modificationDate: date], ofItemAtPath: folder.path("a"))
        let file = try InputFile(opening: .file(folder.path("a")))
        #expect(file.size == 5)
        #expect(file.modifiedNanoseconds == 1_700_000_000_000_000_000)
    }
}
