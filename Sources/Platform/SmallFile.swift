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
        var bytes = [UInt8](repeating: 0, count: limit + 1)
        var count = 0
        while count < bytes.count {
            let got = bytes.withUnsafeMutableBytes { buffer in
                retryingInterrupts {
                    Glibc.read(
                        descriptor, buffer.baseAddress?.advanced(by: count), buffer.count - count)
                }
            }
            guard got >= 0 else { throw .failed(SystemError("read", path)) }
            if got == 0 { break }
            count += got
        }
        guard count <= limit else { throw .tooLarge }
        return Array(bytes[..<count])
    }
}
