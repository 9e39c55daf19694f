import Glibc
import Platform

/// A reader of lines, with a buffer that grows for long ones.
struct LineReader {
    /// The result of a read. Bytes are valid until the next call.
    enum Found {
        /// A line without its line feed.
        case line(UnsafeRawBufferPointer)
        /// A line over the limit; it is skipped.
        case overlong
        /// Bytes after the last line feed.
        case unterminated
        case end
    }

    private let file: File
    private let storage: Storage
    private var start = 0
    private var end = 0
    private var offset: UInt64 = 0
    /// Line feeds in the last line, its terminator included.
    private(set) var lineFeeds: UInt64 = 0
    /// The first byte of the last line in the file.
    private(set) var lineOffset: UInt64 = 0

    init(_ file: File, bufferSize: Int) {
        self.file = file
        storage = Storage(max(bufferSize, 4096))
    }

    /// Returns the file's first bytes, up to the buffer's size. Called before the first `next`.
    mutating func peek() throws(SystemError) -> UnsafeRawBufferPointer {
        _ = try fill()
        return bytes(start..<end)
    }

    /// - Parameter isQuoted: Whether a line feed between quotes is part of its line, as in CSV.
    mutating func next(isQuoted: Bool, limit: Int) throws(SystemError) -> Found {
        var scanned = start
        var quotes = 0
        lineFeeds = 0
        while true {
            while let lineFeed = bytes(0..<end).lineFeed(from: scanned) {
                lineFeeds += 1
                if isQuoted { quotes += self.quotes(in: scanned..<lineFeed) }
                scanned = lineFeed + 1
                if quotes % 2 == 0 {
                    let line = start..<lineFeed
                    lineOffset = offset - UInt64(end - start)
                    start = scanned
                    return line.count <= limit ? .line(bytes(line)) : .overlong
                }
            }
            if isQuoted { quotes += self.quotes(in: scanned..<end) }
            if end - start > limit { return try skipLine(isQuoted: isQuoted, quotes: quotes) }
            scanned = end - start
            guard try fill() else { return start == end ? .end : .unterminated }
            scanned += start
        }
    }

    /// Skips the rest of a line that is over the limit.
    private mutating func skipLine(isQuoted: Bool, quotes: Int) throws(SystemError) -> Found {
        var quotes = quotes
        start = end
        while true {
            while let lineFeed = bytes(0..<end).lineFeed(from: start) {
                lineFeeds += 1
                if isQuoted { quotes += self.quotes(in: start..<lineFeed) }
                start = lineFeed + 1
                if quotes % 2 == 0 { return .overlong }
            }
            if isQuoted { quotes += self.quotes(in: start..<end) }
            start = end
            guard try fill() else { return .overlong }
        }
    }

    /// Reads more bytes. Returns false at the end of the file.
    ///
    /// Unread bytes are moved to the start of the buffer, which is doubled if they fill it.
    private mutating func fill() throws(SystemError) -> Bool {
        storage.moveToFront(start..<end)
        end -= start
        start = 0
        if end == storage.bytes.count { storage.double() }
        let room = UnsafeMutableRawBufferPointer(rebasing: storage.bytes[end...])
        let count = try file.read(into: room, at: offset)
        offset += UInt64(count)
        end += count
        return count > 0
    }

    private func bytes(_ range: Range<Int>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: storage.bytes[range])
    }

    private func quotes(in range: Range<Int>) -> Int {
        var count = 0
        for byte in storage.bytes[range] where byte == 0x22 { count += 1 }
        return count
    }

    /// The buffer's memory, freed with its last reader.
    private final class Storage {
        private(set) var bytes: UnsafeMutableRawBufferPointer

        init(_ size: Int) { bytes = .allocate(byteCount: size, alignment: 16) }

        deinit { bytes.deallocate() }

        func moveToFront(_ range: Range<Int>) {
            guard range.lowerBound > 0, let base = bytes.baseAddress else { return }
            memmove(base, base + range.lowerBound, range.count)
        }

        func double() {
            let larger = UnsafeMutableRawBufferPointer.allocate(
                byteCount: 2 * bytes.count, alignment: 16)
            larger.copyMemory(from: UnsafeRawBufferPointer(bytes))
            bytes.deallocate()
            bytes = larger
        }
    }
}
