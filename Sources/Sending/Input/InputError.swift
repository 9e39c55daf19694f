/// An input that can't be opened or read.
package enum InputError: Error, Equatable {
    case doesNotExist(path: String)
    case isDirectory(path: String)
    /// Two names of one file: every line would be sent twice.
    case sameFile(path: String, as: String)
    case system(call: String, path: String, errno: Int32)
    /// The file shrank while it was read. Sizes in bytes.
    case shrank(path: String, from: UInt64, to: UInt64)
    /// The compression format is not supported.
    case packed(path: String, Packing)
    /// The gzip data can't be decompressed to its end. The bytes before are only verified up to the
    /// last complete member.
    case gzip(path: String, GzipFault, unpacked: UInt64)
    /// The run was stopped while it waited for the first bytes of a stream.
    case waitEnded(WaitEnd)
}

/// Why a run ends before it has begun.
package enum WaitEnd: Hashable, Sendable {
    case signal(Int32)
    /// The run's maximum duration has passed.
    case maxDuration
}
