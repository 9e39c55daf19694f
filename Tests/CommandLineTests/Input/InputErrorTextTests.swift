import Foundation
import Glibc
import Sending
import TestSupport
import Testing

@testable import hookbatch

@Suite("Messages about inputs") struct InputErrorTextTests {
    @Test("The message about damaged gzip data has the decompressed size and both ways out")
    func damaged() {
        let truncated = InputError.unpacking(path: "cut.gz", .gzip, .truncated, unpacked: 8)
        #expect(
            truncated.message == "'cut.gz' can't be decompressed: unexpected end of the gzip data, "
                + "after 8 decompressed bytes; replace it with the whole file and run the same "
                + "command again to resume; or save the readable part (gunzip -c cut.gz >salvaged) "
                + "and send it as a new run, which sends all its lines")
        #expect(ExitStatus(truncated) == .fileError)
    }

    @Test("The message about a large window or a missing libzstd has the command to type instead")
    func zstd() {
        let window = InputError.unpacking(path: "a.ndjson.zst", .zstd, .windowTooLarge, unpacked: 0)
        #expect(
            window.message == "'a.ndjson.zst' can't be decompressed: the zstd data needs a window "
                + "above 128 MiB, after 0 decompressed bytes; decompress it in a pipe: "
                + "unzstd --long=31 -c a.ndjson.zst | hookbatch send --report a.report.ndjson -")
        let missing = InputError.zstdLibrary(path: "-", reason: "no such file")
        #expect(
            missing.message
                == "standard input is compressed with zstd, and libzstd can't be loaded "
                + "(no such file); install it (libzstd1 on Debian and Ubuntu), or decompress it in a "
                + "pipe: … | unzstd -c | hookbatch send … -")
        #expect(ExitStatus(missing) == .usage)
    }

    @Test("The message about a file that shrank has both sizes")
    func shrank() {
        let error = InputError.shrank(path: "log", from: 10, to: 4)
        #expect(error.message == "'log' shrank while it was read: from 10 bytes to 4")
    }

    @Test("The message about a failed call has the system's words")
    func system() {
        let error = InputError.system(call: "open", path: "loop", errno: ELOOP)
        #expect(error.message.hasPrefix("'loop' can't be opened: Too many levels"))
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
        for error in [PackingError.truncated, .corrupt("because"), .trailingBytes] {
            let message = InputError.unpacking(path: path, .gzip, error, unpacked: 8).message
            #expect(message.contains(command), "\(message)")
            #expect(message.contains("replace it") == (path != "-"), "\(message)")
        }
    }

    @Test(
        "The error of an unsupported format has the command to type instead",
        arguments: [
            (
                "a b.tsv.lz4", [0x04, 0x22, 0x4D, 0x18],
                "unlz4 -c 'DIR/a b.tsv.lz4' | hookbatch send --format tsv --report "
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

    @Test(
        "The error of a file that is not text has what to do instead of a pipe",
        arguments: [
            ("a.xlsx", [0x50, 0x4B, 3, 4], "a spreadsheet is not supported; save it"),
            ("A.ODS", [0x50, 0x4B, 3, 4], "a spreadsheet is not supported; save it"),
            (
                "a", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1],
                "a spreadsheet is not supported; save it"
            ),
            ("a", Array("PAR1\u{15}".utf8), "Parquet is not supported; convert it to NDJSON"),
            ("a", Array("Obj\u{1}".utf8), "Avro is not supported; convert it to NDJSON"),
        ] as [(String, [UInt8], String)])
    func notText(name: String, magic: [UInt8], words: String) throws {
        let folder = try TemporaryFolder("packed")
        try folder.write(magic + [UInt8](repeating: 0, count: 99), to: name)
        let error = #expect(throws: InputError.self) {
            try InputFile(opening: .file(folder.path(name)))
        }
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
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
        #expect(
            directory.message.hasSuffix(
                "(example: find 'a b/' -name '*.ndjson' | sort | hookbatch check --files-from -)"))
    }
}
