import Glibc

/// An input that is open: a file, a pipe, standard input.
///
/// A regular file is read to the size that it had when it was opened, so that a log that still
/// grows has an end. Everything else is read until it ends.
final class InputFile {
    let path: InputPath
    /// For `poll`, once `hasPendingBytes` is false. Reading is for `read(into:)` alone.
    let descriptor: Int32
    /// Whether `size` and `modified` say something, and `pread` works.
    let isRegularFile: Bool
    /// Bytes from where reading starts to the end, when opened; nil for a stream.
    let size: UInt64?
    /// When its content last changed, in nanoseconds since 1970, when opened; nil for a stream.
    let modifiedNanoseconds: Int64?
    /// Device and inode, by which two names of one file are known.
    private let identity: (device: UInt64, inode: UInt64)
    /// Where reading starts: not at 0 if standard input is a file that was read by others before.
    private let start: UInt64
    /// Bytes given out by `read`.
    private var position: UInt64 = 0
    /// What `prefix` took from a stream and `read` has not yet given out.
    private var pending: [UInt8] = []
    private let ownsDescriptor: Bool

    init(opening path: InputPath) throws(InputError) {
        self.path = path
        switch path {
        case .standardInput:
            descriptor = STDIN_FILENO
            ownsDescriptor = false
        case .file(let name):
            let opened = Glibc.open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY)
            guard opened >= 0 else {
                let number = errno
                throw number == ENOENT || number == ENOTDIR
                    ? .doesNotExist(path: name)
                    : .system(call: "open", path: name, errno: number)
            }
            descriptor = opened
            ownsDescriptor = true
        }
        var facts = stat()
        let failure: InputError? =
            if fstat(descriptor, &facts) != 0 {
                .system(call: "fstat", path: path.shown, errno: errno)
            } else if facts.st_mode & S_IFMT == S_IFDIR {
                .isDirectory(path: path.shown)
            } else {
                nil
            }
        if let failure {
            if ownsDescriptor { close(descriptor) }
            throw failure
        }
        identity = (UInt64(facts.st_dev), UInt64(facts.st_ino))
        isRegularFile = facts.st_mode & S_IFMT == S_IFREG
        if isRegularFile {
            start = UInt64(max(0, lseek(descriptor, 0, SEEK_CUR)))
            let end = UInt64(max(0, facts.st_size))
            size = end > start ? end - start : 0
            modifiedNanoseconds =
                Int64(facts.st_mtim.tv_sec) * 1_000_000_000 + Int64(facts.st_mtim.tv_nsec)
            // Only advice: that it fails costs nothing but speed.
            _ = posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
        } else {
            start = 0
            size = nil
            modifiedNanoseconds = nil
        }
    }

    deinit {
        // Nothing was written: a failing close loses nothing.
        if ownsDescriptor { close(descriptor) }
    }

    /// Whether `read` has something to give that no longer waits in the stream: `poll` would not
    /// tell.
    var hasPendingBytes: Bool { !pending.isEmpty }

    /// Opens them all, in order, and refuses two names of one file.
    static func open(all paths: [InputPath]) throws(InputError) -> [InputFile] {
        var files: [InputFile] = []
        for path in paths {
            let file = try InputFile(opening: path)
            if file.isRegularFile, let other = files.first(where: { $0.identity == file.identity })
            {
                throw .sameFile(path: path.shown, as: other.path.shown)
            }
            files.append(file)
        }
        return files
    }

    /// Fills `buffer` from the front with what comes next, at least one byte; 0 is the end.
    /// Waits for a stream.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
        precondition(!buffer.isEmpty, "a read into no space looks like the end of the input")
        if !pending.isEmpty {
            let count = min(pending.count, buffer.count)
            buffer.copyBytes(from: pending[..<count])
            pending.removeFirst(count)
            position += UInt64(count)
            return count
        }
        let wanted = size.map { Int(min(UInt64(buffer.count), $0 - position)) } ?? buffer.count
        guard wanted > 0 else { return 0 }
        let count = try readOnce(UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]))
        if count == 0, let size {
            throw .shrank(path: path.shown, from: start + size, to: start + position)
        }
        position += UInt64(count)
        return count
    }

    /// Fills `buffer` from the front with the bytes at `offset` (from where reading starts), as far
    /// as the file reaches; less than its size only at the end. For regular files.
    func pread(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(InputError)
        -> Int
    {
        precondition(isRegularFile, "only a regular file can be read at any place")
        var count = 0
        while count < buffer.count {
            let got = Glibc.pread(
                descriptor, buffer.baseAddress?.advanced(by: count), buffer.count - count,
                off_t(start + offset) + off_t(count))
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw .system(call: "pread", path: path.shown, errno: errno) }
            if got == 0 { break }
            count += got
        }
        return count
    }

    /// The first bytes, without taking them from what `read` gives: what a format is known by.
    /// Waits for a stream until it has one byte that is not blank, 4 KiB of blanks, or its end.
    func prefix() throws(InputError) -> [UInt8] {
        precondition(position == 0, "the first bytes are gone")
        var bytes = [UInt8](repeating: 0, count: 4096)
        if isRegularFile {
            let wanted = Int(min(UInt64(bytes.count), size ?? 0))
            let result = bytes.withUnsafeMutableBytes { buffer in
                Result { () throws(InputError) in
                    try pread(
                        into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]), at: 0)
                }
            }
            return Array(bytes[..<(try result.get())])
        }
        while pending.count < bytes.count, !pending.contains(where: { !Self.isBlank($0) }) {
            let result = bytes.withUnsafeMutableBytes { buffer in
                Result { () throws(InputError) in try readOnce(buffer) }
            }
            let count = try result.get()
            if count == 0 { break }
            pending += bytes[..<count]
        }
        return pending
    }

    /// Blank, or part of a UTF-8 byte-order mark.
    private static func isBlank(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x09, 0x0A, 0x0D, 0x20, 0xEF, 0xBB, 0xBF: true
        default: false
        }
    }

    private func readOnce(_ buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
        while true {
            // A regular file may be open a second time over the same descriptor (standard input):
            // its offset is not ours alone.
            let count =
                isRegularFile
                ? Glibc.pread(
                    descriptor, buffer.baseAddress, buffer.count, off_t(start + position))
                : Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count >= 0 { return count }
            let number = errno
            if number == EAGAIN {
                // Another process made the stream that it shares with us non-blocking.
                var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                _ = poll(&wanted, 1, -1)
            } else if number != EINTR {
                throw .system(call: "read", path: path.shown, errno: number)
            }
        }
    }
}
