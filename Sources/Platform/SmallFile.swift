import Glibc

/// A file of a few bytes that another program may change or replace at any time.
package enum SmallFile {
    /// Why there are no bytes.
    package enum Problem: Error, Hashable, Sendable {
        case missing
        case notRegular
        case tooLarge
        case failed(SystemError)
    }

    /// Reads a whole regular file, also through symbolic links. Never waits for a writer.
    ///
    /// - Parameter limit: The largest size in bytes.
    package static func read(_ path: String, upTo limit: Int) throws(Problem) -> [UInt8] {
        let descriptor = retryingInterrupts {
            open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
        }
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { throw .missing }
            throw .failed(SystemError("open", path))
        }
        defer { close(descriptor) }
        let status: FileStatus
        do {
            status = try FileStatus.of(descriptor: descriptor, path: path)
        } catch {
            throw .failed(error)
        }
        guard status.isRegular else { throw .notRegular }
        guard let bytes = firstBytes(of: descriptor, upTo: limit + 1) else {
            throw .failed(SystemError("read", path))
        }
        guard bytes.count <= limit else { throw .tooLarge }
        return bytes
    }

    /// Reads an open file to its end, or up to this number of bytes; nil and errno if that fails.
    package static func firstBytes(of descriptor: Int32, upTo most: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: min(most, 64 << 10))
        while bytes.count < most {
            let wanted = min(piece.count, most - bytes.count)
            let got = retryingInterrupts { Glibc.read(descriptor, &piece, wanted) }
            guard got >= 0 else { return nil }
            if got == 0 { break }
            bytes += piece[..<got]
        }
        return bytes
    }
}
