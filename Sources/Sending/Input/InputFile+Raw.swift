import Glibc

/// Reads the bytes of the descriptor.
extension InputFile {
    /// Reads from the descriptor, within the size at opening; 0 is the end.
    func readRaw(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
        let wanted = size.map { Int(min(UInt64(buffer.count), $0 - position)) } ?? buffer.count
        guard wanted > 0 else { return 0 }
        let count = try readOnce(UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]))
        if count == 0, let size {
            throw .shrank(path: path.shown, from: start + size, to: start + position)
        }
        position += UInt64(count)
        return count
    }

    /// Reads a few bytes of a stream that is not compressed, if it has them: the first read was small.
    func readAhead() throws(InputError) {
        var state = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&state, 1, 0) == 1, state.revents & Int16(POLLIN) != 0 else { return }
        var piece = [UInt8](repeating: 0, count: 4096)
        let result = piece.withUnsafeMutableBytes { buffer in
            Result { () throws(InputError) in try readRaw(into: buffer) }
        }
        pending += piece[..<(try result.get())]
    }

    private func readOnce(_ buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
        let descriptor = try openDescriptor()
        // A FIFO without a writer yet looks as if it had ended.
        if !isRegularFile, position == 0 { Self.wait(for: descriptor) }
        while true {
            // A regular file may be opened twice over one descriptor (standard input), which
            // shares the offset.
            let count =
                isRegularFile
                ? Glibc.pread(
                    descriptor, buffer.baseAddress, buffer.count, off_t(start + position))
                : Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count >= 0 { return count }
            let number = errno
            if number == EAGAIN {
                // Another process made the shared stream non-blocking.
                Self.wait(for: descriptor)
            } else if number != EINTR {
                throw .system(call: "read", path: path.shown, errno: number)
            }
        }
    }
}
