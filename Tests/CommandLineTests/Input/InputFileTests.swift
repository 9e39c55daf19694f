import Foundation
import Glibc
import Testing

@testable import hookbatch

/// A folder of its own for one test.
private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "hookbatch-input-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
}

private func write(_ text: String, to path: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
}

/// All that is left, in reads of at most `chunk` bytes.
private func readAll(_ file: InputFile, chunk: Int) throws -> String {
    var all: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: chunk)
    while true {
        let count = try buffer.withUnsafeMutableBytes { try file.read(into: $0) }
        if count == 0 { return String(decoding: all, as: UTF8.self) }
        all += buffer[..<count]
    }
}

@Suite("Inputs") struct InputFileTests {
    @Test("a file is read to the size that it had when it was opened")
    func grows() throws {
        try withFolder { folder in
            let path = folder + "/log"
            try write("0123456789", to: path)
            let file = try InputFile(opening: .file(path))
            let handle = try #require(FileHandle(forWritingAtPath: path))
            try handle.seekToEnd()
            try handle.write(contentsOf: Data("more".utf8))
            #expect(file.isRegularFile)
            #expect(file.size == 10)
            #expect(try readAll(file, chunk: 3) == "0123456789")
        }
    }

    @Test("a file that becomes shorter while it is read is an error, not its end")
    func shrinks() throws {
        try withFolder { folder in
            let path = folder + "/log"
            try write("0123456789", to: path)
            let file = try InputFile(opening: .file(path))
            try #require(truncate(path, 4) == 0)
            let error = InputError.shrank(path: path, from: 10, to: 4)
            #expect(throws: error) { try readAll(file, chunk: 3) }
            #expect(error.message.hasSuffix("it had 10 bytes, now it has 4"))
        }
    }

    @Test("any place of a file can be read, whatever was read before")
    func anyPlace() throws {
        try withFolder { folder in
            try write("0123456789", to: folder + "/a")
            let file = try InputFile(opening: .file(folder + "/a"))
            #expect(try readAll(file, chunk: 4) == "0123456789")
            var buffer = [UInt8](repeating: 0, count: 4)
            #expect(try buffer.withUnsafeMutableBytes { try file.pread(into: $0, at: 3) } == 4)
            #expect(buffer == Array("3456".utf8))
            #expect(try buffer.withUnsafeMutableBytes { try file.pread(into: $0, at: 8) } == 2)
            #expect(try buffer.withUnsafeMutableBytes { try file.pread(into: $0, at: 80) } == 0)
        }
    }

    @Test("the first bytes are shown without being taken", arguments: [false, true])
    func prefix(isStream: Bool) throws {
        try withFolder { folder in
            let text = "\n \n{\"a\":1}\n"
            let path = folder + "/a"
            var writer: Int32 = -1
            if isStream {
                try #require(mkfifo(path, 0o600) == 0)
                // Open for both ways, so that opening waits for nobody.
                writer = open(path, O_RDWR)
                #expect(Glibc.write(writer, text, text.utf8.count) == text.utf8.count)
            } else {
                try write(text, to: path)
            }
            let file = try InputFile(opening: .file(path))
            if isStream { close(writer) }
            #expect(file.isRegularFile == !isStream)
            #expect(file.size == (isStream ? nil : 11))
            #expect(try file.prefix() == Array(text.utf8))
            #expect(try file.prefix() == Array(text.utf8))
            #expect(try readAll(file, chunk: 4) == text)
        }
    }

    @Test("an empty input has no first bytes and ends at once")
    func empty() throws {
        try withFolder { folder in
            try write("", to: folder + "/a")
            let file = try InputFile(opening: .file(folder + "/a"))
            #expect(try file.prefix().isEmpty)
            #expect(try readAll(file, chunk: 4).isEmpty)
            let device = try InputFile(opening: .file("/dev/null"))
            #expect(!device.isRegularFile)
            #expect(try device.prefix().isEmpty)
            #expect(try readAll(device, chunk: 4).isEmpty)
        }
    }

    @Test("what can't be read is told apart")
    func errors() throws {
        try withFolder { folder in
            try write("x", to: folder + "/a")
            #expect(throws: InputError.doesNotExist(path: folder + "/none")) {
                try InputFile(opening: .file(folder + "/none"))
            }
            #expect(throws: InputError.doesNotExist(path: folder + "/a/b")) {
                try InputFile(opening: .file(folder + "/a/b"))
            }
            #expect(throws: InputError.isDirectory(path: folder)) {
                try InputFile(opening: .file(folder))
            }
            let loop = folder + "/loop"
            try #require(symlink(loop, loop) == 0)
            let error = InputError.system(call: "open", path: loop, errno: ELOOP)
            #expect(throws: error) { try InputFile(opening: .file(loop)) }
            #expect(error.message.contains("can't be opened: Too many levels"))
        }
    }

    @Test("two names of one file are refused")
    func sameFile() throws {
        try withFolder { folder in
            try write("x", to: folder + "/a")
            try write("x", to: folder + "/b")
            try #require(symlink(folder + "/a", folder + "/c") == 0)
            let paths = ["a", "b", "c"].map { InputPath.file("\(folder)/\($0)") }
            #expect(try InputFile.open(all: Array(paths[..<2])).map(\.path) == Array(paths[..<2]))
            #expect(throws: InputError.sameFile(path: folder + "/c", as: folder + "/a")) {
                try InputFile.open(all: paths)
            }
        }
    }

    @Test("the size and the time of the last change are those of the file")
    func facts() throws {
        try withFolder { folder in
            try write("12345", to: folder + "/a")
            let date = Date(timeIntervalSince1970: 1_700_000_000)
            try FileManager.default.setAttributes(
                [.modificationDate: date], ofItemAtPath: folder + "/a")
            let file = try InputFile(opening: .file(folder + "/a"))
            #expect(file.size == 5)
            #expect(file.modifiedNanoseconds == 1_700_000_000_000_000_000)
        }
    }
}
