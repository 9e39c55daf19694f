import Platform

/// A file that is probably one of the same name that was sent, with some lines fixed: its accepted
/// lines would be sent twice.
struct ReturnedFile {
    /// The lines of the other file, of which this one has most; nil if it was moved away.
    let lines: UInt64?

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
        // The lines of a JSON document, and the header of a table, are alike in other files too.
        guard !path.hasSuffix(".json") else { return nil }
        let isTable = [".csv", ".tsv"].contains(where: path.hasSuffix)
        var one = try LineHashes(path)
        var other = try LineHashes(sent)
        if isTable {
            _ = try one.next()
            _ = try other.next()
        }
        var window = LineWindow(one)
        var (same, all): (UInt64, UInt64) = (0, 0)
        while let line = try other.next() {
            all += 1
            if try window.takes(line) { same += 1 }
        }
        guard same * 2 > all else { return nil }
        lines = all
    }
}

/// The lines of a file around a place that moves on by one line at a time.
private struct LineWindow: ~Copyable {
    private var file: LineHashes
    /// Those that were read, in order.
    private var lines: ArraySlice<UInt64> = []
    /// How often each is in the window, without those that were found.
    private var counts: [UInt64: Int] = [:]
    private var found: [UInt64: Int] = [:]
    /// How many were read beyond the place.
    private var ahead = 0
    private var isAtEnd = false

    /// So many lines may be removed or added before a line that is found.
    private static let reach = 1000

    init(_ file: consuming LineHashes) { self.file = file }

    private mutating func readNext() throws(SystemError) {
        guard let line = try file.next() else {
            isAtEnd = true
            return
        }
        lines.append(line)
        ahead += 1
        counts[line, default: 0] += 1
    }

    /// Moves on by a line. Returns whether the window has this one, which is then found once.
    mutating func takes(_ line: UInt64) throws(SystemError) -> Bool {
        while ahead <= Self.reach, !isAtEnd { try readNext() }
        ahead -= 1
        if lines.count > 2 * Self.reach {
            let first = lines.removeFirst()
            if !Self.takeOne(first, from: &found) { _ = Self.takeOne(first, from: &counts) }
        }
        guard Self.takeOne(line, from: &counts) else { return false }
        found[line, default: 0] += 1
        return true
    }

    private static func takeOne(_ line: UInt64, from counts: inout [UInt64: Int]) -> Bool {
        guard let count = counts[line] else { return false }
        counts[line] = count > 1 ? count - 1 : nil
        return true
    }
}

/// A hash of each line of a file without ASCII punctuation and control characters: another program may
/// have written the same values with other separators, quotes or line breaks.
private struct LineHashes: ~Copyable {
    private let file: File
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
    private var offset: UInt64 = 0
    private var bytes: Range<Int> = 0..<0

    init(_ path: String) throws(SystemError) { file = try File.open(path, for: .read) }

    deinit { buffer.deallocate() }

    private static func counts(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), 0x80...:
            true
        default: false
        }
    }

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
                guard Self.counts(buffer[index]) else { continue }
                hash = (hash ^ UInt64(buffer[index])) &* 0x0000_0100_0000_01b3
            }
            bytes = 0..<0
        }
    }
}
