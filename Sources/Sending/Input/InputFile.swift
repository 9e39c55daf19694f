import CPosix
import Glibc

/// An open input: a file, a pipe or standard input, with gzip and zstd decompressed.
///
/// A regular file is read to its size at opening, so a growing log has an end. Other inputs are
/// read until they end.
package final class InputFile {
    package let path: InputPath
    private let source: InputDescriptor
    /// Whether `size` and `modifiedNanoseconds` are known, and the input can be read again.
    package let isRegularFile: Bool
    /// Bytes from the start of reading to the end at opening, compressed; nil for a stream.
    package let size: UInt64?
    /// The modification time at opening, in nanoseconds since 1970; nil for a stream.
    package let modifiedNanoseconds: Int64?
    /// The start of reading; above 0 if another process read from standard input before.
    let start: UInt64
    /// Bytes read from the descriptor.
    package internal(set) var position: UInt64 = 0
    /// The first bytes of a stream until the compression is known.
    private var head: [UInt8]?
    private var decoder: (any Decoder)?
    /// Bytes that were read and decompressed, and not yet returned by `read`.
    var pending: [UInt8] = []
    private var hasGiven = false

    package convenience init(opening path: InputPath) throws(InputError) {
        try self.init(opening: path, OpenInputs(limit: 1))
    }

    init(opening path: InputPath, _ openInputs: OpenInputs) throws(InputError) {
        self.path = path
        source = try InputDescriptor(opening: path, openInputs)
        let (descriptor, facts) = (source.number, source.status)
        isRegularFile = source.isRegularFile
        if isRegularFile {
            start = UInt64(max(0, lseek(descriptor, 0, SEEK_CUR)))
            let end = UInt64(max(0, facts.st_size))
            size = end > start ? end - start : 0
            modifiedNanoseconds =
                Int64(facts.st_mtim.tv_sec) * 1_000_000_000 + Int64(facts.st_mtim.tv_nsec)
            // Only a hint: a failure costs only speed.
            _ = posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
            try takeVerdict(Packing.verdict(onFirstBytes: firstBytes(Packing.sampleSize)))
        } else {
            start = 0
            size = nil
            modifiedNanoseconds = nil
            head = []
            if path != .standardInput { _ = hb_set_blocking(descriptor) }
        }
    }

    /// Reopens a regular file at its start over its descriptor, because its name may have changed.
    package init(again file: InputFile) throws(InputError) {
        precondition(file.isRegularFile, "only a regular file can be read again")
        path = file.path
        source = file.source
        isRegularFile = true
        size = file.size
        modifiedNanoseconds = file.modifiedNanoseconds
        start = file.start
        try takeVerdict(Packing.verdict(onFirstBytes: firstBytes(Packing.sampleSize)))
    }

    /// Of a stream, for `poll` when `hasPendingBytes` is false. Only `read(into:)` reads from it.
    package var descriptor: Int32 { source.number }

    /// Device and inode, to detect two names of one file.
    var identity: InputDescriptor.Identity { source.identity }

    /// Returns the descriptor, which may have been closed if it is that of a regular file.
    func openDescriptor() throws(InputError) -> Int32 { try source.opened() }

    /// Whether `read` may return buffered bytes, which `poll` does not see.
    package var hasPendingBytes: Bool { !pending.isEmpty || decoder?.hasMore ?? false }

    /// The compression format; nil for none. Known for a stream after the first read.
    package var packing: Packing? { decoder?.packing }

    /// Whether the input is compressed. Known for a stream after the first read.
    package var isPacked: Bool { decoder != nil }

    /// Reads the next bytes into the front of `buffer`. Returns their number; 0 is the end.
    ///
    /// Returns nil if the input gave no usable bytes yet, such as part of a compressed block; call
    /// again. Waits at most once for a stream.
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int? {
        precondition(!buffer.isEmpty, "a read into no space looks like the end of the input")
        hasGiven = true
        guard !pending.isEmpty else { return try readNext(into: buffer) }
        let count = min(pending.count, buffer.count)
        buffer.copyBytes(from: pending[..<count])
        pending.removeFirst(count)
        return count
    }

    /// Returns bytes that were read from a stream and not yet returned, decompressed if possible.
    package func takenBytes() -> [UInt8] {
        var bytes = pending + (head ?? [])
        guard let decoder else { return bytes }
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        while decoder.hasMore,
            let count = piece.withUnsafeMutableBytes({ try? decoder.unpack(into: $0) })
        {
            bytes += piece[..<count]
        }
        return bytes
    }

    /// Reads the bytes at `offset` from the start of reading into the front of `buffer`.
    ///
    /// Returns fewer bytes than its size only at the end. For regular files; compressed bytes.
    package func pread(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64)
        throws(InputError)
        -> Int
    {
        precondition(isRegularFile, "only a regular file can be read at any place")
        let descriptor = try openDescriptor()
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

    /// Returns the first bytes without consuming them, to detect the format.
    ///
    /// Waits for a stream until it has one byte that is not blank, 4 KiB of blanks, or its end, and
    /// then until they are enough.
    ///
    /// - Parameters:
    ///   - limit: Maximum bytes that are waited for.
    ///   - wait: Waits until the descriptor is readable or has ended, and throws to give up.
    ///   - isEnough: Whether the bytes decide; they have one that is not blank.
    package func prefix(
        upTo limit: Int = 4096, wait: (Int32) throws(InputError) -> Void = InputFile.wait(for:),
        isEnough: ([UInt8]) -> Bool = { _ in true }
    ) throws(InputError) -> [UInt8] {
        precondition(!hasGiven, "the first bytes are gone")
        let wanted = 4096
        if isRegularFile, decoder == nil {
            let first = try firstBytes(wanted)
            return limit <= wanted || isEnough(first) ? first : try firstBytes(limit)
        }
        var piece = [UInt8](repeating: 0, count: wanted)
        while true {
            let isBlank = !pending.contains { !Self.isBlank($0) }
            if isBlank ? pending.count >= wanted : pending.count >= limit || isEnough(pending) {
                break
            }
            if !isRegularFile, decoder?.hasMore != true { try wait(descriptor) }
            let result = piece.withUnsafeMutableBytes { buffer in
                Result { () throws(InputError) in try readNext(into: buffer) }
            }
            guard let count = try result.get() else { continue }
            if count == 0 { break }
            pending += piece[..<count]
        }
        return pending
    }

    /// Returns the first bytes of a regular file, compressed.
    private func firstBytes(_ count: Int) throws(InputError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Int(min(UInt64(count), size ?? 0)))
        let result = bytes.withUnsafeMutableBytes { buffer in
            Result { () throws(InputError) in try pread(into: buffer, at: 0) }
        }
        return Array(bytes[..<(try result.get())])
    }

    /// Reads bytes after `pending`.
    private func readNext(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int? {
        if let decoder { return try unpack(decoder, into: buffer) }
        if head != nil { return try readHead() }
        return try readRaw(into: buffer)
    }

    private func unpack(
        _ decoder: any Decoder, into buffer: UnsafeMutableRawBufferPointer
    ) throws(InputError) -> Int? {
        var isAtEnd = false
        if !decoder.hasMore {
            isAtEnd = try decoder.takeIn(readRaw) == 0
        }
        do {
            if isAtEnd {
                try decoder.checkEnd()
                return 0
            }
            let count = try decoder.unpack(into: buffer)
            return count == 0 ? nil : count
        } catch {
            throw .unpacking(
                path: path.shown, decoder.packing, error, unpacked: decoder.unpacked)
        }
    }

    /// Reads the first bytes of a stream until the compression is known.
    private func readHead() throws(InputError) -> Int? {
        var piece = [UInt8](repeating: 0, count: Self.maxStreamPacked / 2)
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
        if let decoder {
            _ = decoder.takeIn { buffer in
                buffer.copyBytes(from: bytes)
                return bytes.count
            }
        } else {
            pending = bytes
            if count == piece.count { try readAhead() }
        }
        return bytes.isEmpty ? 0 : nil
    }

    private func takeVerdict(_ verdict: Packing.Verdict) throws(InputError) {
        switch verdict {
        case .plain, .needsMore: break
        case .packed(.gzip): decoder = Gunzip()
        case .packed(.zstd): decoder = try makeUnzstd()
        case .packed(let packing): throw .packed(path: path.shown, packing)
        }
    }
}
