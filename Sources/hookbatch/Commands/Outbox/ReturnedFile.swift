import Platform

/// A file that is probably one of the same name that was sent, with some lines fixed: its accepted
/// lines would be sent twice.
struct ReturnedFile {
    /// The lines that are as in the other file, and those of that file; nil if it was moved away.
    let lines: (same: UInt64, all: UInt64)?

    /// Returns nil for another file.
    ///
    /// - Parameters:
    ///   - path: The path of the file.
    ///   - sent: That of the one that was sent, in the folder of its run.
    init?(_ path: String, sent: String) throws(SystemError) {
        guard try FileStatus.of(sent) != nil else {
            lines = nil
            return
        }
        var one = try LineHashes(path)
        var other = try LineHashes(sent)
        // The lines of a JSON document, and the header of a table, are alike in other files too.
        guard !path.hasSuffix(".json") else { return nil }
        if [".csv", ".tsv"].contains(where: path.hasSuffix) {
            _ = try one.next()
            _ = try other.next()
        }
        var (same, all): (UInt64, UInt64) = (0, 0)
        while let line = try other.next() {
            all += 1
            if try one.next() == line { same += 1 }
        }
        guard same * 2 > all else { return nil }
        lines = (same, all)
    }
}

/// A hash of each line of a file.
private struct LineHashes: ~Copyable {
    private let file: File
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
    private var offset: UInt64 = 0
    private var bytes: Range<Int> = 0..<0

    init(_ path: String) throws(SystemError) { file = try File.open(path, for: .read) }

    deinit { buffer.deallocate() }

    /// Returns the hash of the next line; nil after the last one.
    mutating func next() throws(SystemError) -> UInt64? {
        // FNV-1a.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        var isEmpty = true
        while true {
            if bytes.isEmpty {
                let count = try file.read(into: buffer, at: offset)
                guard count > 0 else { return isEmpty ? nil : hash }
                offset += UInt64(count)
                bytes = 0..<count
            }
            for index in bytes {
                isEmpty = false
                guard buffer[index] != 0x0a else {
                    bytes = (index + 1)..<bytes.upperBound
                    return hash
                }
                hash = (hash ^ UInt64(buffer[index])) &* 0x0000_0100_0000_01b3
            }
            bytes = 0..<0
        }
    }
}
