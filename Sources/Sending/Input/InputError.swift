import Glibc

/// An input that can't be opened or read.
package enum InputError: Error, Equatable {
    case doesNotExist(path: String)
    case danglingLink(path: String, target: String)
    case isDirectory(path: String)
    /// Two names of one file: every line would be sent twice.
    case sameFile(path: String, as: String)
    case system(call: String, path: String, errno: Int32)
    /// The file was removed, replaced or changed while its descriptor was closed.
    case replaced(path: String)
    /// The file shrank while it was read. Sizes in bytes.
    case shrank(path: String, from: UInt64, to: UInt64)
    /// The compression format is not supported.
    case packed(path: String, Packing)
    /// The compressed data can't be decompressed to its end. The bytes before are only verified up to
    /// the last complete gzip member or zstd frame.
    case unpacking(path: String, Packing, PackingError, unpacked: UInt64)
    /// The library that decompresses zstd can't be loaded.
    case zstdLibrary(path: String, reason: String)
    /// The run was stopped while it waited for the first bytes of a stream.
    case waitEnded(WaitEnd)
}

extension InputError {
    /// The error of a file that can't be opened.
    static func opening(_ path: String, errno number: Int32) -> InputError {
        guard number == ENOENT || number == ENOTDIR else {
            return .system(call: "open", path: path, errno: number)
        }
        var target = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(path, &target, target.count)
        guard count > 0 else { return .doesNotExist(path: path) }
        let bytes = target[..<count].map { UInt8(bitPattern: $0) }
        return .danglingLink(path: path, target: String(decoding: bytes, as: UTF8.self))
    }
}

/// Why a run ends before it has begun.
package enum WaitEnd: Hashable, Sendable {
    case signal(Int32)
    /// The run's maximum duration has passed.
    case maxDuration
}
