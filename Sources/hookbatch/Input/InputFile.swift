import Glibc

/// An input that is open: a file, a pipe, standard input; what gzip has packed is unpacked.
///
/// A regular file is read to the size that it had when it was opened, so that a log that still
/// grows has an end. Everything else is read until it ends.
final class InputFile {
    let path: InputPath
    /// For `poll`, once `hasPendingBytes` is false. Reading is for `read(into:)` alone.
    let descriptor: Int32
    /// Whether `size` and `modified` say something, and it can be read again.
    let isRegularFile: Bool
    /// Bytes from where reading starts to the end, when opened, packed as they are; nil for a
    /// stream.
    let size: UInt64?
    /// When its content last changed, in nanoseconds since 1970, when opened; nil for a stream.
    let modifiedNanoseconds: Int64?
    /// Device and inode, by which two names of one file are known.
    private let identity: (device: UInt64, inode: UInt64)
    /// Where reading starts: not at 0 if standard input is a file that was read by others before.
    private let start: UInt64
    /// Bytes read from the descriptor.
    private(set) var position: UInt64 = 0
    /// The first bytes of a stream, as long as they don't tell whether it is packed.
    private var head: [UInt8]?
    private var gunzip: Gunzip?
    /// What was read and, where it must be, unpacked, and `read` has not yet given out.
    private var pending: [UInt8] = []
    private var hasGiven = false
    private let ownsDescriptor: Bool
    /// Who owns the descriptor instead, kept so that it stays open.
    private let owner: InputFile?

    init(opening path: InputPath) throws(InputError) {
        self.path = path
        owner = nil
        switch path {
        case .standardInput:
            descriptor = STDIN_FILENO
            ownsDescriptor = false
        case .file(let name):
            let opened = Glibc.open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY)
            guard opened >= 0 else {
                let number = errno
                throw number == ENOENT || number == ENOTDIR
                    ? .doesNotExist(path: name, nearest: path.nearestFile())
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
            // The last of the properties has its value: a throw closes what is open.
            try takeVerdict(Packing.verdict(onFirstBytes: firstBytes(Packing.sampleSize)))
        } else {
            start = 0
            size = nil
            modifiedNanoseconds = nil
            head = []
        }
    }

    /// A regular file once more from where its reading started, over the descriptor that is open:
    /// by now its name may be another file's, or nobody's.
    init(again file: InputFile) throws(InputError) {
        precondition(file.isRegularFile, "only a regular file can be read again")
        path = file.path
        descriptor = file.descriptor
        ownsDescriptor = false
        owner = file
        isRegularFile = true
        size = file.size
        modifiedNanoseconds = file.modifiedNanoseconds
        identity = file.identity
        start = file.start
        try takeVerdict(Packing.verdict(onFirstBytes: firstBytes(Packing.sampleSize)))
    }

    deinit {
        // Nothing was written: a failing close loses nothing.
        if ownsDescriptor { close(descriptor) }
    }

    /// Whether `read` may have something to give that no longer waits in the stream: `poll` would
    /// not tell.
    var hasPendingBytes: Bool { !pending.isEmpty || gunzip?.hasMore ?? false }

    /// Whether its bytes come unpacked. Of a stream it is known once something was read.
    var isPacked: Bool { gunzip != nil }

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

    /// Fills `buffer` from the front with what comes next, at least one byte; 0 is the end. Nil if
    /// what came does not say anything yet, such as a part of packed bytes: ask again. Waits for a
    /// stream once at most.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int? {
        precondition(!buffer.isEmpty, "a read into no space looks like the end of the input")
        hasGiven = true
        guard !pending.isEmpty else { return try readNext(into: buffer) }
        let count = min(pending.count, buffer.count)
        buffer.copyBytes(from: pending[..<count])
        pending.removeFirst(count)
        return count
    }

    /// What was taken from a stream and `read` has not yet given out, as far as it can be unpacked.
    func takenBytes() -> [UInt8] {
        var bytes = pending + (head ?? [])
        guard let gunzip else { return bytes }
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        while gunzip.hasMore,
            let count = piece.withUnsafeMutableBytes({ try? gunzip.unpack(into: $0) })
        {
            bytes += piece[..<count]
        }
        return bytes
    }

    /// Fills `buffer` from the front with the bytes at `offset` (from where reading starts), as far
    /// as the file reaches; less than its size only at the end. For regular files, packed as they
    /// are.
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
        precondition(!hasGiven, "the first bytes are gone")
        let wanted = 4096
        if isRegularFile, gunzip == nil { return try firstBytes(wanted) }
        var piece = [UInt8](repeating: 0, count: wanted)
        while pending.count < wanted, !pending.contains(where: { !Self.isBlank($0) }) {
            let result = piece.withUnsafeMutableBytes { buffer in
                Result { () throws(InputError) in try readNext(into: buffer) }
            }
            guard let count = try result.get() else { continue }
            if count == 0 { break }
            pending += piece[..<count]
        }
        return pending
    }

    /// The first bytes of a regular file, packed as they are.
    private func firstBytes(_ count: Int) throws(InputError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Int(min(UInt64(count), size ?? 0)))
        let result = bytes.withUnsafeMutableBytes { buffer in
            Result { () throws(InputError) in try pread(into: buffer, at: 0) }
        }
        return Array(bytes[..<(try result.get())])
    }

    /// Blank, or part of a UTF-8 byte-order mark.
    private static func isBlank(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x09, 0x0A, 0x0D, 0x20, 0xEF, 0xBB, 0xBF: true
        default: false
        }
    }

    /// Reads past `pending`.
    private func readNext(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int? {
        if let gunzip { return try unpack(gunzip, into: buffer) }
        if head != nil { return try readHead() }
        return try readRaw(into: buffer)
    }

    private func unpack(
        _ gunzip: Gunzip, into buffer: UnsafeMutableRawBufferPointer
    ) throws(InputError) -> Int? {
        var isAtEnd = false
        if !gunzip.hasMore {
            isAtEnd = try gunzip.takeIn(readRaw) == 0
        }
        do {
            if isAtEnd {
                try gunzip.checkEnd()
                return 0
            }
            let count = try gunzip.unpack(into: buffer)
            return count == 0 ? nil : count
        } catch {
            throw .gzip(path: path.shown, error, unpacked: gunzip.unpacked)
        }
    }

    /// Reads the first bytes of a stream until they tell whether it is packed.
    private func readHead() throws(InputError) -> Int? {
        var piece = [UInt8](repeating: 0, count: 4096)
        let result = piece.withUnsafeMutableBytes { buffer in
            Result { () throws(InputError) in try readRaw(into: buffer) }
        }
        let count = try result.get()
        let bytes = (head ?? []) + piece[..<count]
        head = bytes
        let verdict = count == 0 ? .plain : Packing.verdict(onFirstBytes: bytes)
        guard verdict != .needsMore else { return nil }
        head = nil
        try takeVerdict(verdict)
        if let gunzip {
            _ = gunzip.takeIn { buffer in
                buffer.copyBytes(from: bytes)
                return bytes.count
            }
        } else {
            pending = bytes
        }
        return bytes.isEmpty ? 0 : nil
    }

    private func takeVerdict(_ verdict: Packing.Verdict) throws(InputError) {
        switch verdict {
        case .plain, .needsMore: break
        case .packed(.gzip): gunzip = Gunzip()
        case .packed(let packing): throw .packed(path: path.shown, packing)
        }
    }

    /// What comes next from the descriptor, within the size that a file had; 0 is the end.
    private func readRaw(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
        let wanted = size.map { Int(min(UInt64(buffer.count), $0 - position)) } ?? buffer.count
        guard wanted > 0 else { return 0 }
        let count = try readOnce(UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]))
        if count == 0, let size {
            throw .shrank(path: path.shown, from: start + size, to: start + position)
        }
        position += UInt64(count)
        return count
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
