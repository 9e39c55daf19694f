import Glibc

extension File {
    /// Writes all of `bytes` at the file's position, however many calls that takes.
    ///
    /// After a failure an unknown part of them is written.
    package func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
            if count > 0 {
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            } else if count == 0 || errno != EINTR {
                throw SystemError(call: "write", path: path, code: count == 0 ? ENOSPC : errno)
            }
        }
    }

    /// Writes all of `bytes` at `offset`, without moving the file's position.
    package func write(
        _ bytes: UnsafeRawBufferPointer, at offset: UInt64
    ) throws(SystemError) {
        var rest = bytes
        var offset = offset
        while !rest.isEmpty {
            let count = pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset))
            if count > 0 {
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
                offset += UInt64(count)
            } else if count == 0 || errno != EINTR {
                throw SystemError(call: "pwrite", path: path, code: count == 0 ? ENOSPC : errno)
            }
        }
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
            let count = pread(
                descriptor, base + filled, buffer.count - filled, off_t(offset) + off_t(filled))
            if count == 0 { break }
            if count > 0 {
                filled += count
            } else if errno != EINTR {
                throw SystemError("pread", path)
            }
        }
        return filled
    }
}
