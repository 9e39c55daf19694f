import Foundation
import Glibc
import TestSupport
import Testing

@testable import hookbatch

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
        let truncated = InputError.gzip(path: cut, .truncated, unpacked: 8)
        #expect(throws: truncated) {
            try read(InputFile(opening: .file(cut)), room: 100)
        }
        #expect(
            truncated.message == "'\(cut)' can't be decompressed: unexpected end of the gzip data, "
                + "after 8 decompressed bytes; replace it with the whole file and run the same "
                + "command again to resume; or save the readable part (gunzip -c \(cut) >salvaged) "
                + "and send it as a new run, which sends all its lines")
        #expect(ExitStatus(truncated) == .fileError)
        try folder.write(packed + [1], to: "more.gz")
        let more = folder.path("more.gz")
        #expect(throws: InputError.gzip(path: more, .trailingBytes, unpacked: 8)) {
            try read(InputFile(opening: .file(more)), room: 100)
        }
    }

    @Test(
        "The readable part of a damaged file gets a new name with the same format",
        arguments: [
            ("a b.ndjson.gz", "(gunzip -c 'a b.ndjson.gz' >salvaged.ndjson)"),
            ("A.CSV.GZ", "(gunzip -c A.CSV.GZ >salvaged.csv)"),
            ("a.tsv", "(gunzip -c a.tsv >salvaged.tsv)"),
            ("csv.d/a", "(gunzip -c csv.d/a >salvaged)"),
            ("-", "(… | gunzip -c >salvaged)"),
        ])
    func salvaged(path: String, command: String) {
        for fault in [GzipFault.truncated, .corrupt("because"), .trailingBytes] {
            let message = InputError.gzip(path: path, fault, unpacked: 8).message
            #expect(message.contains(command), "\(message)")
            #expect(message.contains("replace it") == (path != "-"), "\(message)")
        }
    }

    @Test(
        "The error of an unsupported format has the command to type instead",
        arguments: [
            (
                "a b.tsv.zst", [0x28, 0xB5, 0x2F, 0xFD],
                "unzstd -c 'DIR/a b.tsv.zst' | hookbatch send --format tsv --report "
                    + "'a b.report.ndjson' -"
            ),
            (
                "a.zip", [0x50, 0x4B, 0x03, 0x04],
                "unzip -p DIR/a.zip | hookbatch send --report a.report.ndjson -"
            ),
            (
                "a.csv.xz", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00],
                "unxz -c DIR/a.csv.xz | hookbatch send --report a.report.ndjson -"
            ),
            (
                "a.ndjson.bz2", Array("BZh91AY&SY".utf8),
                "bunzip2 -c DIR/a.ndjson.bz2 | hookbatch send --report a.report.ndjson -"
            ),
        ] as [(String, [UInt8], String)])
    func otherPackings(name: String, magic: [UInt8], command: String) throws {
        let folder = try TemporaryFolder("packed")
        try folder.write(magic + [0, 0, 0, 0], to: name)
        let error = #expect(throws: InputError.self) {
            try InputFile(opening: .file(folder.path(name)))
        }
        let expected = command.replacingOccurrences(of: "DIR", with: folder.path)
        #expect(error?.message.hasSuffix("decompress it in a pipe: " + expected) == true)
        #expect(error.map(ExitStatus.init) == .usage)
    }

    @Test("The error of a missing file suggests a similar name")
    func missing() throws {
        let folder = try TemporaryFolder("packed")
        try folder.write("", to: "events.ndjson.gz")
        try folder.write("", to: "orders.csv")
        func message(_ name: String) -> String? {
            let error = #expect(throws: InputError.self) {
                try InputFile(opening: .file(folder.path(name)))
            }
            return error?.message.replacingOccurrences(of: folder.path + "/", with: "")
        }
        #expect(
            message("events.ndjson")
                == "'events.ndjson' does not exist; did you mean 'events.ndjson.gz'?")
        #expect(message("order.csv") == "'order.csv' does not exist; did you mean 'orders.csv'?")
        #expect(message("something else") == "'something else' does not exist")
        #expect(
            message("*.json") == "'*.json' does not exist: no file matches the pattern, or it is "
                + "in quotes; list the files with ls")
        let directory = InputError.isDirectory(path: "a b/")
        #expect(directory.message.hasSuffix("(example: hookbatch check 'a b'/*.ndjson)"))
    }
}
