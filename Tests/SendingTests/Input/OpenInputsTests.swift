import Foundation
import Sending
import TestSupport
import Testing

@Suite("Inputs that are closed while others are read") struct OpenInputsTests {
    private let folder: TemporaryFolder
    private let paths: [InputPath]

    init() throws {
        folder = try TemporaryFolder("inputs")
        for number in 0..<6 { try folder.write("content \(number)", to: "\(number)") }
        paths = [String](["0", "1", "2", "3", "4", "5"]).map { [folder] in .file(folder.path($0)) }
    }

    private func read(_ file: InputFile) throws -> String {
        var bytes = [UInt8](repeating: 0, count: 100)
        let count = try bytes.withUnsafeMutableBytes { try file.pread(into: $0, at: 0) }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    /// The descriptors of this process that have a file of the folder.
    private func openCount() throws -> Int {
        let links = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
        return links.count { link in
            let target = try? FileManager.default.destinationOfSymbolicLink(
                atPath: "/proc/self/fd/\(link)")
            return target?.hasPrefix(folder.path) ?? false
        }
    }

    @Test("All are read in any order, and no more are open than allowed", arguments: [1, 2, 6])
    func limit(maxOpen: Int) throws {
        let files = try InputFile.open(all: paths, maxOpen: maxOpen)
        #expect(try openCount() == maxOpen)
        for index in [0, 1, 2, 3, 4, 5, 0, 5, 2, 2, 1] {
            #expect(try read(files[index]) == "content \(index)")
            let again = try InputFile(again: files[index])
            #expect(try read(again) == "content \(index)")
            #expect(try openCount() <= maxOpen)
        }
        withExtendedLifetime(files) {}
    }

    @Test("A name that changes matters only to a closed file")
    func renamed() throws {
        let files = try InputFile.open(all: paths, maxOpen: 2)
        for name in ["0", "5"] {
            try FileManager.default.moveItem(
                atPath: folder.path(name), toPath: folder.path("x" + name))
        }
        #expect(try read(files[5]) == "content 5")
        #expect(throws: InputError.replaced(path: folder.path("0"))) { try read(files[0]) }
        try FileManager.default.moveItem(atPath: folder.path("x0"), toPath: folder.path("0"))
        #expect(try read(files[0]) == "content 0")
    }

    @Test("A closed file that was written or replaced is refused", arguments: [true, false])
    func replaced(inPlace: Bool) throws {
        let files = try InputFile.open(all: paths, maxOpen: 1)
        if inPlace {
            let handle = try #require(FileHandle(forWritingAtPath: folder.path("1")))
            try handle.seekToEnd()
            try handle.write(contentsOf: Data("more".utf8))
        } else {
            try FileManager.default.removeItem(atPath: folder.path("1"))
            try FileManager.default.moveItem(atPath: folder.path("0"), toPath: folder.path("1"))
        }
        #expect(throws: InputError.replaced(path: folder.path("1"))) { try read(files[1]) }
        #expect(try read(files[2]) == "content 2")
    }
}
