import Glibc

extension File {
    /// Writes all of `bytes` at the file's position.
    ///
    /// After a failure an unknown part of them is written.
    package func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
        try writeAll(bytes, "write") { rest, _ in
            Glibc.write(descriptor, rest.baseAddress, rest.count)
        }
    }

    /// Writes all of `bytes` at `offset`, without moving the file's position.
    package func write(
        _ bytes: UnsafeRawBufferPointer, at offset: UInt64
    ) throws(SystemError) {
        try writeAll(bytes, "pwrite") { rest, written in
            pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(written))
        }
    }

    /// Calls `write` until all of `bytes` are written.
    ///
    /// - Parameter write: Writes the rest of `bytes`, with the count before it as second argument.
    @inline(__always)
    private func writeAll(
        _ bytes: UnsafeRawBufferPointer, _ name: String,
        _ write: (UnsafeRawBufferPointer, Int) -> Int
    ) throws(SystemError) {
        var written = 0
        while written < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
            let count = retryingInterrupts { write(rest, written) }
            guard count > 0 else {
                throw SystemError(call: name, path: path, code: count == 0 ? ENOSPC : errno)
            }
            written += count
        }
    }

    /// Inserts bytes at the start, and moves all others.
    ///
    /// After a failure the content is unknown.
    package func insert(_ bytes: [UInt8]) throws(SystemError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
        defer { buffer.deallocate() }
        var end = try status().size
        while end > 0 {
            let count = Int(min(end, UInt64(buffer.count)))
            let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
            let start = end - UInt64(count)
            try readAll(into: piece, at: start)
            try write(UnsafeRawBufferPointer(piece), at: start + UInt64(bytes.count))
            end = start
        }
        try bytes.span.withUnsafeBytes { (bytes) throws(SystemError) in try write(bytes, at: 0) }
    }

    /// Moves the file's position to `offset`.
    package func seek(to offset: UInt64) throws(SystemError) {
        guard lseek(descriptor, off_t(offset), SEEK_SET) >= 0 else {
            throw SystemError("lseek", path)
        }
    }

    /// Reads at `offset` until `buffer` is full or the file ends; returns the count.
    package func read(
        into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64
    ) throws(SystemError) -> Int {
        var filled = 0
        while filled < buffer.count, let base = buffer.baseAddress {
            let count = retryingInterrupts {
                pread(
                    descriptor, base + filled, buffer.count - filled, off_t(offset) + off_t(filled))
            }
            if count == 0 { break }
            guard count > 0 else { throw SystemError("pread", path) }
            filled += count
        }
        return filled
    }

    /// Returns up to `count` bytes at `offset`; fewer if the file ends before.
    package func bytes(at offset: UInt64, count: Int) throws(SystemError) -> [UInt8] {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
        defer { buffer.deallocate() }
        return Array(buffer[..<(try read(into: buffer, at: offset))])
    }

    /// Fills `buffer` from `offset`.
    ///
    /// - Throws: `EIO` if the file ends before.
    package func readAll(
        into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64
    ) throws(SystemError) {
        guard try read(into: buffer, at: offset) == buffer.count else {
            throw .unexpectedContent(of: self)
        }
    }
}

extension SystemError {
    /// The error for a file whose content is not what was written: it changed, or the disk fails.
    package static func unexpectedContent(of file: File) -> SystemError {
        SystemError(call: "pread", path: file.path, code: EIO)
    }
}
