import Platform

/// Disk space for the summary of a stop, so that it can be written on a full disk.
///
/// The file that holds it has no name: a crash leaves nothing.
final class SummaryReserve {
    private var file: File?

    /// More than any summary, in bytes.
    private static let size: UInt64 = 32 << 10

    /// Reserves the space, as far as the file system can.
    ///
    /// - Parameter path: The summary's path.
    init(for path: String) {
        file = try? File.createUnnamed(in: Directory.parent(of: path))
        file?.reserve(Self.size, after: 0)
    }

    /// Frees the space: the summary is written next.
    func release() { file = nil }
}
