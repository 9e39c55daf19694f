import Foundation
import Glibc
import Sending
import TestSupport
import Testing

@Suite("Compressed inputs") struct PackedInputTests {
    private func read(_ file: InputFile, room: Int) throws -> [UInt8] {
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: room)
        while true {
            guard let count = try buffer.withUnsafeMutableBytes({ try file.read(into: $0) })
            else { continue }
            if count == 0 { return all }
            all += buffer[..<count]
        }
    }

    @Test("A gzip file is decompressed, and its size is the compressed size")
    func file() throws {
        let folder = try TemporaryFolder("packed")
        let text = String(repeating: "a line\n", count: 5000)
        let packed = try Gzip.pack(text)
        try folder.write(packed, to: "a.gz")
        for room in [3000, 1 << 20] {
            let file = try InputFile(opening: .file(folder.path("a.gz")))
            #expect(file.isPacked)
            #expect(file.size == UInt64(packed.count))
            let first = try file.prefix()
            #expect(first.count >= 4096 && text.utf8.starts(with: first))
            #expect(try read(file, room: room) == Array(text.utf8))
        }
    }

    @Test("A growing gzip file is read to its compressed size at opening")
    func grows() throws {
        let folder = try TemporaryFolder("packed")
        let packed = try Gzip.pack("one\n")
        try folder.write(packed, to: "a.gz")
        let file = try InputFile(opening: .file(folder.path("a.gz")))
        try folder.write(packed + packed, to: "b.gz")
        let handle = try #require(FileHandle(forWritingAtPath: folder.path("a.gz")))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(packed))
        #expect(try read(file, room: 100) == Array("one\n".utf8))
    }

    @Test("A compressed stream is decompressed byte by byte, with one wait per read")
    func stream() throws {
        let folder = try TemporaryFolder("packed")
        let path = folder.path("pipe")
        try #require(mkfifo(path, 0o600) == 0)
        let writer = open(path, O_RDWR)
        let file = try InputFile(opening: .file(path))
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 100)
        for byte in try Gzip.pack("one\ntwo\n") {
            #expect([byte].withUnsafeBytes { Glibc.write(writer, $0.baseAddress, 1) } == 1)
            // Reading does not wait while the byte is in the pipe.
            repeat {
                let count = try buffer.withUnsafeMutableBytes { try file.read(into: $0) }
                bytes += buffer[..<(count ?? 0)]
            } while file.hasPendingBytes
        }
        #expect(bytes == Array("one\ntwo\n".utf8))
        #expect(file.isPacked)
        close(writer)
        #expect(try buffer.withUnsafeMutableBytes { try file.read(into: $0) } == 0)
    }

    @Test("Buffered bytes of a stream are not lost")
    func taken() throws {
        let folder = try TemporaryFolder("packed")
        let path = folder.path("pipe")
        try #require(mkfifo(path, 0o600) == 0)
        let writer = open(path, O_RDWR)
        defer { close(writer) }
        let file = try InputFile(opening: .file(path))
        let packed = try Gzip.pack("0123456789")
        #expect(packed.withUnsafeBytes { Glibc.write(writer, $0.baseAddress, $0.count) } > 0)
        var buffer = [UInt8](repeating: 0, count: 4)
        while try buffer.withUnsafeMutableBytes({ try file.read(into: $0) }) == nil {}
        #expect(buffer == Array("0123".utf8))
        #expect(file.takenBytes() == Array("456789".utf8))
    }

    @Test("The error of a gzip file has its name and the decompressed size")
    func faults() throws {
        let folder = try TemporaryFolder("packed")
        let packed = try Gzip.pack("one\ntwo\n")
        try folder.write(packed.dropLast(3), to: "cut.gz")
        let cut = folder.path("cut.gz")
        let truncated = InputError.unpacking(path: cut, .gzip, .truncated, unpacked: 8)
        #expect(throws: truncated) {
            try read(InputFile(opening: .file(cut)), room: 100)
        }
        try folder.write(packed + [1], to: "more.gz")
        let more = folder.path("more.gz")
        #expect(throws: InputError.unpacking(path: more, .gzip, .trailingBytes, unpacked: 8)) {
            try read(InputFile(opening: .file(more)), room: 100)
        }
    }

    @Test(
        "An unsupported format is recognised by its first bytes",
        arguments: [
            (Packing.lz4, [0x04, 0x22, 0x4D, 0x18]), (.zip, [0x50, 0x4B, 0x03, 0x04]),
            (.xz, [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]), (.bzip2, Array("BZh91AY&SY".utf8)),
        ] as [(Packing, [UInt8])])
    func otherPackings(packing: Packing, magic: [UInt8]) throws {
        let folder = try TemporaryFolder("packed")
        try folder.write(magic + [0, 0, 0, 0], to: "a")
        #expect(throws: InputError.packed(path: folder.path("a"), packing)) {
            try InputFile(opening: .file(folder.path("a")))
        }
    }
}
